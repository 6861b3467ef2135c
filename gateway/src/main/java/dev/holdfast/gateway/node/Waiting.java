package dev.holdfast.gateway.node;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waiting for futures on the thread that starts and ends a node. */
final class Waiting {
  private static final Duration BOUND = Duration.ofSeconds(30);

  private Waiting() {}

  /**
   * Waits for a step of the start.
   *
   * @param what the step, for the line that says that it did not come
   * @throws StartFault if the step failed or did not complete in time
   */
  static <T> T until(String what, Future<T> step) throws StartFault {
    return within(BOUND, what, step);
  }

  /** The same with a bound of its own. */
  static <T> T within(Duration bound, String what, Future<T> step) throws StartFault {
    try {
      return step.toCompletionStage()
          .toCompletableFuture()
          .get(bound.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw StartFault.of(e.getCause());
    } catch (TimeoutException e) {
      throw new StartFault(what + ": not done (expected: within " + bound.toSeconds() + "s)");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartFault(what + ": interrupted");
    }
  }
}
