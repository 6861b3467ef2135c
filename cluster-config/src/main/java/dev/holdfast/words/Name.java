package dev.holdfast.words;

import java.util.regex.Pattern;

/** The rule that every name of a node, listener, pool or server obeys. */
final class Name {
  /** What {@link #check} accepts, for messages and for the JSON Schema. */
  static final String RULE =
      "1-63 characters: letters, digits, '.', '_', '-', first a letter or digit";

  private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

  private Name() {}

  static String check(String kind, String value) {
    if (value == null || !SHAPE.matcher(value).matches()) {
      throw new IllegalArgumentException(kind + ": " + value + " (expected: " + RULE + ")");
    }
    return value;
  }
}
