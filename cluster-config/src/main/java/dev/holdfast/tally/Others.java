package dev.holdfast.tally;

import dev.holdfast.words.ListenerName;
import dev.holdfast.words.Scope;
import dev.holdfast.words.Source;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What a node knows of the others.
 *
 * @param nodes that share limits and rates, this one included; at least 1
 * @param parts of the rate of a scope that this node has, as far as somebody asks; see {@link
 *     #part}
 * @param sources sessions on all other nodes together, of the sources that they told of
 */
public record Others(
    int nodes, Map<Scope, Double> parts, Map<ListenerName, Map<Source, Integer>> sources) {
  /** Copies the maps. */
  public Others {
    parts = Map.copyOf(parts);
    sources = Map.copyOf(sources);
  }

  /** The part of the rate of a scope that this node has: above 0, at most 1. */
  public double part(Scope scope) {
    return parts.getOrDefault(scope, 1.0 / nodes);
  }

  /** Sessions elsewhere of the sources of a listener. */
  public Map<Source, Integer> sources(ListenerName listener) {
    return sources.getOrDefault(listener, Map.of());
  }

  /**
   * Adds up what was told.
   *
   * @param mine what this node told last, as the others know it
   * @param theirs what each other node that is heard told last
   * @param nodes that share limits and rates, this one included
   */
  static Others of(Told mine, Iterable<Told> theirs, int nodes) {
    Map<ListenerName, Map<Source, Integer>> sources = new HashMap<>();
    Map<Scope, Long> demand = new HashMap<>(mine.demand());
    for (Told told : theirs) {
      told.sources()
          .forEach(
              (listener, counts) -> {
                Map<Source, Integer> sum =
                    sources.computeIfAbsent(listener, first -> new HashMap<>());
                counts.forEach((source, count) -> sum.merge(source, count, Integer::sum));
              });
      told.demand().forEach((scope, asked) -> demand.merge(scope, asked, Long::sum));
    }
    Map<Scope, Double> parts = new HashMap<>();
    demand.forEach(
        (scope, asked) ->
            parts.put(scope, part(mine.demand().getOrDefault(scope, 0L), asked, nodes)));
    return new Others(nodes, parts, sources);
  }

  /**
   * By demand, but a fifth of the rate is given out evenly, so that a node that was not asked yet
   * has something when it is. The parts of all nodes add up to 1 if they know the same.
   */
  static double part(long mine, long all, int nodes) {
    double even = Math.max(1, all / 4.0) / nodes;
    return (mine + even) / (all + even * nodes);
  }

  /** Every source that somebody told of. */
  Set<Source> named() {
    Set<Source> named = new HashSet<>();
    sources.values().forEach(counts -> named.addAll(counts.keySet()));
    return named;
  }
}
