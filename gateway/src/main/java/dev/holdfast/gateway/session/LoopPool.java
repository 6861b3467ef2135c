package dev.holdfast.gateway.session;

import dev.holdfast.epoch.LoopRoutes;
import dev.holdfast.gateway.admit.Pace;
import dev.holdfast.gateway.ports.PortPlan;
import dev.holdfast.gateway.ports.PortTuple;
import dev.holdfast.gateway.ports.Ports;
import java.net.InetAddress;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A pool on one loop: its routes, and whose turn it is. */
final class LoopPool {
  private final PoolPlace place;
  private final LoopRoutes routes;
  private final List<InetAddress> sourceAddresses;
  private final Map<ServerPlace, PaceLine> lines = new IdentityHashMap<>();
  private final Ports ports;
  private final Map<ServerPlace, PortPlan> plans = new IdentityHashMap<>();

  LoopPool(PoolPlace place, LoopRoutes routes, Ports ports, List<InetAddress> sourceAddresses) {
    this.ports = ports;
    this.place = place;
    this.routes = routes;
    this.sourceAddresses = sourceAddresses;
  }

  PoolPlace place() {
    return place;
  }

  LoopRoutes routes() {
    return routes;
  }

  /** Where sessions wait for a server by its pace, or null if it has none and nobody waits. */
  @Nullable PaceLine line(ServerPlace server, Function<Pace, PaceLine> make) {
    PaceLine known = lines.get(server);
    if (known == null && server.pace().isOn()) {
      known = make.apply(server.pace());
      lines.put(server, known);
    }
    return known;
  }

  /** Forgets what nobody needs any more. */
  void tidy() {
    plans.keySet().removeIf(server -> place.server(server.name()) != server);
    lines
        .entrySet()
        .removeIf(
            line ->
                line.getValue().isEmpty()
                    && (!line.getKey().pace().isOn()
                        || place.server(line.getKey().name()) != line.getKey()));
  }

  /** True if this node has more than one address towards the pool. */
  boolean hasSeveralSources() {
    return sourceAddresses.size() > 1;
  }

  /** The local ports towards a server, whose address or ports may have changed. */
  PortPlan plan(ServerPlace server, InetAddress address) {
    PortPlan known = plans.get(server);
    if (known == null || !known.isFor(address, server.config().ports())) {
      known = ports.plan(sourceAddresses, address, server.config().ports());
      plans.put(server, known);
    }
    return known;
  }

  /** A session connected: ways that failed lately where this one led there are at fault. */
  void connected(ServerPlace server, @Nullable PortTuple by, long nowNanos) {
    PortPlan plan = hasSeveralSources() ? plans.get(server) : null;
    if (plan != null && by != null) {
      plan.connected(by, nowNanos);
    }
  }

  /** The bits of all tuples that lead to the same port of a server. */
  long sameTarget(ServerPlace server, PortTuple to) {
    PortPlan plan = plans.get(server);
    return plan == null ? 0 : plan.sameTarget(to);
  }
}
