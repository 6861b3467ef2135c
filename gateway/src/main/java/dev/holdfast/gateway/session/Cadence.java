package dev.holdfast.gateway.session;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * When releases begin that somebody gives again and again, so much for the next second each time: a
 * release begins {@link #HEADROOM_NANOS} after it came, or exactly where the one before ends if it
 * came no later than half of that after its time. So small delays make no gap and no heap. All
 * loops of a node share one, or those that got nothing in some second would fall out of step. Time
 * is passed in; one thread at a time.
 */
public final class Cadence {
  /** A release begins so long after it came; by half of it the next one may come late. */
  static final long HEADROOM_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** What would begin later than this was released by mistake. */
  private static final long AHEAD_NANOS = TimeUnit.SECONDS.toNanos(4);

  private boolean begun;
  private long endNanos;

  /** When a release over a time begins that comes now; nothing if it is not to be. */
  public OptionalLong next(long overNanos, long nowNanos) {
    boolean inStep = begun && endNanos - nowNanos >= HEADROOM_NANOS / 2;
    long from = inStep ? endNanos : nowNanos + HEADROOM_NANOS;
    if (from - nowNanos > AHEAD_NANOS) {
      return OptionalLong.empty();
    }
    begun = true;
    endNanos = from + overNanos;
    return OptionalLong.of(from);
  }

  /** All that was released lapsed: the next one begins anew. */
  public void clear() {
    begun = false;
  }
}
