package dev.holdfast.store.hazelcast;

/** Why the store of this process cannot start: one line for the person who configured it. */
public final class StartFault extends Exception {
  private static final long serialVersionUID = 1L;

  StartFault(String key, Object value, String expected) {
    super(key + ": " + value + " (expected: " + expected + ")");
  }

  StartFault(String key, Object value, String expected, Throwable cause) {
    super(key + ": " + value + " (expected: " + expected + ")", cause);
  }
}
