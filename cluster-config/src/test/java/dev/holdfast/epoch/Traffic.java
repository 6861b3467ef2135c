package dev.holdfast.epoch;

import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sessions that come and go on all nodes of a cluster, and the checker: no source lives on two
 * servers. Sessions of a process that ended are gone; strays are excused once they are marked.
 */
final class Traffic implements AutoCloseable {
  private static final int SOURCES = 48;

  private static final class Use {
    final EpochCluster.Node node;
    final int lane;
    final Source source;
    final ServerName server;
    final LoopRoutes.Answer.To to;
    volatile boolean stray;

    Use(EpochCluster.Node node, int lane, Source source, LoopRoutes.Answer.To to) {
      this.node = node;
      this.lane = lane;
      this.source = source;
      this.server = to.server();
      this.to = to;
    }

    @Override
    public String toString() {
      return source + " by " + node.id + "/" + lane + " " + to;
    }
  }

  final AtomicLong routed = new AtomicLong();
  final AtomicLong pinned = new AtomicLong();
  final ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();
  private final EpochCluster cluster;
  private final Random random;
  private final Map<Source, List<Use>> live = new ConcurrentHashMap<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(EpochCluster::daemon);

  Traffic(EpochCluster cluster, long seed, Duration period) {
    this.cluster = cluster;
    this.random = new Random(seed);
    clock.scheduleWithFixedDelay(this::tick, 1, period.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void tick() {
    for (EpochCluster.Node node : cluster.nodes()) {
      int lane = random.nextInt(EpochCluster.LANES);
      Source source = Source.v4(0x0a000000L + random.nextInt(SOURCES), 32);
      boolean opens = random.nextInt(5) < 2;
      try {
        node.lanes.get(lane).execute(() -> act(node, lane, source, opens));
      } catch (RejectedExecutionException e) {
        // killed just now
      }
    }
  }

  private void act(EpochCluster.Node node, int lane, Source source, boolean opens) {
    LoopRoutes routes = node.epochs.routes(Fleet.POOL, lane);
    if (opens && routes.answer(source) instanceof LoopRoutes.Answer.To to) {
      routes.opened(source, to.server());
      open(new Use(node, lane, source, to));
    } else if (!opens) {
      close(node, lane, source, routes);
    }
  }

  private void open(Use use) {
    live.compute(
        use.source,
        (source, uses) -> {
          List<Use> now = uses == null ? new ArrayList<>() : uses;
          if (use.node.dead) {
            return now; // nobody hears of it any more
          }
          for (Use other : now) {
            if (!other.stray && !other.server.equals(use.server)) {
              faults.add(use + " while " + other);
            }
          }
          now.add(use);
          return now;
        });
    routed.incrementAndGet();
    if (use.to.by() == LoopRoutes.By.PIN) {
      pinned.incrementAndGet();
    }
  }

  private void close(EpochCluster.Node node, int lane, Source source, LoopRoutes routes) {
    live.computeIfPresent(
        source,
        (key, uses) -> {
          for (Use use : List.copyOf(uses)) {
            if (use.node == node && use.lane == lane) {
              uses.remove(use);
              routes.closed(source, use.server);
            }
          }
          return uses;
        });
  }

  /** The sessions of a process end with it. */
  void died(EpochCluster.Node node) {
    live.replaceAll(
        (source, uses) -> {
          uses.removeIf(use -> use.node == node);
          return uses;
        });
  }

  /** What a node has now is not to be reckoned with any more: it will be LOST. */
  void strays(EpochCluster.Node node) {
    live.replaceAll(
        (source, uses) -> {
          uses.stream().filter(use -> use.node == node).forEach(use -> use.stray = true);
          return uses;
        });
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
