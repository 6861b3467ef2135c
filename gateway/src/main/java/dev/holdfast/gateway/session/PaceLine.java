package dev.holdfast.gateway.session;

import dev.holdfast.gateway.admit.Pace;
import dev.holdfast.line.Line;
import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sessions of one loop that wait for their moment by a pace, sources in turn. Nobody overtakes
 * those that stand; between loops whoever asks first has the moment. Confined to its loop.
 */
final class PaceLine {
  /** A faster pace serves several at once instead of waking the loop for each. */
  private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** So late a change of the pace is noticed. */
  private static final long MOST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Pace pace;
  private final EventLoop loop;
  private final Consumer<Session> next;
  private final Line<Session> line = new Line<>();
  private boolean scheduled;

  /**
   * An empty line.
   *
   * @param next goes on with a session whose moment was taken
   */
  PaceLine(Pace pace, EventLoop loop, Consumer<Session> next) {
    this.pace = pace;
    this.loop = loop;
    this.next = next;
  }

  /** Takes a moment for a session that comes now; false if it has to stand. */
  boolean take(long nowNanos) {
    pace.asked();
    return takeAgain(nowNanos);
  }

  /** The same for a session that has asked before. */
  boolean takeAgain(long nowNanos) {
    return line.isEmpty() && pace.take(nowNanos);
  }

  /** The moment that was taken is not used. */
  void giveBack() {
    pace.giveBack();
  }

  void join(Session session) {
    line.add(session.source, session);
    pace.stand(1);
    schedule();
  }

  void leave(Session session) {
    if (line.remove(session.source, session)) {
      pace.stand(-1);
    }
  }

  boolean isEmpty() {
    return line.isEmpty();
  }

  private void schedule() {
    if (!scheduled && !line.isEmpty()) {
      scheduled = true;
      long wait = pace.waitNanos(System.nanoTime());
      loop.schedule(
          this::wake, Math.max(LEAST_NANOS, Math.min(MOST_NANOS, wait)), TimeUnit.NANOSECONDS);
    }
  }

  private void wake() {
    scheduled = false;
    try {
      long now = System.nanoTime();
      while (!line.isEmpty() && pace.take(now)) {
        @Nullable Session first = line.poll();
        pace.stand(-1);
        if (first != null) {
          next.accept(first);
        }
      }
    } finally {
      schedule();
    }
  }
}
