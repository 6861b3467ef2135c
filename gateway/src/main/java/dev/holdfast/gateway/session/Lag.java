package dev.holdfast.gateway.session;

import java.util.concurrent.TimeUnit;

/**
 * How late a loop came to its tasks at most within the last ten to twenty seconds. Written by the
 * loop, read by anybody a bit late.
 */
final class Lag {
  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);

  private volatile long beganNanos;
  private volatile long most;
  private volatile long mostBefore;

  Lag(long nowNanos) {
    beganNanos = nowNanos;
  }

  void note(long lateNanos, long nowNanos) {
    long age = nowNanos - beganNanos;
    if (age >= WINDOW_NANOS) {
      mostBefore = age >= 2 * WINDOW_NANOS ? 0 : most;
      most = 0;
      beganNanos = nowNanos;
    }
    if (lateNanos > most) {
      most = lateNanos;
    }
  }

  /** A loop that is stuck at this moment has not noted it yet: its last note is old. */
  long nanos() {
    return Math.max(most, mostBefore);
  }
}
