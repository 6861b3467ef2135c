package dev.holdfast.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

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
      Brief brief = new Brief("[");
      for (Tree item : items) {
        if (!brief.add(item.show())) {
          break;
        }
      }
      return brief.text("]");
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
      Brief brief = new Brief("{");
      for (Field field : fields) {
        if (!brief.add(field.name() + ": " + field.value().show())) {
          break;
        }
      }
      return brief.text("}");
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

  /** The first parts of a text that a message can carry: what is not shown costs nothing. */
  final class Brief {
    private final StringBuilder text;
    private boolean isFirst = true;

    Brief(String begin) {
      text = new StringBuilder(begin);
    }

    /** Adds a part; false once no more is shown. */
    boolean add(String part) {
      text.append(isFirst ? "" : ", ").append(part);
      isFirst = false;
      return text.length() <= SHOWN;
    }

    String text(String end) {
      return brief(text.append(end).toString());
    }
  }

  /** What would end a line or move the cursor, also outside ASCII. */
  Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\u0080-\\u009F\\u2028\\u2029]+");

  /** Characters that a message shows of a value. */
  int SHOWN = 80;

  /** A text cut to what a message can carry, on one line. */
  static String brief(String text) {
    String line = CONTROL.matcher(text).replaceAll(" ");
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN - 3) + "...";
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
