package dev.holdfast.operations;

import dev.holdfast.directory.ClusterView;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.NodeState;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A rebalance over nodes, in rounds: what the nodes have above the mean is closed at the pace; when
 * the clients had time to come back, the next round looks again. Where they come back to is decided
 * by others (DNS, anycast), so two rounds in a row that did not lower the spread are the end.
 */
final class NodeRebalance implements Course {
  /** Clients have so long to come back before the next round looks. */
  static final long REST_MS = 5_000;

  private static final int FRUITLESS = 2;
  private static final double LOWER = 0.005;

  @Override
  public Operation prepare(Operation operation, Scene scene) {
    Operation first = round(operation, scene);
    return first.state() == OperationState.PLANNED
        ? first.to(OperationState.RUNNING, null, scene.nowMs())
        : first;
  }

  @Override
  public Operation run(Operation operation, Scene scene) {
    Order order = operation.order();
    Map<NodeId, Idle> idle = new TreeMap<>();
    long wanted = 0;
    for (Part part : operation.parts()) {
      Progress row = scene.rows().get(part.node());
      if (row != null) {
        long outstanding = Math.max(0, part.released() - row.spent());
        long left = Math.max(0, part.quota() - part.closed() - outstanding);
        Idle free = row.idle().without(outstanding);
        idle.put(part.node(), mostIdle(free, left));
        wanted += Math.min(left, free.total()) + outstanding;
      }
    }
    if (wanted > 0 || scene.ending() > 0) {
      return Scene.release(operation.with(resting(operation, null)), order.perSecond(), idle);
    }
    Long since = operation.rounds().restMs();
    if (since == null) {
      return operation.with(resting(operation, operation.ranMs()));
    }
    return operation.ranMs() - since < REST_MS ? operation : round(operation, scene);
  }

  /** The most idle ones of so many. */
  private static Idle mostIdle(Idle idle, long count) {
    int[] some = new int[Idle.BUCKETS];
    long left = count;
    for (int bucket = Idle.BUCKETS - 1; bucket >= 0; bucket--) {
      some[bucket] = (int) Math.min(left, idle.in(bucket));
      left -= some[bucket];
    }
    return Idle.of(some);
  }

  private static Operation.Rounds resting(Operation operation, @Nullable Long since) {
    Operation.Rounds rounds = operation.rounds();
    return new Operation.Rounds(rounds.number(), rounds.fruitless(), rounds.spread(), since);
  }

  /** Looks at the nodes: the quotas of the next round, or the end. */
  private static Operation round(Operation operation, Scene scene) {
    Order order = operation.order();
    Map<NodeName, Long> sessions = sessions(scene.view());
    double spread = NodePlans.spread(sessions);
    long closed = operation.figures().closed();
    Long budget = order.budget() == null ? null : order.budget() - closed;
    if (budget != null && budget <= 0) {
      return operation.to(OperationState.DONE, "the budget is used", scene.nowMs());
    }
    Operation.Rounds before = operation.rounds();
    boolean fruitless = before.number() > 0 && spread > before.spread() - LOWER;
    int inARow = fruitless ? before.fruitless() + 1 : 0;
    if (inARow >= FRUITLESS) {
      return operation.to(
          OperationState.DONE, "two rounds did not lower the spread", scene.nowMs());
    }
    Map<NodeName, Long> excess = NodePlans.excess(sessions, order.threshold(), budget);
    Operation next = operation;
    if (operation.plan() == null) {
      next = next.planned(NodePlans.rebalance(sessions, excess), Slots.NONE);
    }
    if (excess.isEmpty()) {
      return next.to(OperationState.DONE, closed == 0 ? "nothing to move" : null, scene.nowMs());
    }
    for (Map.Entry<NodeName, Long> node : excess.entrySet()) {
      NodeId id = scene.view().nodes().get(node.getKey()).status().id();
      Part part = next.part(id).orElse(Part.of(id));
      next = next.with(part.quota(part.closed() + node.getValue()));
    }
    return next.with(new Operation.Rounds(before.number() + 1, inARow, spread, null));
  }

  /** Sessions of the nodes that take new ones. */
  static Map<NodeName, Long> sessions(ClusterView view) {
    Map<NodeName, Long> sessions = new TreeMap<>();
    view.nodes()
        .forEach(
            (name, node) -> {
              if (node.state() == NodeState.READY) {
                sessions.put(name, node.status().sessions().current());
              }
            });
    return sessions;
  }
}
