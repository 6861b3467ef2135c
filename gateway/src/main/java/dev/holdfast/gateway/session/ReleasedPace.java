package dev.holdfast.gateway.session;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * Spreads what somebody releases again and again, so much for the next second each time. A release
 * begins {@link #HEADROOM_NANOS} after it came, or exactly where the one before ends if it came no
 * later than half of that after its time: so small delays make no gap and no heap, and loops of
 * which one got nothing in some second stay in step. What was not used when its time is long over
 * lapses: a process that slept makes up for nothing.
 */
final class ReleasedPace implements Pace {
  /** A release begins so long after it came; by half of it the next one may come late. */
  static final long HEADROOM_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** What is late by more than this is not made up for. */
  static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** What would begin later than this was released by mistake. */
  private static final long AHEAD_NANOS = TimeUnit.SECONDS.toNanos(4);

  private static final class Release {
    final int count;
    final long fromNanos;
    final long overNanos;
    int used;

    Release(int count, long fromNanos, long overNanos) {
      this.count = count;
      this.fromNanos = fromNanos;
      this.overNanos = overNanos;
    }

    long untilNanos() {
      return fromNanos + overNanos;
    }

    /** How many of it are due by a time. */
    int due(long nowNanos) {
      double part = (double) (nowNanos - fromNanos) / overNanos;
      return (int) Math.min(count, Math.max(0, Math.ceil(part * count)));
    }
  }

  private final ArrayDeque<Release> releases = new ArrayDeque<>();
  private boolean begun;
  private long endNanos;
  private long spent;

  /** Lets so many be ended over a time. */
  void release(int count, long overNanos, long nowNanos) {
    boolean inStep = begun && endNanos - nowNanos >= HEADROOM_NANOS / 2;
    long from = inStep ? endNanos : nowNanos + HEADROOM_NANOS;
    if (from - nowNanos > AHEAD_NANOS) {
      spent += count;
      return;
    }
    begun = true;
    endNanos = from + overNanos;
    releases.addLast(new Release(count, from, overNanos));
  }

  /** All that was released lapses. */
  void clear() {
    releases.forEach(release -> spent += release.count - release.used);
    releases.clear();
    begun = false;
  }

  /** Used or lapsed so far. */
  long spent() {
    return spent;
  }

  @Override
  public int due(long nowNanos, int left) {
    int due = 0;
    for (Release release : releases) {
      int more = Math.min(release.due(nowNanos) - release.used, left - due);
      boolean slept = nowNanos - release.untilNanos() > LATE_NANOS;
      if (more > 0 && !slept) {
        release.used += more;
        spent += more;
        due += more;
      }
    }
    while (!releases.isEmpty() && nowNanos - releases.getFirst().untilNanos() > LATE_NANOS) {
      Release over = releases.removeFirst();
      spent += over.count - over.used;
    }
    return due;
  }

  @Override
  public boolean rests() {
    return releases.isEmpty();
  }
}
