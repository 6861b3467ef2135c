package dev.holdfast.ledger;

import dev.holdfast.words.Scope;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The permits of one scope on this node: how many it was granted and how many it holds. Shared by
 * all event loops without a lock; {@code held <= granted} in every state. Only the control loop
 * raises what is granted; a release may lower it, in the same step, while the ledger says that
 * others wait.
 */
public final class Permits {
  /** Grant of a scope that has no limit. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  private final Scope scope;
  private final Runnable wake;
  private final AtomicLong state = new AtomicLong(); // granted << 32 | held
  private final AtomicInteger maxHeld = new AtomicInteger();
  private final AtomicInteger standing = new AtomicInteger();
  private final AtomicLong refusals = new AtomicLong();

  private volatile int floor = UNLIMITED;
  private volatile int low = -1;
  private volatile int high = UNLIMITED;

  /**
   * A scope of this node.
   *
   * @param wake tells the control loop that there is something to do; any thread
   */
  Permits(Scope scope, int granted, Runnable wake) {
    this.scope = scope;
    this.wake = wake;
    state.set((long) granted << 32);
  }

  /** What the permits count in. */
  public Scope scope() {
    return scope;
  }

  /** Sessions that hold a permit now. Any thread. */
  public int held() {
    return held(state.get());
  }

  /**
   * Permits this node may hold now; {@link #UNLIMITED} where the scope has no limit. Any thread.
   */
  public int granted() {
    return granted(state.get());
  }

  /** Most sessions that held a permit at once since the start. Any thread. */
  public int maxHeld() {
    return maxHeld.get();
  }

  /** True if the scope has no limit. Any thread. */
  public boolean unlimited() {
    return granted() == UNLIMITED;
  }

  /** Permits that could be taken now. Any thread. */
  int spare() {
    long now = state.get();
    return granted(now) - held(now);
  }

  // ---- event loops

  /** Takes one permit if one is free. Any thread. */
  boolean take() {
    for (; ; ) {
      long now = state.get();
      int spare = granted(now) - held(now);
      if (spare <= 0) {
        if (low >= 0) {
          wake.run();
        }
        return false;
      }
      if (state.compareAndSet(now, now + 1)) {
        raiseMax(held(now) + 1);
        if (spare - 1 <= low) {
          wake.run();
        }
        return true;
      }
    }
  }

  /** Gives one permit back; while others wait, also to the ledger, in the same step. Any thread. */
  void release() {
    for (; ; ) {
      long now = state.get();
      int held = held(now) - 1;
      if (held < 0) {
        throw new IllegalStateException(
            "ledger: release of " + scope + " (expected: once for each take)");
      }
      int granted = granted(now);
      boolean lower = granted != UNLIMITED && granted > floor;
      if (state.compareAndSet(now, pack(lower ? granted - 1 : granted, held))) {
        if (lower || standing.get() > 0 || granted - held > high) {
          wake.run();
        }
        return;
      }
    }
  }

  private void raiseMax(int held) {
    int max = maxHeld.get();
    while (held > max && !maxHeld.compareAndSet(max, held)) {
      max = maxHeld.get();
    }
  }

  /** Clients that wait for a permit of this scope; nobody else takes one meanwhile. Any thread. */
  int standing() {
    return standing.get();
  }

  void stand() {
    standing.incrementAndGet();
  }

  void unstand() {
    standing.decrementAndGet();
  }

  /** A client found no permit. Any thread. */
  void refuse() {
    refusals.incrementAndGet();
  }

  /** A client that found no permit waits for one, so it is not refused. Any thread. */
  void unrefuse() {
    refusals.decrementAndGet();
  }

  /** Clients that found no permit and do not wait, since the start. Any thread. */
  long refusals() {
    return refusals.get();
  }

  // ---- control loop

  /**
   * Lowers what is granted to the target, but not below what is held, and never raises it.
   *
   * @return what is granted now
   */
  int lowerTo(int target) {
    for (; ; ) {
      long now = state.get();
      int next = Math.min(granted(now), Math.max(target, held(now)));
      if (next == granted(now) || state.compareAndSet(now, pack(next, held(now)))) {
        return next;
      }
    }
  }

  /** Sets what is granted, but not below what is held. */
  void grant(int granted) {
    for (; ; ) {
      long now = state.get();
      if (state.compareAndSet(now, pack(Math.max(granted, held(now)), held(now)))) {
        return;
      }
    }
  }

  /**
   * Sets when the event loops tell the control loop, and what a release gives back.
   *
   * @param newFloor a release lowers what is granted while that is above this number
   * @param newLow at so many spare permits or fewer, more are wanted; negative: never
   * @param newHigh above so many spare permits, some should go back
   */
  void marks(int newFloor, int newLow, int newHigh) {
    floor = newFloor;
    low = newLow;
    high = newHigh;
  }

  private static long pack(int granted, int held) {
    return (long) granted << 32 | held;
  }

  private static int held(long state) {
    return (int) state;
  }

  private static int granted(long state) {
    return (int) (state >>> 32);
  }

  @Override
  public String toString() {
    return scope + " held=" + held() + " granted=" + granted();
  }
}
