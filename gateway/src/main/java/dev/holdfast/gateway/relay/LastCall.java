package dev.holdfast.gateway.relay;

import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Ends a listening socket when nobody has come for a while; once, however often it is asked. */
final class LastCall {
  private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long LOOK_MS = 10;

  private final EventLoop loop;
  private final Runnable begin;
  private final Consumer<Promise<Void>> close;
  private long lastNanos;
  private @Nullable Promise<Void> stopping;

  /**
   * Not asked yet.
   *
   * @param begin holds off those that have not begun to connect
   * @param close closes the socket and says when it is closed
   */
  LastCall(EventLoop loop, Runnable begin, Consumer<Promise<Void>> close) {
    this.loop = loop;
    this.begin = begin;
    this.close = close;
  }

  /** Somebody was accepted. On the loop. */
  void came() {
    if (stopping != null) {
      lastNanos = System.nanoTime();
    }
  }

  /** Any thread. */
  Future<Void> stop() {
    Promise<Void> stopped = Promise.promise();
    loop.execute(
        () -> {
          Promise<Void> known = stopping;
          if (known == null) {
            known = Promise.promise();
            stopping = known;
            begin.run();
            lastNanos = System.nanoTime();
            look(known);
          }
          known.future().onComplete(stopped);
        });
    return stopped.future();
  }

  private void look(Promise<Void> done) {
    if (System.nanoTime() - lastNanos >= QUIET_NANOS) {
      close.accept(done);
    } else {
      loop.schedule(() -> look(done), LOOK_MS, TimeUnit.MILLISECONDS);
    }
  }
}
