package dev.holdfast.words;

import java.util.regex.Pattern;

/** The rule that every name of a node, listener, pool or server obeys. */
public final class Name {
  /** What {@link #check} accepts, for messages. */
  public static final String RULE =
      "1-63 characters: letters, digits, '.', '_', '-', first a letter or digit";

  /** What {@link #check} accepts, as a regular expression for the JSON Schema. */
  public static final String PATTERN = "[A-Za-z0-9][A-Za-z0-9._-]{0,62}";

  private static final Pattern SHAPE = Pattern.compile(PATTERN);

  private Name() {}

  static String check(String kind, String value) {
    if (value == null || !SHAPE.matcher(value).matches()) {
      throw new IllegalArgumentException(kind + ": " + value + " (expected: " + RULE + ")");
    }
    return value;
  }
}
