package dev.holdfast.admin.answer;

import dev.holdfast.words.NodeName;
import dev.holdfast.words.Scope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/cluster}: the cluster as the answering node sees it.
 *
 * @param name of the cluster
 * @param node the one that answers
 * @param leader who writes the tables now, null if nobody is known to
 * @param majority the answering node sees a majority
 * @param revision of the shared configuration
 * @param sessions over all nodes in contact
 * @param headroom sessions that still fit if the node with the largest room is lost; negative if
 *     not even those that are
 * @param scopes every scope with a limit, and the cluster
 */
public record ClusterAnswer(
    String name,
    NodeName node,
    @Nullable NodeName leader,
    boolean majority,
    long revision,
    Count sessions,
    long headroom,
    List<ScopeCount> scopes) {
  /** Copies the list. */
  public ClusterAnswer {
    scopes = List.copyOf(scopes);
  }

  /**
   * Permits of a scope over all nodes.
   *
   * @param scope what the limit counts in
   * @param held in use
   * @param granted lent to nodes
   * @param limit or null
   */
  public record ScopeCount(Scope scope, long held, long granted, @Nullable Long limit) {}
}
