package dev.holdfast.gateway.session;

import dev.holdfast.config.PoolConfig.Timeouts;
import dev.holdfast.gateway.relay.Link;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Whether a session has been silent, or has lived, for too long, or is to be logged again. */
final class Overdue {
  private Overdue() {}

  /**
   * The first letter of its end: {@code c} or {@code s} for the side that was silent, {@code A} for
   * its age, or 0 while nothing is overdue. When both sides were silent it is the side that was to
   * speak: the one that did not speak last.
   *
   * @param sinceNanos when the timeouts came into force: nothing before it counts
   */
  static char letter(Session session, Timeouts timeouts, long sinceNanos, long nowNanos) {
    long most = nowNanos - sinceNanos;
    Link link = session.link;
    boolean half = link.clientHasEnded() || link.serverHasEnded();
    Duration silence =
        half && timeouts.halfClosed() != null ? timeouts.halfClosed() : timeouts.idle();
    if (isOver(silence, Math.min(most, nowNanos - link.lastNanos()))) {
      boolean server = half ? link.clientHasEnded() : link.clientSpokeLast();
      return server ? 's' : 'c';
    }
    if (!link.clientHasEnded()
        && isOver(timeouts.clientIdle(), Math.min(most, nowNanos - link.clientNanos()))) {
      return 'c';
    }
    if (!link.serverHasEnded()
        && isOver(timeouts.serverIdle(), Math.min(most, nowNanos - link.serverNanos()))) {
      return 's';
    }
    Duration age = timeouts.maxAge();
    return age != null
            && Math.min(most, nowNanos - session.acceptedNanos)
                >= mostNanos(age, timeouts.maxAgeJitterPercent(), session.id)
        ? 'A'
        : 0;
  }

  private static boolean isOver(@Nullable Duration most, long nanos) {
    return most != null && nanos >= most.toNanos();
  }

  /** The age at which a session ends: the same whenever it is asked for, spread over the jitter. */
  static long mostNanos(Duration age, int jitterPercent, long id) {
    double part = jitterPercent / 100.0 * spread(id);
    return age.toNanos() - (long) (age.toNanos() * part);
  }

  /** From 0 to 1, even over ids in a row. */
  private static double spread(long id) {
    return (double) (id * 0x9E37_79B9_7F4A_7C15L >>> 48) / 65_536;
  }

  /**
   * True if a line of a living session is due since somebody looked last: the first one interval
   * after accept at the earliest, then one each interval, those of all sessions spread over it.
   */
  static boolean isLogged(Session session, Duration interval, long lastNanos, long nowNanos) {
    return isLogged(session.acceptedNanos, session.id, interval.toNanos(), lastNanos, nowNanos);
  }

  static boolean isLogged(
      long acceptedNanos, long id, long intervalNanos, long lastNanos, long nowNanos) {
    long offset = acceptedNanos - (long) (intervalNanos * spread(id));
    return nowNanos - acceptedNanos >= intervalNanos
        && Math.floorDiv(nowNanos - offset, intervalNanos)
            > Math.floorDiv(lastNanos - offset, intervalNanos);
  }
}
