package dev.holdfast.gateway.node;

import dev.holdfast.config.SharedConfig;
import dev.holdfast.directory.Trial;
import dev.holdfast.gateway.path.DataPath;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * How this node tries a configuration: on a thread of its own, because names may have to be
 * resolved, one after the other, so that what is let go was held before. What it keeps are
 * addresses in the data path; a proposal that comes before there is one is tried when there is.
 */
final class Rehearsal implements Trial, AutoCloseable {
  private final Promise<DataPath> path = Promise.promise();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread made = new Thread(task, "holdfast-trial");
            made.setDaemon(true);
            return made;
          });
  private volatile Supplier<Future<Void>> inForce = Future::succeededFuture;

  /**
   * From now on there is a data path.
   *
   * @param applied completes when the configuration told last is in force, or cannot be
   */
  void over(DataPath ready, Supplier<Future<Void>> applied) {
    inForce = applied;
    path.complete(ready);
  }

  @Override
  public Future<List<Objection>> attempt(String proposal, SharedConfig next) {
    Promise<List<Objection>> found = Promise.promise();
    path.future().onSuccess(ready -> run(() -> found.complete(ready.hold(proposal, next)), found));
    return found.future();
  }

  @Override
  public void letGo(String proposal) {
    path.future()
        .onSuccess(
            ready ->
                inForce
                    .get() // what is in use by then stays open
                    .onComplete(done -> run(() -> ready.letGo(proposal), Promise.promise())));
  }

  private void run(Runnable task, Promise<?> failed) {
    try {
      thread.execute(
          () -> {
            try {
              task.run();
            } catch (RuntimeException e) {
              failed.tryFail(e);
            }
          });
    } catch (RejectedExecutionException e) {
      failed.tryFail(e); // the node ends
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
