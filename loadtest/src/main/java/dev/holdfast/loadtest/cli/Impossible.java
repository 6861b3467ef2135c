package dev.holdfast.loadtest.cli;

/** A command cannot do its work; the message is one sentence for a person. Exits with 2. */
final class Impossible extends RuntimeException {
  private static final long serialVersionUID = 1;

  Impossible(String message) {
    super(message, null, false, false);
  }
}
