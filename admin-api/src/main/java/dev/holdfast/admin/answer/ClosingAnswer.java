package dev.holdfast.admin.answer;

import dev.holdfast.words.NodeName;
import java.util.List;

/**
 * {@code POST /v1/sessions/close}: what was begun.
 *
 * @param sessions that will end
 * @param nodes that have some of them
 * @param missing nodes that did not answer; whether they close is not known
 */
public record ClosingAnswer(long sessions, List<OnNode> nodes, List<NodeName> missing) {
  /** Copies the lists. */
  public ClosingAnswer {
    nodes = List.copyOf(nodes);
    missing = List.copyOf(missing);
  }

  /**
   * Sessions of one node.
   *
   * @param node the node
   * @param sessions how many
   */
  public record OnNode(NodeName node, long sessions) {}
}
