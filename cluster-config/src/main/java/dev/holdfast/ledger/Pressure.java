package dev.holdfast.ledger;

/**
 * The clients of one scope that this node has no permits for: what those that were refused tell of
 * its need, and when the other nodes were last called for it. Control loop.
 */
final class Pressure {
  private static final long PRESSED_NANOS = 1_000_000_000L;
  private static final long NEWS_NANOS = 100_000_000L;
  private static final long REPEAT_NANOS = 1_000_000_000L;

  private long refusals;
  private long refusedNanos = Long.MIN_VALUE;
  private boolean pressed;
  private long toldOfPermitsNanos = Long.MIN_VALUE;
  private long toldOfNeedNanos = Long.MIN_VALUE;

  /** The need of those that wait, and of those that were refused within the last second. */
  Need need(Permits permits, Need waiting, long nowNanos) {
    long all = permits.refusals();
    if (all > refusals) {
      pressed = true;
      refusedNanos = nowNanos;
    }
    refusals = all;
    pressed &= nowNanos - refusedNanos < PRESSED_NANOS;
    return new Need(waiting.waiting(), waiting.kept(), pressed);
  }

  /** Permits are back: the others are told, at most each 100 ms. */
  boolean mayTellOfPermits(long nowNanos) {
    boolean due = isDue(toldOfPermitsNanos, nowNanos, NEWS_NANOS);
    toldOfPermitsNanos = due ? nowNanos : toldOfPermitsNanos;
    return due;
  }

  /**
   * Permits or reports are missing: the others are told, each second for as long as that lasts; the
   * first of all nodes to wait tells at once.
   */
  boolean mayTellOfNeed(boolean first, long nowNanos) {
    boolean due = isDue(toldOfNeedNanos, nowNanos, first ? NEWS_NANOS : REPEAT_NANOS);
    toldOfNeedNanos = due ? nowNanos : toldOfNeedNanos;
    return due;
  }

  private static boolean isDue(long lastNanos, long nowNanos, long period) {
    return lastNanos == Long.MIN_VALUE || nowNanos - lastNanos >= period;
  }
}
