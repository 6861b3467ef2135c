package dev.holdfast.gateway.node;

/** The node cannot start; the message is the one line that says why. */
final class StartFault extends Exception {
  private static final long serialVersionUID = 1L;

  StartFault(String line) {
    super(line);
  }

  /** The line of whatever went wrong: the first cause's own words. */
  static StartFault of(Throwable cause) {
    Throwable first = cause;
    while (first.getCause() != null && first.getMessage() == null) {
      first = first.getCause();
    }
    String message = first.getMessage();
    return new StartFault(message == null ? first.getClass().getSimpleName() : message);
  }
}
