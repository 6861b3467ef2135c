package dev.holdfast.config;

/**
 * Where a value stands in a text.
 *
 * @param line from 1; 0 if the value did not come from a text
 * @param column from 1; 0 if the value did not come from a text
 */
record Place(int line, int column) {
  /** Not from a text. */
  static final Place NOWHERE = new Place(0, 0);

  /** The first character of a text. */
  static final Place START = new Place(1, 1);
}
