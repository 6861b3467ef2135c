package dev.holdfast.operations;

import io.vertx.core.Future;

/** How this node takes new sessions. Called on the control loop; never blocks. */
public interface Doors {
  /** Readiness fails from now on; listening goes on. */
  void drain();

  /** Ends listening without a reset for anybody who connected. */
  Future<Void> shut();

  /** Listens and is ready again; fails if an address cannot be had. */
  Future<Void> open();
}
