package dev.holdfast.loadtest.words;

/**
 * What was asked for cannot be meant; the message is one line {@code name: value (expected: rule)}.
 */
public final class BadInput extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With the line that a person reads. */
  public BadInput(String message) {
    super(message, null, false, false);
  }

  /** {@code name: value (expected: rule)}. */
  public static BadInput of(String name, Object value, String rule) {
    return new BadInput(name + ": " + value + " (expected: " + rule + ")");
  }
}
