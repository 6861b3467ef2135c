package dev.holdfast.operations;

import dev.holdfast.directory.ClusterView;
import dev.holdfast.epoch.PoolState;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.NodeState;
import dev.holdfast.words.PoolName;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What a leader knows of the cluster when it looks at an operation.
 *
 * @param view the cluster
 * @param pools the epochs as this node knows them
 * @param gone newest incarnation per name that is proven gone
 * @param rows the progress of the operation's processes: those that said something new lately
 * @param nowMs wall clock
 */
record Scene(
    ClusterView view,
    Function<PoolName, PoolState> pools,
    Map<NodeName, Long> gone,
    Map<NodeId, Progress> rows,
    long nowMs) {

  /** True if a process is proven to have ended, or left in order. */
  boolean isGone(NodeId node) {
    Long proven = gone.get(node.name());
    ClusterView.Node known = view.nodes().get(node.name());
    return proven != null && proven >= node.incarnation()
        || known != null
            && (known.status().id().incarnation() > node.incarnation()
                || known.status().id().equals(node) && known.state() == NodeState.LEFT);
  }

  /** The processes that may have sessions: all but those that are proven gone or left. */
  Set<NodeId> there() {
    Set<NodeId> there = new TreeSet<>();
    view.nodes()
        .values()
        .forEach(
            node -> {
              if (!isGone(node.status().id())) {
                there.add(node.status().id());
              }
            });
    return there;
  }

  /** Those of the processes that have not said lately how far they are. */
  Set<NodeName> silent(Set<NodeId> wanted) {
    Set<NodeName> silent = new TreeSet<>();
    wanted.stream()
        .filter(node -> !rows.containsKey(node))
        .forEach(node -> silent.add(node.name()));
    return silent;
  }

  /** Sessions that were told to end and have not ended. */
  long ending() {
    return rows.values().stream().mapToLong(Progress::ending).sum();
  }

  /** What may be ended by each process, without what was released and is not spent yet. */
  Map<NodeId, Idle> idle(Operation operation) {
    Map<NodeId, Idle> idle = new TreeMap<>();
    rows.forEach(
        (node, row) -> {
          long released = operation.part(node).map(Part::released).orElse(0L);
          if (row.open()) {
            idle.put(node, row.idle().without(Math.max(0, released - row.spent())));
          }
        });
    return idle;
  }

  /** Sessions that were released for and are not ended yet. */
  long outstanding(Operation operation) {
    return rows.entrySet().stream()
        .mapToLong(
            row ->
                Math.max(
                    0,
                    operation.part(row.getKey()).map(Part::released).orElse(0L)
                        - row.getValue().spent()))
        .sum();
  }

  /** Releases a number of sessions, the most idle of all nodes first. */
  static Operation release(Operation operation, long count, Map<NodeId, Idle> idle) {
    Operation next = operation;
    for (Map.Entry<NodeId, Integer> share : Allotment.of(count, idle).entrySet()) {
      if (share.getValue() > 0) {
        Part part = next.part(share.getKey()).orElse(Part.of(share.getKey()));
        next = next.with(part.released(share.getValue()));
      }
    }
    return next;
  }
}
