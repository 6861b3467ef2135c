package dev.holdfast.gateway.path;

import dev.holdfast.gateway.session.Cadence;
import dev.holdfast.gateway.session.LoopFollowing;
import dev.holdfast.gateway.session.SessionLoop;
import dev.holdfast.gateway.session.SlotCount;
import dev.holdfast.operations.Allotment;
import dev.holdfast.operations.Choice;
import dev.holdfast.operations.Errors;
import dev.holdfast.operations.Idle;
import dev.holdfast.operations.Sessions;
import dev.holdfast.operations.Survey;
import dev.holdfast.operations.Tally;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Refusal;
import dev.holdfast.words.ServerName;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The sessions of all loops as operations see them. Any thread. */
final class NodeSessions implements Sessions {
  private final List<SessionLoop> loops;
  private final Supplier<Snapshot> counted;

  NodeSessions(List<SessionLoop> loops, Supplier<Snapshot> counted) {
    this.loops = loops;
    this.counted = counted;
  }

  @Override
  public Following follow(Choice choice, char letter) {
    return new Loops(loops.stream().map(loop -> loop.follow(choice, letter)).toList());
  }

  @Override
  public Errors errors() {
    Snapshot now = counted.get();
    long connects = 0;
    for (Snapshot.Pool pool : now.pools().values()) {
      for (Snapshot.Server server : pool.servers().values()) {
        connects += server.connectionErrors();
      }
    }
    long unserved = 0;
    long queues = 0;
    long limits = 0;
    for (Snapshot.Listener listener : now.listeners().values()) {
      for (Map.Entry<Refusal, Long> denied : listener.denied().entrySet()) {
        switch (denied.getKey()) {
          case NO_SERVER, NO_PORT -> unserved += denied.getValue();
          case QUEUE_FULL, QUEUE_TIMEOUT -> queues += denied.getValue();
          case NODE_LIMIT, CLUSTER_LIMIT, LISTENER_LIMIT, POOL_LIMIT, SERVER_LIMIT ->
              limits += denied.getValue();
          default -> {} // the client's own doing, or the cluster's
        }
      }
    }
    return new Errors(connects, unserved, queues, limits);
  }

  @Override
  public Future<Survey.Count> survey(PoolName pool, @Nullable ServerName server) {
    List<Future<SlotCount>> parts = loops.stream().map(loop -> loop.survey(pool, server)).toList();
    return Future.join(parts)
        .map(
            all -> {
              SlotCount sum =
                  parts.stream().map(Future::result).reduce(SlotCount::plus).orElseThrow();
              return Survey.Count.of(sum.totals(), sum.found());
            });
  }

  /** The following of all loops: what is released is divided over them, the most idle first. */
  private static final class Loops implements Following {
    private final List<LoopFollowing> loops;

    /** Those of each loop that may be ended and were not released yet. */
    private final Map<Integer, Idle> idle = new HashMap<>();

    private final Map<Integer, Long> given = new HashMap<>();
    private final Cadence cadence = new Cadence();
    private long lapsed;

    Loops(List<LoopFollowing> loops) {
      this.loops = loops;
    }

    @Override
    public void choose(Choice next) {
      loops.forEach(loop -> loop.choose(next));
    }

    @Override
    public Future<Tally> count() {
      List<Future<Tally>> parts = loops.stream().map(LoopFollowing::count).toList();
      return Future.join(parts)
          .map(
              all -> {
                List<Tally> tallies = new ArrayList<>();
                parts.forEach(part -> tallies.add(part.result()));
                return sum(tallies);
              });
    }

    private synchronized Tally sum(List<Tally> tallies) {
      Tally sum = new Tally(lapsed, 0, 0, 0, 0, Idle.NONE);
      for (int i = 0; i < tallies.size(); i++) {
        Tally tally = tallies.get(i);
        idle.put(i, tally.idle().without(given.getOrDefault(i, 0L) - tally.spent()));
        sum = sum.plus(tally);
      }
      return sum;
    }

    @Override
    public synchronized void release(int count, Duration over) {
      OptionalLong from = cadence.next(over.toNanos(), System.nanoTime());
      if (from.isEmpty()) {
        lapsed += count;
        return;
      }
      long divided = 0;
      for (Map.Entry<Integer, Integer> share : Allotment.of(count, idle).entrySet()) {
        if (share.getValue() > 0) {
          divided += share.getValue();
          given.merge(share.getKey(), (long) share.getValue(), Long::sum);
          idle.computeIfPresent(share.getKey(), (loop, some) -> some.without(share.getValue()));
          loops.get(share.getKey()).release(share.getValue(), from.getAsLong(), over);
        }
      }
      lapsed += count - divided; // those that it was meant for have ended
    }

    @Override
    public synchronized void hold() {
      cadence.clear();
      loops.forEach(LoopFollowing::hold);
    }

    @Override
    public void close() {
      hold();
    }
  }
}
