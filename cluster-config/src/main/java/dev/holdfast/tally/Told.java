package dev.holdfast.tally;

import dev.holdfast.words.ListenerName;
import dev.holdfast.words.Scope;
import dev.holdfast.words.Source;
import java.util.Map;

/**
 * What one node has to tell.
 *
 * @param demand new sessions asked for in the last second, and those that wait for their moment, of
 *     each scope that has a rate; without zeros
 * @param sources sessions of the heaviest sources of each listener that limits them; without empty
 *     ones
 */
public record Told(Map<Scope, Long> demand, Map<ListenerName, Map<Source, Integer>> sources) {
  /** Nothing. */
  public static final Told NOTHING = new Told(Map.of(), Map.of());

  /** Copies the maps. */
  public Told {
    demand = demand == null ? Map.of() : Map.copyOf(demand);
    sources = sources == null ? Map.of() : Map.copyOf(sources);
  }

  /** True if there is nothing to tell. */
  boolean isEmpty() {
    return demand.isEmpty() && sources.isEmpty();
  }
}
