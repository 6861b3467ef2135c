package dev.holdfast.operations;

import dev.holdfast.directory.ClusterView;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.NodeState;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Why an order cannot be carried out beside what is under way, or at all. Pure. */
final class Conflicts {
  private final Board board;
  private final ClusterView view;

  Conflicts(Board board, ClusterView view) {
    this.board = board;
    this.view = view;
  }

  /** What the order names and does not exist, as {@code server: chat/app-9}, or null. */
  @Nullable String unknown(Order order) {
    return switch (order.kind()) {
      case DRAIN_SERVER -> unknown(order.pool(), order.server());
      case REBALANCE_SERVERS ->
          view.pools().containsKey(order.pool()) ? null : "pool: " + order.pool();
      case DRAIN_NODE -> view.nodes().containsKey(order.node()) ? null : "node: " + order.node();
      case REBALANCE_NODES -> null;
    };
  }

  private @Nullable String unknown(PoolName pool, ServerName server) {
    ClusterView.Pool known = view.pools().get(pool);
    if (known == null) {
      return "pool: " + pool;
    }
    return known.servers().containsKey(server) ? null : "server: " + pool + "/" + server;
  }

  /** A sentence for the operator, or null. */
  @Nullable String of(Order order) {
    for (Operation one : board.operations()) {
      if (!one.state().isFinal() && contradicts(order, one.order())) {
        return one.id()
            + " ("
            + one.order().kind().label()
            + " "
            + one.order().target()
            + ") is "
            + one.state().label()
            + "; cancel it first";
      }
    }
    return switch (order.kind()) {
      case DRAIN_SERVER -> lastServer(order.pool(), order.server());
      case DRAIN_NODE -> noRoom(order.node(), order.forced());
      case REBALANCE_SERVERS -> null;
      case REBALANCE_NODES -> null;
    };
  }

  private static boolean contradicts(Order next, Order other) {
    boolean samePool = next.pool() != null && next.pool().equals(other.pool());
    return switch (next.kind()) {
      case DRAIN_SERVER ->
          other.kind() == OperationKind.REBALANCE_SERVERS && samePool
              || other.drains(next.pool(), next.server());
      case REBALANCE_SERVERS -> samePool;
      case DRAIN_NODE ->
          other.kind() == OperationKind.REBALANCE_NODES
              || other.kind() == OperationKind.DRAIN_NODE
                  && Objects.equals(next.node(), other.node());
      case REBALANCE_NODES ->
          other.kind() == OperationKind.REBALANCE_NODES || other.kind() == OperationKind.DRAIN_NODE;
    };
  }

  private @Nullable String lastServer(PoolName pool, ServerName server) {
    boolean others =
        view.pools().get(pool).servers().entrySet().stream()
            .anyMatch(
                other ->
                    !other.getKey().equals(server)
                        && other.getValue().standing().takesNew()
                        && other.getValue().standing().weight() > 0
                        && board.operations().stream()
                            .noneMatch(
                                one ->
                                    !one.state().isFinal()
                                        && one.order().drains(pool, other.getKey())));
    return others
        ? null
        : "no other server of pool "
            + pool
            + " is READY and UP"
            + drains(pool, server)
            + "; its sources would have nowhere to go";
  }

  /** Names the drains that are in the way. */
  private String drains(PoolName pool, ServerName server) {
    StringBuilder named = new StringBuilder();
    for (Operation one : board.operations()) {
      if (!one.state().isFinal()
          && one.order().kind() == OperationKind.DRAIN_SERVER
          && pool.equals(one.order().pool())
          && !one.order().drains(pool, server)) {
        named.append(named.isEmpty() ? " (" : ", ");
        named.append(one.order().server()).append(" is drained by ").append(one.id());
      }
    }
    return named.isEmpty() ? "" : named.append(')').toString();
  }

  private @Nullable String noRoom(NodeName node, boolean forced) {
    ClusterView.Node known = view.nodes().get(node);
    if (known.state() == NodeState.LOST || known.state() == NodeState.LEFT) {
      return "node " + node + " is " + known.state();
    }
    if (board.leaves(node) || known.state() == NodeState.DRAINING) {
      return "node " + node + " drains or has drained already; it takes sessions after: ready";
    }
    long sessions = known.status().sessions().current();
    long room = 0;
    int others = 0;
    for (ClusterView.Node other : view.nodes().values()) {
      NodeName name = other.status().id().name();
      if (!name.equals(node) && other.state() == NodeState.READY && !board.leaves(name)) {
        others++;
        Long limit = other.status().sessions().limit();
        room += Math.max(0, (limit == null ? 0 : limit) - other.status().sessions().current());
      }
    }
    if (forced || room >= sessions && others > 0) {
      return null;
    }
    return others == 0
        ? "no other node is READY; node "
            + node
            + " has "
            + sessions
            + " sessions (force drains it)"
        : "the "
            + others
            + " other nodes have room for "
            + room
            + " sessions, node "
            + node
            + " has "
            + sessions
            + " (force drains it)";
  }
}
