package dev.holdfast.gateway.node;

import dev.holdfast.admin.answer.Explanation;
import dev.holdfast.admin.problem.Problem;
import dev.holdfast.config.ListenerConfig;
import dev.holdfast.config.PoolConfig;
import dev.holdfast.directory.ClusterView;
import dev.holdfast.epoch.PoolState;
import dev.holdfast.gateway.health.CheckResult;
import dev.holdfast.gateway.path.DataPath;
import dev.holdfast.gateway.ports.PortUse;
import dev.holdfast.ledger.Ledger;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.Overflow;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Refusal;
import dev.holdfast.words.Scope;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What would happen to a new session of a source now: the walk, without walking it. */
final class Explained {
  private final Parts parts;
  private final ClusterView view;

  Explained(Parts parts, ClusterView view) {
    this.parts = parts;
    this.view = view;
  }

  Explanation of(ListenerName name, Source address) {
    ClusterView.Listener known = view.listeners().get(name);
    if (known == null) {
      throw Problem.unknown("listener: " + name).refused();
    }
    ListenerConfig listener = known.config();
    PoolConfig pool = view.intent().config().pool(listener.pool()).orElseThrow();
    Source source = address.cut(pool.affinity().ipv4Prefix(), pool.affinity().ipv6Prefix());
    PoolState.Explanation route = parts.epochs().explain(pool.name(), source);
    Refusal hindrance = hindrance(listener, pool, address, route);
    return new Explanation(
        route.slot(),
        route.epoch(),
        pool.name(),
        route.server(),
        route.by() == null ? null : route.by().name().toLowerCase(Locale.ROOT),
        route.next(),
        hindrance == null ? "admit" : waits(hindrance, pool) ? "queue" : "refuse",
        hindrance == null ? null : hindrance.label(),
        route.server() == null ? null : ports(parts.path(), pool.name(), route.server()),
        check(pool.name(), route.server()),
        source,
        route.held(),
        route.server() != null
            && route.server().equals(view.intent().pinsInForce(pool).get(source)),
        standing(pool.name(), route.server()),
        permits(listener, pool.name(), route.server()),
        view.pools().get(pool.name()).queued(),
        changes(route));
  }

  private Explanation.@Nullable Standing standing(PoolName pool, @Nullable ServerName name) {
    ClusterView.Server server = name == null ? null : view.pools().get(pool).servers().get(name);
    return server == null
        ? null
        : new Explanation.Standing(server.standing().state(), server.standing().health());
  }

  /** What it would take: here what this node has, over the cluster what all have. */
  private List<Explanation.Permits> permits(
      ListenerConfig listener, PoolName pool, @Nullable ServerName server) {
    Map<Scope, Ledger.Status> here = parts.ledger().statuses();
    List<Explanation.Permits> permits = new ArrayList<>();
    for (Scope scope : scopes(listener, pool, server).keySet()) {
      ClusterView.Sum sum = view.scopes().get(scope);
      Ledger.Status own = here.get(scope);
      if (sum != null) {
        long held = own == null ? 0 : own.held();
        boolean lent = own != null && own.limit() != null;
        permits.add(
            new Explanation.Permits(
                scope, sum.held(), sum.granted(), sum.limit(), held, lent ? own.granted() : held));
      }
    }
    return permits;
  }

  /** A drain and a failure move a source alike; who has sessions may be kept by a pin. */
  private static List<Explanation.Change> changes(PoolState.Explanation route) {
    ServerName server = route.server();
    if (server == null) {
      return List.of();
    }
    ServerName then = route.next().isEmpty() ? null : route.next().get(0);
    return List.of(
        new Explanation.Change("server " + server + " is drained", then),
        new Explanation.Change("server " + server + " is DOWN", then));
  }

  private @Nullable String check(PoolName pool, @Nullable ServerName server) {
    CheckResult last = server == null ? null : parts.path().health().last(pool, server);
    return last == null ? null : last.text();
  }

  private @Nullable Refusal hindrance(
      ListenerConfig listener, PoolConfig pool, Source address, PoolState.Explanation route) {
    Refusal alone = parts.path().hindrance(listener.name(), address);
    if (alone != null) {
      return alone;
    }
    if (parts.path().size() >= parts.settings().node().maxSessions()) {
      return Refusal.NODE_LIMIT;
    }
    if (!parts.epochs().state(pool.name()).open() || !parts.ledger().admits()) {
      return Refusal.CUT_OFF;
    }
    if (route.server() == null) {
      return Refusal.NO_SERVER;
    }
    for (Map.Entry<Scope, Refusal> scope :
        scopes(listener, pool.name(), route.server()).entrySet()) {
      ClusterView.Sum sum = view.scopes().get(scope.getKey());
      if (sum != null && sum.limit() != null && sum.held() >= sum.limit()) {
        return scope.getValue();
      }
    }
    Explanation.Ports ports = ports(parts.path(), pool.name(), route.server());
    return ports != null && ports.used() >= ports.limit() ? Refusal.NO_PORT : null;
  }

  /** The local ports of this node towards a server, null where nobody counts them. */
  static Explanation.@Nullable Ports ports(DataPath path, PoolName pool, ServerName server) {
    List<PortUse> uses = path.portUses(pool, server);
    return uses.isEmpty()
        ? null
        : new Explanation.Ports(
            uses.stream().mapToLong(PortUse::used).sum(),
            uses.stream().mapToLong(PortUse::limit).sum());
  }

  private static Map<Scope, Refusal> scopes(
      ListenerConfig listener, PoolName pool, @Nullable ServerName server) {
    Map<Scope, Refusal> scopes = new LinkedHashMap<>();
    if (server != null) {
      scopes.put(Scope.of(pool, server), Refusal.SERVER_LIMIT);
    }
    scopes.put(Scope.of(pool), Refusal.POOL_LIMIT);
    scopes.put(Scope.of(listener.name()), Refusal.LISTENER_LIMIT);
    scopes.put(Scope.CLUSTER, Refusal.CLUSTER_LIMIT);
    return scopes;
  }

  /** Full scopes are waited for, unless the pool refuses. */
  private static boolean waits(Refusal hindrance, PoolConfig pool) {
    return switch (hindrance) {
      case SERVER_LIMIT, POOL_LIMIT, LISTENER_LIMIT, CLUSTER_LIMIT ->
          pool.overflow() != Overflow.REFUSE;
      default -> false;
    };
  }
}
