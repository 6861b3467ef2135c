package dev.holdfast.gateway.node;

import dev.holdfast.admin.Nodes;
import dev.holdfast.admin.answer.Count;
import dev.holdfast.admin.answer.NodeAnswer;
import dev.holdfast.admin.problem.Problem;
import dev.holdfast.directory.ClusterView;
import dev.holdfast.directory.Directory;
import dev.holdfast.members.Forgetting;
import dev.holdfast.members.Members;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.NodeState;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What operators say of nodes, over the watch of this node. */
final class NodeChanges implements Nodes {
  private final Members members;
  private final Directory directory;

  NodeChanges(Members members, Directory directory) {
    this.members = members;
    this.directory = directory;
  }

  @Override
  public Future<NodeAnswer> forget(NodeName node) {
    return members
        .forget(node)
        .compose(
            outcome -> {
              Problem refused = refusal(outcome);
              return refused == null
                  ? Future.succeededFuture(forgotten(node))
                  : Future.failedFuture(refused.refused());
            });
  }

  private NodeAnswer forgotten(NodeName node) {
    ClusterView.Node known = directory.view().nodes().get(node);
    return known != null
        ? ClusterAnswers.node(
            new ClusterView.Node(known.status(), NodeState.LOST, known.silentMs()))
        : new NodeAnswer(
            node,
            NodeState.LOST,
            null,
            null,
            new Count(0, 0, null),
            List.of(),
            0,
            false,
            List.of(),
            0,
            List.of());
  }

  private static @Nullable Problem refusal(Forgetting outcome) {
    if (outcome instanceof Forgetting.InContact heard) {
      return Problem.conflict(
          "node " + heard.id().name() + " is in contact: " + heard.by() + " hears it");
    }
    if (outcome instanceof Forgetting.TooEarly early) {
      return Problem.conflict(
          "node "
              + early.id().name()
              + " is not silent for long enough; say it again in "
              + (early.waitMs() / 1000 + 1)
              + " s");
    }
    if (outcome instanceof Forgetting.Unknown unknown) {
      return Problem.unknown("node: " + unknown.name());
    }
    if (outcome instanceof Forgetting.NoMajority few && !few.silent().isEmpty()) {
      return Problem.noMajority(
          "the word on node "
              + few.id().name()
              + " is remembered; it takes effect when the silent nodes "
              + few.silent()
              + " are forgotten too or answer");
    }
    return outcome instanceof Forgetting.Forgotten
        ? null
        : Problem.noMajority("the other nodes do not answer");
  }
}
