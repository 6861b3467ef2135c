package dev.holdfast.gateway.session;

import io.netty.channel.EventLoop;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Ends the sessions of one loop that pass a filter, evenly until a deadline. */
final class PacedEnd implements Runnable {
  private static final long STEP_MS = 20;

  private final Walk walk;
  private final EventLoop loop;
  private final Predicate<SessionView> filter;
  private final char letter;
  private final Promise<Integer> done;
  private final long deadlineNanos;

  /** The last orders go out early enough for their FINs to come back. */
  private final long lastOrderNanos;

  private int ended;

  PacedEnd(
      Walk walk,
      EventLoop loop,
      Predicate<SessionView> filter,
      Duration within,
      char letter,
      Promise<Integer> done) {
    this.walk = walk;
    this.loop = loop;
    this.filter = filter;
    this.letter = letter;
    this.done = done;
    this.deadlineNanos = System.nanoTime() + within.toNanos();
    this.lastOrderNanos = deadlineNanos - Math.min(SessionLoop.GRACE_NANOS, within.toNanos() / 4);
  }

  @Override
  public void run() {
    long now = System.nanoTime();
    List<Session> all = new ArrayList<>();
    List<Session> fresh = new ArrayList<>();
    walk.sessions()
        .forEach(
            session -> {
              if (filter.test(Views.of(session, now))) {
                all.add(session);
                if (session.ordered == 0) {
                  fresh.add(session);
                }
              }
            });
    if (all.isEmpty()) {
      done.complete(ended);
    } else if (now - deadlineNanos >= 0) {
      for (Session session : all) {
        ended += session.ordered == 0 ? 1 : 0;
        session.order(letter);
        session.link.abort();
      }
      loop.execute(this);
    } else {
      long stepsLeft = Math.max(1, (lastOrderNanos - now) / TimeUnit.MILLISECONDS.toNanos(STEP_MS));
      long share = (fresh.size() + stepsLeft - 1) / stepsLeft;
      for (Session session : fresh.subList(0, (int) Math.min(share, fresh.size()))) {
        session.order(letter);
        ended++;
        session.link.finish(Math.max(1, Math.min(SessionLoop.GRACE_NANOS, deadlineNanos - now)));
      }
      loop.schedule(this, STEP_MS, TimeUnit.MILLISECONDS);
    }
  }
}
