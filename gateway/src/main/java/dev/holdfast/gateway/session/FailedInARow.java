package dev.holdfast.gateway.session;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sessions in a row that failed at a server, counted over all loops. Two that end at the same
 * moment on two loops may be counted in either order. Any thread.
 */
final class FailedInARow {
  private final AtomicInteger count = new AtomicInteger();
  private volatile long lastNanos;

  /** One failed; how many in a row that makes. */
  int failed(long nowNanos) {
    lastNanos = nowNanos;
    return count.incrementAndGet();
  }

  /** One did not fail. Costs one read where none has failed. */
  void worked() {
    if (count.get() != 0) {
      count.set(0);
    }
  }

  /** One that was connected at a time has not failed. */
  void worked(long connectedNanos) {
    if (count.get() != 0 && connectedNanos - lastNanos > 0) {
      count.set(0);
    }
  }
}
