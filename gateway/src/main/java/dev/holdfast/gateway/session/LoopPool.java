package dev.holdfast.gateway.session;

import dev.holdfast.epoch.LoopRoutes;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A pool on one loop: its routes, and whose turn it is. */
final class LoopPool {
  private final PoolPlace place;
  private final LoopRoutes routes;
  private final List<InetAddress> sourceAddresses;
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
