package dev.holdfast.gateway.session;

/**
 * When things are due that are to be spread evenly until a time, however many there are: the first
 * at once, the last one gap before the end. Time is passed in; one thread.
 */
final class EvenPace implements Pace {
  private final long endNanos;
  private long dueNanos;

  /** A pace from now until the end, both by the monotonic clock. */
  EvenPace(long nowNanos, long endNanos) {
    this.dueNanos = nowNanos;
    this.endNanos = endNanos;
  }

  @Override
  public int due(long nowNanos, int left) {
    int due = 0;
    while (due < left && nowNanos - dueNanos >= 0) {
      due++;
      dueNanos += Math.max(0, endNanos - dueNanos) / (left - due + 1);
    }
    return due;
  }

  @Override
  public boolean rests() {
    return false;
  }
}
