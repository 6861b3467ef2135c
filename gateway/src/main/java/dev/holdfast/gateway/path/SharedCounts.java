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
 * heaviest sources, and how many new sessions they are asked for. Any thread.
 */
final class SharedCounts implements Tally.Counts {
  private final Object lock;
  private final Collection<ListenerPlace> listeners;
  private final Collection<PoolPlace> pools;

  /**
   * Of what is there at each call.
   *
   * @param lock that is held while listeners or pools change
   */
  SharedCounts(Object lock, Collection<ListenerPlace> listeners, Collection<PoolPlace> pools) {
    this.lock = lock;
    this.listeners = listeners;
    this.pools = pools;
  }

  @Override
  public boolean isOn() {
    synchronized (lock) {
      boolean[] on = new boolean[1];
      paces((scope, pace) -> on[0] |= pace.isOn());
      return on[0] || listeners.stream().anyMatch(SharedCounts::limitsSources);
    }
  }

  private static boolean limitsSources(ListenerPlace listener) {
    return listener.config().limits().sessionsPerSource() != null;
  }

  @Override
  public Told tell(Others others) {
    synchronized (lock) {
      Map<Scope, Long> demand = new HashMap<>();
      paces(
          (scope, pace) -> {
            long asked = pace.demand();
            if (pace.isOn() && asked > 0) {
              demand.put(scope, asked);
            }
          });
      return new Told(demand, sources(others));
    }
  }

  private Map<ListenerName, Map<Source, Integer>> sources(Others others) {
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

  @Override
  public void hear(Others others) {
    synchronized (lock) {
      listeners.forEach(listener -> listener.sources().elsewhere(others.sources(listener.name())));
      paces((scope, pace) -> pace.part(others.part(scope)));
    }
  }

  /** The part of each rate that is this node's while nobody has said one. */
  void usualPart(int expectedNodes) {
    synchronized (lock) {
      paces((scope, pace) -> pace.usualPart(1.0 / expectedNodes));
    }
  }

  private void paces(BiConsumer<Scope, Pace> each) {
    listeners.forEach(listener -> each.accept(Scope.of(listener.name()), listener.pace()));
    for (PoolPlace pool : pools) {
      for (ServerPlace server : pool.servers().values()) {
        each.accept(server.scope(), server.pace());
      }
    }
  }
}
