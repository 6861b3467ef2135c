package dev.holdfast.config;

import dev.holdfast.words.HostPort;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The part of {@code cluster} that belongs to one node: which cluster, and where the others are.
 *
 * @param name the cluster
 * @param members addresses of members to join, empty when alone or when found by DNS
 * @param dns a name that resolves to the members, or null
 */
public record ClusterSettings(String name, List<HostPort> members, @Nullable HostPort dns) {
  /** Copies the list. */
  public ClusterSettings {
    members = List.copyOf(members);
  }

  /** True if no others are named: a cluster of one. */
  public boolean alone() {
    return members.isEmpty() && dns == null;
  }
}
