package dev.holdfast.operations;

import dev.holdfast.directory.ClusterView;
import dev.holdfast.epoch.PoolState;
import dev.holdfast.words.AdminState;

/** The drain of a server: begins when no node routes a new source to it any more. */
final class ServerDrain implements Course {
  @Override
  public Operation prepare(Operation operation, Scene scene) {
    Order order = operation.order();
    ClusterView.Pool pool = scene.view().pools().get(order.pool());
    if (pool == null || !pool.servers().containsKey(order.server())) {
      return operation.to(OperationState.FAILED, "the server was removed", scene.nowMs());
    }
    if (scene.view().intent().state(order.pool(), order.server()) != AdminState.DRAIN) {
      return operation; // the leader orders it
    }
    PoolState routes = scene.pools().apply(order.pool());
    boolean moved =
        routes.settled()
            && routes.shares().getOrDefault(order.server(), 0) == 0
            && (order.keeps() || !routes.serving().contains(order.server()))
            && DrainPace.allRouteBy(routes.epoch(), scene, order.pool());
    return moved
        ? operation.to(OperationState.RUNNING, null, scene.nowMs())
        : operation.because("waits for the table of pool " + order.pool());
  }

  @Override
  public Operation run(Operation operation, Scene scene) {
    Order order = operation.order();
    boolean drains = scene.view().intent().state(order.pool(), order.server()) == AdminState.DRAIN;
    ClusterView.Pool pool = scene.view().pools().get(order.pool());
    boolean configured = pool != null && pool.servers().containsKey(order.server());
    if (configured && !drains) {
      return operation.to(
          OperationState.CANCELLED, "the server is not in drain any more", scene.nowMs());
    }
    return DrainPace.next(operation, scene, scene.there(), false);
  }
}
