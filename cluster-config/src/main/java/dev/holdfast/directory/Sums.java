package dev.holdfast.directory;

import dev.holdfast.config.ListenerConfig;
import dev.holdfast.config.PoolConfig;
import dev.holdfast.config.ServerConfig;
import dev.holdfast.config.SharedConfig;
import dev.holdfast.directory.ClusterView.Sum;
import dev.holdfast.directory.NodeStatus.Count;
import dev.holdfast.directory.NodeStatus.Permit;
import dev.holdfast.directory.PoolVerdict.Votes;
import dev.holdfast.words.Health;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Scope;
import dev.holdfast.words.ServerName;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Adds up what the nodes say, and remembers the highest sum of each thing. Sums are samples, so the
 * highest is at least what one node counted alone at its own peak. One thread.
 */
final class Sums {
  private final Map<Scope, Long> highest = new HashMap<>();

  /** Forgets the maxima of what is no longer configured. */
  void keep(Set<Scope> configured) {
    highest.keySet().retainAll(configured);
  }

  /** Every scope of a configuration with its limit, null for none. */
  static Map<Scope, @Nullable Long> limits(SharedConfig config) {
    Map<Scope, @Nullable Long> limits = new LinkedHashMap<>();
    limits.put(Scope.CLUSTER, config.sessions());
    for (ListenerConfig listener : config.listeners()) {
      limits.put(Scope.of(listener.name()), listener.limits().sessions());
    }
    for (PoolConfig pool : config.pools()) {
      limits.put(Scope.of(pool.name()), pool.sessions());
      for (ServerConfig server : pool.servers()) {
        limits.put(Scope.of(pool.name(), server.name()), server.sessions());
      }
    }
    return limits;
  }

  static Sum permits(Collection<NodeStatus> nodes, Scope scope, @Nullable Long limit) {
    long held = 0;
    long granted = 0;
    for (NodeStatus node : nodes) {
      Permit permit = node.permits().get(scope);
      if (permit != null) {
        held += permit.held();
        granted += permit.granted();
      }
    }
    return new Sum(held, granted, limit);
  }

  Count sessions(Collection<NodeStatus> nodes, @Nullable Long limit) {
    return count(Scope.CLUSTER, nodes, NodeStatus::sessions, limit);
  }

  Count listener(Collection<NodeStatus> nodes, ListenerName name, @Nullable Long limit) {
    return count(Scope.of(name), nodes, node -> node.listeners().get(name), limit);
  }

  Count pool(Collection<NodeStatus> nodes, PoolName name, @Nullable Long limit) {
    return count(
        Scope.of(name),
        nodes,
        node -> node.pools().containsKey(name) ? node.pools().get(name).sessions() : null,
        limit);
  }

  Count server(
      Collection<NodeStatus> nodes, PoolName pool, ServerName server, @Nullable Long limit) {
    return count(
        Scope.of(pool, server),
        nodes,
        node -> {
          NodeStatus.Server known = server(node, pool, server);
          return known == null ? null : known.sessions();
        },
        limit);
  }

  private Count count(
      Scope scope,
      Collection<NodeStatus> nodes,
      Function<NodeStatus, @Nullable Count> of,
      @Nullable Long limit) {
    List<Count> counts = nodes.stream().map(of).filter(Objects::nonNull).toList();
    long sum = counts.stream().mapToLong(Count::current).sum();
    long peak = counts.stream().mapToLong(Count::max).reduce(sum, Math::max);
    return new Count(sum, highest.merge(scope, peak, Math::max), limit);
  }

  static Votes votes(Collection<NodeStatus> nodes, PoolName pool, ServerName server) {
    return new Votes(
        (int) votes(nodes, pool, server, Health.UP).count(),
        (int) votes(nodes, pool, server, Health.DOWN).count());
  }

  private static Stream<NodeStatus> votes(
      Collection<NodeStatus> nodes, PoolName pool, ServerName server, Health health) {
    return nodes.stream()
        .filter(
            node -> {
              NodeStatus.Server known = server(node, pool, server);
              return known != null && known.vote() == health;
            });
  }

  private static NodeStatus.@Nullable Server server(
      NodeStatus node, PoolName pool, ServerName server) {
    NodeStatus.Pool known = node.pools().get(pool);
    return known == null ? null : known.servers().get(server);
  }
}
