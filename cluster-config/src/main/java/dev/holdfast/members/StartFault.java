package dev.holdfast.members;

/** A node cannot start; the message is the one line to print, {@code name: value (expected: …)}. */
public final class StartFault extends Exception {
  private static final long serialVersionUID = 1L;

  /** A fault with its line. */
  public StartFault(String line) {
    super(line);
  }
}
