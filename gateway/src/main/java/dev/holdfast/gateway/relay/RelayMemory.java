package dev.holdfast.gateway.relay;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The node's budget of bytes that were received and could not be sent on yet. Shared by all loops.
 *
 * <p>Above half of the budget reads become small; at the budget, sessions with a slow reader are
 * not read at all, and those whose bytes flow are, {@link #SMALL_READ} at a time. So what exceeds
 * the budget is at most one small read for each session that becomes slow later.
 */
public final class RelayMemory {
  /** Bytes of a read while memory is short. */
  static final int SMALL_READ = 4096;

  /** Bytes of a read at most. */
  static final int LARGE_READ = 65_536;

  private final long limit;
  private final AtomicLong used = new AtomicLong();

  /**
   * An unused budget.
   *
   * @param limit bytes, at least 64 KiB
   */
  public RelayMemory(long limit) {
    if (limit < LARGE_READ) {
      throw new IllegalArgumentException(
          "relay-memory: " + limit + " (expected: at least " + LARGE_READ + ")");
    }
    this.limit = limit;
  }

  /** A sixteenth of the heap, at least 16 MiB. */
  public static RelayMemory ofHeap() {
    return new RelayMemory(Math.max(16L << 20, Runtime.getRuntime().maxMemory() / 16));
  }

  /** Bytes pending now, with what their bookkeeping costs. Any thread. */
  public long used() {
    return used.get();
  }

  /** The budget. */
  public long limit() {
    return limit;
  }

  void add(long bytes) {
    if (bytes != 0) {
      used.addAndGet(bytes);
    }
  }

  boolean isShort() {
    return used.get() > limit / 2;
  }

  boolean isSpent() {
    return used.get() >= limit;
  }
}
