package dev.holdfast.admin;

import dev.holdfast.admin.answer.NodeAnswer;
import dev.holdfast.words.NodeName;
import io.vertx.core.Future;

/** The nodes as operators speak of them. The rules of {@link Cluster} hold here too. */
public interface Nodes {
  /**
   * The operator's word that a node that vanished is gone; its permits return. Refused with a
   * conflict while it is in contact, and if it is unknown. Saying it twice changes nothing.
   */
  Future<NodeAnswer> forget(NodeName node);
}
