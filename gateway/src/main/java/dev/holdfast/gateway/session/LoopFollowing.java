package dev.holdfast.gateway.session;

import dev.holdfast.operations.Choice;
import dev.holdfast.operations.Tally;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The sessions of one loop that an operation is about. Any thread: everything hops to the loop.
 * While nothing is released it costs a look at each count, and no timer.
 */
public final class LoopFollowing {
  private static final long STEP_MS = 20;

  private final EventLoop loop;
  private final long sinceNanos = System.nanoTime();
  private final ReleasedPace pace = new ReleasedPace();
  private final PacedEnd sessions;
  private boolean stepping;

  LoopFollowing(Walk walk, EventLoop loop, Choice choice, char letter) {
    this.loop = loop;
    this.sessions = new PacedEnd(walk, Pick.of(choice, sinceNanos), pace, letter);
  }

  /** Follows another choice from the next count on. */
  public void choose(Choice choice) {
    loop.execute(() -> sessions.pick(Pick.of(choice, sinceNanos)));
  }

  /** Looks at the sessions and counts them. */
  public Future<Tally> count() {
    Promise<Tally> counted = Promise.promise();
    loop.execute(
        () -> {
          try {
            sessions.look(System.nanoTime());
            counted.complete(
                new Tally(
                    pace.spent(),
                    sessions.closed(),
                    sessions.ended(),
                    sessions.remaining(),
                    sessions.ending(),
                    sessions.idle()));
          } catch (RuntimeException e) {
            counted.fail(e);
          }
        });
    return counted.future();
  }

  /** Lets so many be ended, spread evenly over the time that begins then. */
  public void release(int count, long fromNanos, Duration over) {
    loop.execute(
        () -> {
          pace.release(count, fromNanos, over.toNanos());
          if (!stepping) {
            stepping = true;
            step();
          }
        });
  }

  /** All that was released lapses. */
  public void hold() {
    loop.execute(pace::clear);
  }

  private void step() {
    sessions.step(System.nanoTime(), SessionLoop.GRACE_NANOS);
    if (pace.rests()) {
      stepping = false;
    } else {
      loop.schedule(this::step, STEP_MS, TimeUnit.MILLISECONDS);
    }
  }
}
