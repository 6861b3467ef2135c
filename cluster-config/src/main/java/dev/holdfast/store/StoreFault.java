package dev.holdfast.store;

/**
 * A call of the store has no answer that counts. Unless it says otherwise the outcome is unknown:
 * the call may have taken effect, may take effect later, or may have taken effect at an owner whose
 * backups do not have it. Read again.
 */
public class StoreFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean unknown;

  /**
   * A fault of one call.
   *
   * @param call what was called, as in {@code step Advance record/chat}
   * @param reason why there is no answer
   * @param unknown false only if the call certainly has no effect
   * @param cause what the store said, or null
   */
  public StoreFault(String call, String reason, boolean unknown, Throwable cause) {
    super("store: " + call + ": " + reason + (unknown ? " (outcome unknown)" : ""), cause);
    this.unknown = unknown;
  }

  /** True if nobody knows whether the call took effect; false if it certainly did not. */
  public boolean unknown() {
    return unknown;
  }
}
