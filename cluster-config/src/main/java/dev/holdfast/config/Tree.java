package dev.holdfast.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A document before anybody has asked what it means: scalars, lists and keys with their places.
 * YAML and JSON both become one.
 */
sealed interface Tree {
  /** Where it begins. */
  Place place();

  /** The value for a message: short, on one line. */
  String show();

  /** What a scalar is written as. */
  enum Kind {
    /** Text, quoted or not. */
    TEXT,
    /** A whole decimal number. */
    NUMBER,
    /** Nothing, or the word for it. */
    NULL,
    /** Anything else: a fraction, true or false, a date. */
    OTHER
  }

  /**
   * A single value.
   *
   * @param kind what it is written as
   * @param text as it was written
   * @param plain written without quotes in a format where text needs none
   */
  record Scalar(Place place, Kind kind, String text, boolean plain) implements Tree {
    @Override
    public String show() {
      String shown = text.isEmpty() ? "\"\"" : brief(text);
      return kind == Kind.NULL ? "null" : shown;
    }
  }

  /**
   * A list.
   *
   * @param items in the order of the text
   */
  record Items(Place place, List<Tree> items) implements Tree {
    @Override
    public String show() {
      return brief("[" + String.join(", ", items.stream().map(Tree::show).toList()) + "]");
    }
  }

  /**
   * Keys with values.
   *
   * @param fields in the order of the text, each name once
   */
  record Fields(Place place, List<Field> fields) implements Tree {
    @Override
    public String show() {
      return brief(
          "{"
              + String.join(
                  ", ", fields.stream().map(f -> f.name() + ": " + f.value().show()).toList())
              + "}");
    }
  }

  /** A value that already has its fault; whoever meets it says nothing more. */
  record Broken(Place place) implements Tree {
    @Override
    public String show() {
      return "?";
    }
  }

  /**
   * One key.
   *
   * @param place of the name
   */
  record Field(String name, Place place, Tree value) {}

  /** A text cut to what a message can carry, on one line. */
  static String brief(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ");
    return line.length() <= 80 ? line : line.substring(0, 77) + "...";
  }

  /** The tree of a JSON value. */
  static Tree of(JsonNode json) {
    if (json.isObject()) {
      List<Field> fields = new ArrayList<>();
      json.properties()
          .forEach(
              field -> fields.add(new Field(field.getKey(), Place.NOWHERE, of(field.getValue()))));
      return new Fields(Place.NOWHERE, fields);
    }
    if (json.isArray()) {
      List<Tree> items = new ArrayList<>();
      json.forEach(item -> items.add(of(item)));
      return new Items(Place.NOWHERE, items);
    }
    Kind kind =
        json.isTextual()
            ? Kind.TEXT
            : json.isIntegralNumber()
                ? Kind.NUMBER
                : json.isNull() || json.isMissingNode() ? Kind.NULL : Kind.OTHER;
    return new Scalar(Place.NOWHERE, kind, json.asText(), false);
  }
}
