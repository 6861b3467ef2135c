package dev.holdfast.config;

/**
 * What a value is called: as people write it and as a JSON pointer.
 *
 * @param dotted such as {@code listeners[0].limits.queue}; empty for the whole document
 * @param pointer such as {@code /listeners/0/limits/queue}; empty for the whole document
 */
record Spot(String dotted, String pointer) {
  /** The whole document. */
  static final Spot ROOT = new Spot("", "");

  /** The value of a key in this one. */
  Spot key(String name) {
    String escaped = name.replace("~", "~0").replace("/", "~1");
    return new Spot(dotted.isEmpty() ? name : dotted + "." + name, pointer + "/" + escaped);
  }

  /** The item of this list. */
  Spot item(int index) {
    return new Spot(dotted + "[" + index + "]", pointer + "/" + index);
  }
}
