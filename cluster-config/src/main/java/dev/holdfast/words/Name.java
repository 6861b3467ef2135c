package dev.holdfast.words;

import org.jspecify.annotations.Nullable;

/** The rule that every name of a node, listener, pool or server obeys. */
public final class Name {
  /** What {@link #check} accepts, for messages. */
  public static final String RULE =
      "1-63 characters: letters, digits, '.', '_', '-', first a letter or digit";

  /** What {@link #check} accepts, as a regular expression for the JSON Schema. */
  public static final String PATTERN = "[A-Za-z0-9][A-Za-z0-9._-]{0,62}";

  private static final int LONGEST = 63;

  private Name() {}

  static String check(String kind, String value) {
    if (!fits(value)) {
      throw new IllegalArgumentException(kind + ": " + value + " (expected: " + RULE + ")");
    }
    return value;
  }

  /** By hand: each row of the store holds dozens of names. */
  private static boolean fits(@Nullable String value) {
    if (value == null || value.isEmpty() || value.length() > LONGEST || !plain(value.charAt(0))) {
      return false;
    }
    for (int i = 1; i < value.length(); i++) {
      char c = value.charAt(i);
      if (!plain(c) && c != '.' && c != '_' && c != '-') {
        return false;
      }
    }
    return true;
  }

  private static boolean plain(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
  }
}
