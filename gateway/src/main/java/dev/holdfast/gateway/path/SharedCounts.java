package dev.holdfast.gateway.path;

import dev.holdfast.gateway.admit.Pace;
import dev.holdfast.gateway.session.ListenerPlace;
import dev.holdfast.gateway.session.PoolPlace;
import dev.holdfast.gateway.session.ServerPlace;
import dev.holdfast.tally.Others;
import dev.holdfast.tally.Tally;
import dev.holdfast.tally.Told;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.Scope;
import dev.holdfast.words.Source;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * What the listeners and servers of this node tell the others and hear of them: sessions of the
 * heaviest sources, and how many new sessions they are asked for. One thread at a time.
 */
final class SharedCounts {
  private SharedCounts() {}

  /** True if somebody has a limit of sources or a rate. */
  static boolean isOn(Collection<ListenerPlace> listeners, Collection<PoolPlace> pools) {
    boolean[] on = new boolean[1];
    paces(listeners, pools, (scope, pace) -> on[0] |= pace.isOn());
    return on[0] || listeners.stream().anyMatch(SharedCounts::limitsSources);
  }

  private static boolean limitsSources(ListenerPlace listener) {
    return listener.config().limits().sessionsPerSource() != null;
  }

  static Told tell(
      Collection<ListenerPlace> listeners, Collection<PoolPlace> pools, Others others) {
    Map<Scope, Long> demand = new HashMap<>();
    paces(
        listeners,
        pools,
        (scope, pace) -> {
          long asked = pace.demand();
          if (pace.isOn() && asked > 0) {
            demand.put(scope, asked);
          }
        });
    return new Told(demand, sources(listeners, others));
  }

  private static Map<ListenerName, Map<Source, Integer>> sources(
      Collection<ListenerPlace> listeners, Others others) {
    List<ListenerPlace> limiting = listeners.stream().filter(SharedCounts::limitsSources).toList();
    Map<ListenerName, Map<Source, Integer>> told = new HashMap<>();
    for (ListenerPlace listener : limiting) {
      long limit = listener.config().limits().sessionsPerSource();
      listener.sources().heavyFrom(heavyFrom(limit, others.nodes()));
      Map<Source, Integer> heaviest =
          listener
              .sources()
              .heaviest(
                  Tally.MOST_SOURCES / limiting.size(), others.sources(listener.name()).keySet());
      if (!heaviest.isEmpty()) {
        told.put(listener.name(), heaviest);
      }
    }
    return told;
  }

  /**
   * Half of an even share of the limit: a source with as many sessions as it may have over all
   * nodes has been told of by one of them long before.
   */
  static int heavyFrom(long limit, int nodes) {
    return nodes == 1
        ? Integer.MAX_VALUE
        : (int) Math.min(Integer.MAX_VALUE, Math.max(1, limit / (2L * nodes)));
  }

  static void hear(
      Collection<ListenerPlace> listeners, Collection<PoolPlace> pools, Others others) {
    listeners.forEach(listener -> listener.sources().elsewhere(others.sources(listener.name())));
    paces(listeners, pools, (scope, pace) -> pace.part(others.part(scope)));
  }

  static void usualPart(
      Collection<ListenerPlace> listeners, Collection<PoolPlace> pools, int expectedNodes) {
    paces(listeners, pools, (scope, pace) -> pace.usualPart(1.0 / expectedNodes));
  }

  private static void paces(
      Collection<ListenerPlace> listeners,
      Collection<PoolPlace> pools,
      BiConsumer<Scope, Pace> each) {
    listeners.forEach(listener -> each.accept(Scope.of(listener.name()), listener.pace()));
    for (PoolPlace pool : pools) {
      for (ServerPlace server : pool.servers().values()) {
        each.accept(server.scope(), server.pace());
      }
    }
  }
}
