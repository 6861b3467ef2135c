package dev.holdfast.operations;

import dev.holdfast.directory.ClusterView;
import dev.holdfast.epoch.PoolState;
import dev.holdfast.epoch.Wish;
import dev.holdfast.table.SlotTable;
import dev.holdfast.time.ControlLoop;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.NodeState;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Makes the plan of an order from what all nodes say of their sessions. On the control loop.
 * Futures fail with a line for the operator if a node does not answer.
 */
final class Planning {
  /** What the room of the epochs knows. */
  interface Tables {
    /** The epoch of a pool as this node knows it. */
    PoolState state(PoolName pool);

    /** The table that the pool would have if it were wished so. */
    SlotTable planned(PoolName pool, Wish wish);
  }

  private static final Duration SETTLE = Duration.ofMillis(100);
  private static final int SETTLE_LOOKS = 40;

  private final ControlLoop loop;
  private final Supplier<ClusterView> view;
  private final Tables tables;
  private final Surveys surveys;

  Planning(ControlLoop loop, Supplier<ClusterView> view, Tables tables, Surveys surveys) {
    this.loop = loop;
    this.view = view;
    this.tables = tables;
    this.surveys = surveys;
  }

  /** The epoch of a pool as this node knows it. */
  PoolState state(PoolName pool) {
    return tables.state(pool);
  }

  /** True if all nodes route by one table, it is as wished, and whoever may have slots has some. */
  boolean settled(PoolName pool) {
    ClusterView.Pool known = view.get().pools().get(pool);
    PoolState routes = tables.state(pool);
    return known != null
        && known.settled()
        && routes.settled()
        && routes.shares().keySet().containsAll(usable(wish(pool)).keySet());
  }

  /** The plan of an order. */
  Future<Plan> plan(Order order) {
    return switch (order.kind()) {
      case DRAIN_SERVER -> drain(order).map(ServerPlans.Made::plan);
      case REBALANCE_SERVERS -> rebalance(order).map(ServerPlans.Made::plan);
      case DRAIN_NODE -> Future.succeededFuture(NodePlans.drain(order.node(), with(order.node())));
      case REBALANCE_NODES -> {
        Map<NodeName, Long> sessions = NodeRebalance.sessions(view.get());
        yield Future.succeededFuture(
            NodePlans.rebalance(
                sessions, NodePlans.excess(sessions, order.threshold(), order.budget())));
      }
    };
  }

  /** Sessions of the nodes that take new ones, and of this one. */
  private Map<NodeName, Long> with(NodeName node) {
    Map<NodeName, Long> sessions = new TreeMap<>(NodeRebalance.sessions(view.get()));
    ClusterView.Node known = view.get().nodes().get(node);
    if (known != null && known.state() != NodeState.LOST) {
      sessions.put(node, known.status().sessions().current());
    }
    return sessions;
  }

  private Future<ServerPlans.Made> drain(Order order) {
    PoolName pool = order.pool();
    Wish now = wish(pool);
    Wish without = without(now, order.server());
    return surveys
        .ask(pool, order.server())
        .map(
            survey ->
                ServerPlans.drain(
                    order.server(),
                    tables.planned(pool, now),
                    tables.planned(pool, without),
                    usable(now),
                    usable(without),
                    survey));
  }

  /** The plan of a rebalance over servers, with its slots. A table that changes is waited for. */
  Future<ServerPlans.Made> rebalance(Order order) {
    PoolName pool = order.pool();
    Promise<Void> still = Promise.promise();
    settle(pool, SETTLE_LOOKS, still);
    return still.future().compose(settled -> surveyed(order, pool));
  }

  private void settle(PoolName pool, int looks, Promise<Void> settled) {
    if (settled(pool)) {
      settled.complete();
    } else if (looks == 0) {
      settled.fail(new IllegalStateException("the table of pool " + pool + " is changing"));
    } else {
      loop.after(SETTLE, () -> settle(pool, looks - 1, settled));
    }
  }

  private Future<ServerPlans.Made> surveyed(Order order, PoolName pool) {
    Wish now = wish(pool);
    return surveys
        .ask(pool, null)
        .map(
            survey ->
                ServerPlans.rebalance(
                    tables.planned(pool, now),
                    usable(now),
                    survey,
                    order.threshold(),
                    order.budget()));
  }

  private Wish wish(PoolName pool) {
    return view.get().wish(pool, new BitSet());
  }

  private static Wish without(Wish wish, ServerName server) {
    Map<ServerName, Wish.Target> targets = new HashMap<>(wish.servers());
    targets.computeIfPresent(
        server, (name, target) -> new Wish.Target(target.weight(), false, target.serves()));
    return new Wish(targets, wish.pins());
  }

  private static Map<ServerName, Integer> usable(Wish wish) {
    Map<ServerName, Integer> weights = new TreeMap<>();
    wish.servers()
        .forEach(
            (server, target) -> {
              if (target.takesNew() && target.weight() > 0) {
                weights.put(server, target.weight());
              }
            });
    return weights;
  }
}
