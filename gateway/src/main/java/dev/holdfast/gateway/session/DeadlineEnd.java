package dev.holdfast.gateway.session;

import io.netty.channel.EventLoop;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Ends the sessions of one loop evenly until a deadline, and what is left then by resets. The pick
 * is asked once a second for those that came since, and when none is left that is known of.
 */
final class DeadlineEnd implements Runnable {
  private static final long STEP_MS = 20;
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final EventLoop loop;
  private final PacedEnd sessions;
  private final Promise<Integer> done;
  private final long deadlineNanos;
  private long lookedNanos;
  private boolean looked;

  DeadlineEnd(
      Walk walk, EventLoop loop, Pick pick, Duration within, char letter, Promise<Integer> done) {
    this.loop = loop;
    this.done = done;
    long now = System.nanoTime();
    this.deadlineNanos = now + within.toNanos();
    // the last orders go out early enough for their FINs to come back
    long lastNanos = deadlineNanos - Math.min(SessionLoop.GRACE_NANOS, within.toNanos() / 4);
    this.sessions = new PacedEnd(walk, pick, new EvenPace(now, lastNanos), letter);
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
    if (late || !looked || now - lookedNanos >= LOOK_NANOS || sessions.isDone()) {
      looked = true;
      lookedNanos = now;
      sessions.look(now);
    }
    if (sessions.isDone()) {
      done.complete((int) sessions.closed());
    } else if (late) {
      sessions.abort();
      loop.execute(this);
    } else {
      long left = deadlineNanos - now;
      sessions.step(now, Math.max(1, Math.min(SessionLoop.GRACE_NANOS, left)));
      loop.schedule(this, STEP_MS, TimeUnit.MILLISECONDS);
    }
  }
}
