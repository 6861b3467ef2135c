package dev.holdfast.epoch;

/**
 * The time within which a node may route: until it ends, nobody has declared the node LOST. Read by
 * every event loop at each decision, written by the control loop only. A lease that ended is never
 * used again; the node reads afresh and opens with another.
 */
final class Lease {
  private final boolean endless;
  private volatile long endsAtNanos;

  private Lease(boolean endless, long endsAtNanos) {
    this.endless = endless;
    this.endsAtNanos = endsAtNanos;
  }

  /** A lease in contact, until a time of the monotonic clock. */
  static Lease until(long endsAtNanos) {
    return new Lease(false, endsAtNanos);
  }

  /** The lease of a node that is cut off and routes by its last epoch. */
  static Lease cutOff() {
    return new Lease(true, 0);
  }

  boolean isCutOff() {
    return endless;
  }

  boolean runs(long nowNanos) {
    return endless || nowNanos - endsAtNanos < 0;
  }

  /** Ends it no later than then. */
  void shorten(long endNanos) {
    if (endNanos - endsAtNanos < 0) {
      endsAtNanos = endNanos;
    }
  }

  void extend(long endNanos) {
    if (endNanos - endsAtNanos > 0) {
      endsAtNanos = endNanos;
    }
  }
}
