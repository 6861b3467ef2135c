package dev.holdfast.gateway.cli;

/** The answer of a command is no, and it has said why. Exits with 1. */
final class No extends RuntimeException {
  private static final long serialVersionUID = 1;

  No() {
    super(null, null, false, false);
  }
}
