package dev.holdfast.gateway.session;

import io.netty.channel.EventLoop;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Ends the sessions of one loop that pass a filter, evenly until a deadline.
 *
 * <p>The filter is asked of every session once at the start, then once a second for those that came
 * since, and when none is left that it knows of; the steps between cost nothing for sessions whose
 * turn has not come.
 */
final class PacedEnd implements Runnable {
  private static final long STEP_MS = 20;
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Walk walk;
  private final EventLoop loop;
  private final Predicate<Session> filter;
  private final char letter;
  private final Promise<Integer> done;
  private final long deadlineNanos;
  private final EvenPace pace;

  /** Those whose turn has not come; the oldest first. */
  private final ArrayDeque<Session> fresh = new ArrayDeque<>();

  private List<Session> ordered = new ArrayList<>();
  private long lookedNanos;
  private boolean looked;
  private int ended;

  PacedEnd(
      Walk walk,
      EventLoop loop,
      Predicate<Session> filter,
      Duration within,
      char letter,
      Promise<Integer> done) {
    this.walk = walk;
    this.loop = loop;
    this.filter = filter;
    this.letter = letter;
    this.done = done;
    long now = System.nanoTime();
    this.deadlineNanos = now + within.toNanos();
    // the last orders go out early enough for their FINs to come back
    this.pace =
        new EvenPace(now, deadlineNanos - Math.min(SessionLoop.GRACE_NANOS, within.toNanos() / 4));
  }

  @Override
  public void run() {
    try {
      step();
    } catch (RuntimeException e) { // the filter's
      done.fail(e);
    }
  }

  private void step() {
    long now = System.nanoTime();
    boolean late = now - deadlineNanos >= 0;
    fresh.removeIf(PacedEnd::isOver);
    ordered.removeIf(PacedEnd::isOver);
    if (late
        || !looked
        || now - lookedNanos >= LOOK_NANOS
        || fresh.isEmpty() && ordered.isEmpty()) {
      look(now);
    }
    if (fresh.isEmpty() && ordered.isEmpty()) {
      done.complete(ended);
    } else if (late) {
      abortAll();
      loop.execute(this);
    } else {
      for (int due = pace.due(now, fresh.size()); due > 0; due--) {
        order(fresh.remove(), now);
      }
      loop.schedule(this, STEP_MS, TimeUnit.MILLISECONDS);
    }
  }

  private static boolean isOver(Session session) {
    return session.state() == SessionState.ENDED;
  }

  private void look(long now) {
    looked = true;
    lookedNanos = now;
    fresh.clear();
    List<Session> going = new ArrayList<>();
    walk.sessions()
        .forEach(
            session -> {
              if (filter.test(session)) {
                if (session.ordered == 0) {
                  fresh.add(session);
                } else {
                  going.add(session);
                }
              }
            });
    ordered = going;
  }

  private void order(Session session, long now) {
    if (session.ordered != 0) {
      ordered.add(session); // a timer was quicker
      return;
    }
    session.order(letter);
    ended++;
    session.link.finish(Math.max(1, Math.min(SessionLoop.GRACE_NANOS, deadlineNanos - now)));
    if (!isOver(session)) {
      ordered.add(session);
    }
  }

  private void abortAll() {
    ended += fresh.size();
    for (Session session : fresh) {
      session.order(letter);
      session.link.abort();
    }
    ordered.forEach(session -> session.link.abort());
  }
}
