package dev.holdfast.gateway.path;

/** A listener cannot listen; the message is one line for the operator. */
public final class BindFault extends Exception {
  private static final long serialVersionUID = 1L;

  BindFault(String message, Throwable cause) {
    super(message, cause);
  }
}
