package dev.holdfast.operations;

import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import java.util.Set;

/** What both drains share: their end, their deadline, and how many sessions end next. */
final class DrainPace {
  /** So soon after the order nobody is missed. */
  private static final long EARLY_MS = 8_000;

  private DrainPace() {}

  /**
   * One second more.
   *
   * @param concerned the processes that have sessions of it
   * @param evenly without a pace the sessions are spread over the time until the deadline
   */
  static Operation next(Operation operation, Scene scene, Set<NodeId> concerned, boolean evenly) {
    Order order = operation.order();
    long remaining = operation.figures().remaining();
    Set<NodeName> silent = scene.silent(concerned);
    if (silent.isEmpty() && remaining == 0 && scene.ending() == 0) {
      return operation.to(OperationState.DONE, null, scene.nowMs());
    }
    boolean early = scene.nowMs() - operation.orderedAtMs() < EARLY_MS;
    Operation now =
        operation.because(
            silent.isEmpty() || early ? null : "no word of " + String.join(", ", names(silent)));
    Long deadline = order.deadlineMs();
    if (deadline != null && operation.ranMs() >= deadline && !operation.last()) {
      if (!order.closes()) {
        return operation.to(
            OperationState.DONE,
            "the deadline passed, " + remaining + " sessions stay",
            scene.nowMs());
      }
      now = now.atTheLast();
    }
    return Scene.release(now, count(now, evenly), scene.idle(now));
  }

  private static long count(Operation operation, boolean evenly) {
    Order order = operation.order();
    if (operation.last()) {
      return Long.MAX_VALUE;
    }
    if (order.perSecond() != null) {
      return order.perSecond();
    }
    if (!evenly || order.deadlineMs() == null) {
      return 0;
    }
    long leftMs = Math.max(1000, order.deadlineMs() - operation.ranMs());
    long remaining = operation.figures().remaining();
    return -Math.floorDiv(-remaining * 1000, leftMs);
  }

  private static Iterable<String> names(Set<NodeName> nodes) {
    return nodes.stream().map(NodeName::value).toList();
  }

  /** True if all nodes route by a table that an epoch of this node, or a later one, made. */
  static boolean allRouteBy(long epoch, Scene scene, dev.holdfast.words.PoolName pool) {
    return scene.view().nodes().values().stream()
        .filter(node -> node.counts())
        .map(node -> node.status().pools().get(pool))
        .allMatch(said -> said != null && said.epoch() >= epoch);
  }
}
