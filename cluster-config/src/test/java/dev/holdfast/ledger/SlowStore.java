package dev.holdfast.ledger;

import dev.holdfast.store.MemoryCloud;
import dev.holdfast.store.MemoryCloud.Event;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Random;

/**
 * Time and bad luck for the calls of a {@link MemoryCloud} in manual mode: each effect, answer and
 * hint comes some milliseconds later, some are lost, some effects run a second time.
 */
final class SlowStore {
  private final MemoryCloud cloud;
  private final Random random;
  private final int leastMs;
  private final int mostMs;
  private final Map<Event, Long> dueNanos = new IdentityHashMap<>();
  double lost;
  double doubled;

  SlowStore(MemoryCloud cloud, Random random, int leastMs, int mostMs) {
    this.cloud = cloud;
    this.random = random;
    this.leastMs = leastMs;
    this.mostMs = mostMs;
    cloud.manual();
  }

  /** What was due happens; what is new gets its time. */
  void pass(long nowNanos) {
    dueNanos.keySet().retainAll(cloud.pending());
    for (Event event : cloud.pending()) {
      Long due = dueNanos.get(event);
      if (due == null) {
        dueNanos.put(event, nowNanos + delayNanos());
      } else if (due <= nowNanos) {
        happen(event, nowNanos);
      }
    }
  }

  private void happen(Event event, long nowNanos) {
    if (random.nextDouble() < lost) {
      event.lose();
    } else if (random.nextDouble() < doubled) {
      event.runAndKeep();
      dueNanos.put(event, nowNanos + 20 * delayNanos());
    } else {
      event.run();
    }
  }

  private long delayNanos() {
    return (leastMs + random.nextInt(mostMs - leastMs + 1)) * 1_000_000L / 2;
  }
}
