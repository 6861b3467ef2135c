package dev.holdfast.gateway.admit;

import java.util.concurrent.atomic.AtomicInteger;

/** How many there are now, and how many there were at most. Any thread; exact. */
public final class Gauge {
  private final AtomicInteger current = new AtomicInteger();
  private final AtomicInteger max = new AtomicInteger();

  /** None yet. */
  public Gauge() {}

  /** One more, whatever the number. */
  public void up() {
    note(current.incrementAndGet());
  }

  /**
   * One more, unless there are as many as may be.
   *
   * @return false if nothing was counted
   */
  public boolean upTo(int limit) {
    for (; ; ) {
      int now = current.get();
      if (now >= limit) {
        return false;
      }
      if (current.compareAndSet(now, now + 1)) {
        note(now + 1);
        return true;
      }
    }
  }

  /** One less. */
  public void down() {
    current.decrementAndGet();
  }

  /** Now. */
  public int current() {
    return current.get();
  }

  /** The most at once so far. */
  public int max() {
    return max.get();
  }

  private void note(int now) {
    int seen;
    while ((seen = max.get()) < now && !max.compareAndSet(seen, now)) {}
  }
}
