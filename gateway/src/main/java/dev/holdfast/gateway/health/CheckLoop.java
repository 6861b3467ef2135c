package dev.holdfast.gateway.health;

import dev.holdfast.time.ControlLoop;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An event loop as the loop of the checks. A task that throws is logged and costs nothing else. */
final class CheckLoop implements ControlLoop {
  private static final Logger LOG = LoggerFactory.getLogger(CheckLoop.class);

  private final EventLoop loop;

  CheckLoop(EventLoop loop) {
    this.loop = loop;
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public long wallMs() {
    return System.currentTimeMillis();
  }

  @Override
  public void execute(Runnable task) {
    if (!loop.isShuttingDown()) {
      loop.execute(guarded(task));
    }
  }

  @Override
  public Timer after(Duration delay, Runnable task) {
    Future<?> future = loop.schedule(guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    return () -> future.cancel(false);
  }

  @Override
  public Timer every(Duration period, Runnable task) {
    Future<?> future =
        loop.scheduleWithFixedDelay(
            guarded(task), period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
    return () -> future.cancel(false);
  }

  private static Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException e) {
        LOG.error("A task of the checks failed", e);
      }
    };
  }
}
