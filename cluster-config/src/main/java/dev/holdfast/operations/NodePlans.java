package dev.holdfast.operations;

import dev.holdfast.words.NodeName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a drain of a node and a rebalance over nodes will do. Where clients come back to is not
 * ours: the plans say what it would be if they filled up those that have least. Pure.
 */
final class NodePlans {
  private NodePlans() {}

  /**
   * The drain of a node.
   *
   * @param sessions of the nodes that take sessions, and of the one
   */
  static Plan drain(NodeName node, Map<NodeName, Long> sessions) {
    Map<NodeName, Long> others = new TreeMap<>(sessions);
    long here = others.getOrDefault(node, 0L);
    double before = Loads.maxOverMean(sessions, equal(sessions));
    others.remove(node);
    Map<NodeName, Long> to = fill(others, here);
    to.forEach((other, count) -> others.merge(other, count, Long::sum));
    return new Plan(
        here,
        0,
        here == 0 ? Map.of() : Map.of(node.value(), here),
        named(to),
        List.of(before, Loads.maxOverMean(others, equal(others))));
  }

  /**
   * One round of a rebalance over nodes.
   *
   * @param sessions of the nodes that take sessions
   * @param threshold nothing is closed while the largest is below so many times the mean
   * @param budget sessions closed at most, or null
   * @return how many each closes; nothing of those that close none
   */
  static Map<NodeName, Long> excess(
      Map<NodeName, Long> sessions, double threshold, @Nullable Long budget) {
    Map<NodeName, Long> excess = new TreeMap<>();
    if (sessions.size() < 2 || spread(sessions) < threshold - 1e-9) {
      return excess;
    }
    long total = sessions.values().stream().mapToLong(Long::longValue).sum();
    long mean = -Math.floorDiv(-total, (long) sessions.size());
    sessions.forEach(
        (node, count) -> {
          if (count > mean) {
            excess.put(node, count - mean);
          }
        });
    long all = excess.values().stream().mapToLong(Long::longValue).sum();
    if (budget != null && all > budget) {
      excess.replaceAll((node, count) -> count * budget / all);
      excess.values().removeIf(count -> count == 0);
    }
    return excess;
  }

  /** The plan of a round. */
  static Plan rebalance(Map<NodeName, Long> sessions, Map<NodeName, Long> excess) {
    Map<NodeName, Long> after = new TreeMap<>(sessions);
    excess.forEach((node, count) -> after.merge(node, -count, Long::sum));
    long closed = excess.values().stream().mapToLong(Long::longValue).sum();
    Map<NodeName, Long> to = fill(after, closed);
    to.forEach((node, count) -> after.merge(node, count, Long::sum));
    return new Plan(closed, 0, named(excess), named(to), List.of(spread(sessions), spread(after)));
  }

  /** The largest against the mean. */
  static double spread(Map<NodeName, Long> sessions) {
    return Loads.maxOverMean(sessions, equal(sessions));
  }

  private static Map<NodeName, Integer> equal(Map<NodeName, Long> sessions) {
    return sessions.keySet().stream().collect(Collectors.toMap(node -> node, node -> 1));
  }

  /** Fills up those that have least. */
  private static Map<NodeName, Long> fill(Map<NodeName, Long> have, long sessions) {
    Map<NodeName, Long> to = new TreeMap<>();
    if (have.isEmpty()) {
      return to;
    }
    long level = level(have, sessions);
    Map<NodeName, Long> wanted = new HashMap<>();
    have.forEach((node, count) -> wanted.put(node, Math.max(0, level - count)));
    long left = sessions;
    for (NodeName node : new TreeMap<>(have).keySet()) {
      long here = Math.min(left, wanted.get(node));
      if (here > 0) {
        to.put(node, here);
        left -= here;
      }
    }
    return to;
  }

  /** The lowest level up to which those below it take all. */
  private static long level(Map<NodeName, Long> have, long sessions) {
    long low = 0;
    long high = have.values().stream().mapToLong(Long::longValue).max().orElse(0) + sessions;
    while (low < high) {
      long middle = (low + high) / 2;
      long room = have.values().stream().mapToLong(count -> Math.max(0, middle - count)).sum();
      if (room >= sessions) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private static Map<String, Long> named(Map<NodeName, Long> counts) {
    return counts.entrySet().stream()
        .collect(Collectors.toMap(entry -> entry.getKey().value(), Map.Entry::getValue));
  }
}
