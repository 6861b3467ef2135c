package dev.holdfast.gateway.relay;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The node's budget of bytes that were received and could not be sent on yet. Shared by all loops.
 *
 * <p>Above half of the budget reads become small, at the budget smaller still. Nobody is read while
 * what was read before has not been sent on, so what exceeds the budget is at most one {@link
 * #LEAST_READ} for each session that becomes slow later; and everybody else is read, because a
 * session that was slow once must not wait for readers that may never read.
 *
 * <p>As much again the kernel may hold for readers of streams, in portions: who comes when all are
 * lent is served with what everybody has.
 */
public final class RelayMemory {
  /** Bytes of a read while memory is short. */
  static final int SMALL_READ = 4096;

  /** Bytes of a read while memory is spent. */
  static final int LEAST_READ = 1024;

  /** Bytes of a read at most. */
  static final int LARGE_READ = 65_536;

  /** Bytes of a read of bulk: each one wakes both ends, so few large ones are cheaper for all. */
  static final int BULK_READ = 4 * LARGE_READ;

  /** Of pages that are passed on: fewer are cheaper to copy. */
  static final int LEAST_PASSED = 16 * 1024;

  /**
   * Bytes after which a session counts as a stream, and that the kernel may hold for its reader.
   */
  static final int STREAM = 2 << 20;

  private final long limit;
  private final AtomicLong used = new AtomicLong();
  private final AtomicInteger lent = new AtomicInteger();

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

  /** Bytes that a read may have now. */
  int mostOfRead() {
    long now = used.get();
    return now >= limit ? LEAST_READ : now > limit / 2 ? SMALL_READ : LARGE_READ;
  }

  /** Bytes that a read may have now from a side that has much, while the other one takes it all. */
  int mostOfBulk() {
    return used.get() + BULK_READ <= limit / 2 ? BULK_READ : mostOfRead();
  }

  /** True if one more reader may have {@link #STREAM} in the kernel, which it gives back. */
  boolean lend() {
    if ((long) lent.incrementAndGet() * STREAM <= limit) {
      return true;
    }
    lent.decrementAndGet();
    return false;
  }

  void giveBack() {
    lent.decrementAndGet();
  }

  boolean isSpent() {
    return used.get() >= limit;
  }
}
