package dev.holdfast.gateway.session;

import dev.holdfast.epoch.LoopRoutes;
import dev.holdfast.gateway.admit.Pace;
import java.net.Inet4Address;
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
  private int turn;

  LoopPool(PoolPlace place, LoopRoutes routes, List<InetAddress> sourceAddresses) {
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

  /** Forgets lines that nobody needs any more. */
  void tidy() {
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

  /** The next local address of the target's family, null for the system's choice. */
  @Nullable InetAddress nextSourceAddress(InetAddress target) {
    boolean v4 = target instanceof Inet4Address;
    for (int i = 0; i < sourceAddresses.size(); i++) {
      turn = turn + 1 == sourceAddresses.size() ? 0 : turn + 1;
      InetAddress next = sourceAddresses.get(turn);
      if (next instanceof Inet4Address == v4) {
        return next;
      }
    }
    return null;
  }
}
