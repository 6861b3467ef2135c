package dev.holdfast.ledger;

import dev.holdfast.words.Scope;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The permits of one scope on this node: how many it was granted and how many it holds. Shared by
 * all event loops without a lock; {@code held <= granted} in every state.
 */
public final class Permits {
  /** Grant of a scope that has no limit. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  private final Scope scope;
  private final AtomicLong state = new AtomicLong(); // granted << 32 | held

  Permits(Scope scope, int granted) {
    this.scope = scope;
    state.set((long) granted << 32);
  }

  /** What the permits count in. */
  public Scope scope() {
    return scope;
  }

  /** Sessions that hold a permit now. Any thread. */
  public int held() {
    return (int) state.get();
  }

  /**
   * Permits this node may hold now; {@link #UNLIMITED} where the scope has no limit. Any thread.
   */
  public int granted() {
    return (int) (state.get() >>> 32);
  }

  /** Takes one permit if one is free. Any thread. */
  boolean take() {
    for (; ; ) {
      long now = state.get();
      if ((int) now >= (int) (now >>> 32)) {
        return false;
      }
      if (state.compareAndSet(now, now + 1)) {
        return true;
      }
    }
  }
}
