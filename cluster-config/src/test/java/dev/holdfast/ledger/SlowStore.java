package dev.holdfast.ledger;

import dev.holdfast.store.MemoryCloud;
import dev.holdfast.store.MemoryCloud.Event;
import dev.holdfast.words.NodeId;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Time and bad luck for the calls of a {@link MemoryCloud} in manual mode: each effect, answer and
 * hint comes some milliseconds later, some are stuck for seconds, some are lost, some effects run a
 * second time.
 */
final class SlowStore {
  private final MemoryCloud cloud;
  private final Random random;
  private final int leastMs;
  private final int mostMs;
  private final Map<Event, Long> dueNanos = new IdentityHashMap<>();
  private final Set<NodeId> cut = new HashSet<>();
  double lost;
  double doubled;
  double stuck;

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

  /** The calls of a node that is cut off are lost, and so are its answers and hints. */
  void cut(NodeId node, boolean isCut) {
    if (isCut) {
      cut.add(node);
    } else {
      cut.remove(node);
    }
  }

  private void happen(Event event, long nowNanos) {
    if (cut.contains(event.node()) || random.nextDouble() < lost) {
      event.lose();
    } else if (random.nextDouble() < doubled) {
      event.runAndKeep();
      dueNanos.put(event, nowNanos + 20 * delayNanos());
    } else {
      event.run();
    }
  }

  private long delayNanos() {
    if (random.nextDouble() < stuck) {
      return random.nextInt(6_000) * 1_000_000L;
    }
    return (leastMs + random.nextInt(mostMs - leastMs + 1)) * 1_000_000L / 2;
  }
}
