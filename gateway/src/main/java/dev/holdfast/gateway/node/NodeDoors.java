package dev.holdfast.gateway.node;

import dev.holdfast.gateway.path.DataPath;
import dev.holdfast.operations.Doors;
import io.vertx.core.Future;

/** The doors of this node, as the drain of a node moves them. */
final class NodeDoors implements Doors {
  private final DataPath path;
  private final Life life;

  NodeDoors(DataPath path, Life life) {
    this.path = path;
    this.life = life;
  }

  @Override
  public void drain() {
    life.drain();
  }

  @Override
  public Future<Void> shut() {
    return path.stopListening();
  }

  @Override
  public Future<Void> open() {
    if (life.ends()) {
      return Future.failedFuture("the node ends");
    }
    return path.bind().onSuccess(done -> life.stay());
  }
}
