package dev.holdfast.gateway.session;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * Spreads what is released evenly over its time. What was not used when its time is long over
 * lapses: a process that slept makes up for nothing.
 */
final class ReleasedPace implements Pace {
  /** What is late by more than this is not made up for. */
  static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

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
  private long spent;

  /** Lets so many be ended over a time that begins then. */
  void release(int count, long fromNanos, long overNanos) {
    releases.addLast(new Release(count, fromNanos, overNanos));
  }

  /** All that was released lapses. */
  void clear() {
    releases.forEach(release -> spent += release.count - release.used);
    releases.clear();
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
