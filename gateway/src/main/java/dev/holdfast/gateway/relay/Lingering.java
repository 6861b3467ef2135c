package dev.holdfast.gateway.relay;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The links of one loop that wait for a time or for the kernel, looked at every few milliseconds
 * while there are any. Confined to that loop.
 */
final class Lingering {
  private static final long POLL_MS = 5;

  private final EventLoop loop;
  private final long deliveryNanos;
  private final Set<TwoSidedLink<?>> links = new HashSet<>();
  private boolean polling;

  /**
   * Nobody lingers.
   *
   * @param delivery bytes before a reset are delivered within this time or not at all
   */
  Lingering(EventLoop loop, Duration delivery) {
    this.loop = loop;
    this.deliveryNanos = delivery.toNanos();
  }

  long deliveryNanos() {
    return deliveryNanos;
  }

  void add(TwoSidedLink<?> link) {
    links.add(link);
    poll();
  }

  void remove(TwoSidedLink<?> link) {
    if (!links.isEmpty()) {
      links.remove(link);
    }
  }

  private void poll() {
    if (!polling) {
      polling = true;
      loop.schedule(this::polled, POLL_MS, TimeUnit.MILLISECONDS);
    }
  }

  private void polled() {
    polling = false;
    long now = System.nanoTime();
    for (TwoSidedLink<?> link : links.toArray(TwoSidedLink<?>[]::new)) {
      link.linger(now);
    }
    if (!links.isEmpty()) {
      poll();
    }
  }
}
