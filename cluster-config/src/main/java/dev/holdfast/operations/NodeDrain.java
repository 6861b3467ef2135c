package dev.holdfast.operations;

import dev.holdfast.directory.ClusterView;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeState;
import java.util.Set;

/**
 * The drain of a node: the node itself sees to its doors; its sessions end when it does not listen
 * any more.
 */
final class NodeDrain implements Course {
  @Override
  public Operation prepare(Operation operation, Scene scene) {
    return operation.to(OperationState.RUNNING, null, scene.nowMs());
  }

  @Override
  public Operation run(Operation operation, Scene scene) {
    ClusterView.Node node = scene.view().nodes().get(operation.order().node());
    if (node == null) {
      return operation.to(OperationState.FAILED, "the node is gone", scene.nowMs());
    }
    NodeId drained = operation.parts().isEmpty() ? node.status().id() : only(operation);
    if (scene.isGone(drained)) {
      boolean left = node.state() == NodeState.LEFT;
      long sessions = operation.figures().ended();
      return left
          ? operation.to(OperationState.DONE, "the node ended", scene.nowMs())
          : operation.to(
              OperationState.FAILED,
              "the node is gone, and what was left of its sessions; ended so far: " + sessions,
              scene.nowMs());
    }
    Progress row = scene.rows().get(drained);
    if (row != null && !row.open()) {
      return operation.because("the node still listens");
    }
    return DrainPace.next(operation, scene, Set.of(drained), operation.order().closes());
  }

  private static NodeId only(Operation operation) {
    return operation.parts().get(operation.parts().size() - 1).node();
  }
}
