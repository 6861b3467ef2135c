package dev.holdfast.config;

import java.util.ArrayList;
import java.util.List;

/**
 * What one configuration file says.
 *
 * @param node what belongs to this node
 * @param cluster which cluster, and where the others are
 * @param shared what all nodes share
 */
public record Settings(NodeSettings node, ClusterSettings cluster, SharedConfig shared) {
  /** The keys of this node alone in which another file differs, as {@code node.max-sessions}. */
  public List<String> nodeKeysChangedIn(Settings other) {
    List<String> keys = new ArrayList<>(NodeKeys.NODE.differing("node.", node, other.node));
    if (!cluster.name().equals(other.cluster.name())) {
      keys.add("cluster.name");
    }
    if (!cluster.equals(
        new ClusterSettings(cluster.name(), other.cluster.members(), other.cluster.dns()))) {
      keys.add("cluster.join");
    }
    return keys;
  }
}
