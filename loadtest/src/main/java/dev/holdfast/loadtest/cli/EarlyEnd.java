package dev.holdfast.loadtest.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What happens when this process is told to end in the middle of a run: the run is cut short in
 * order and told like any other, and only then the process ends.
 */
final class EarlyEnd implements AutoCloseable {
  private static final long TELL_MS = 2000;

  private final CountDownLatch told = new CountDownLatch(1);
  private final Thread hook;
  private volatile Runnable cut = () -> {};

  /**
   * From now on.
   *
   * @param patience how long a run may take to end
   */
  EarlyEnd(Duration patience) {
    hook =
        new Thread(
            () -> {
              cut.run();
              try {
                told.await(patience.toMillis() + TELL_MS, TimeUnit.MILLISECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "early-end");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** The run that is cut. */
  void of(Runnable cut) {
    this.cut = cut;
  }

  /** It was told what came of it. */
  @Override
  public void close() {
    told.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the process is ending
    }
  }
}
