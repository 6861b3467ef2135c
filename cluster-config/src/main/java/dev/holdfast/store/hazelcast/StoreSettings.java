package dev.holdfast.store.hazelcast;

import dev.holdfast.config.ClusterSettings;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.NodeId;
import java.time.Duration;

/**
 * What the member of this process needs to know.
 *
 * @param self this process
 * @param member the address it binds and is known by; one address of this machine, port not 0
 * @param cluster its cluster and where the others are
 * @param lease a node is taken out after so long without contact; the store gives up a silent
 *     member after half of it, at least 3 s. A lease that changes while the member runs does not
 *     reach the store: that decides only how soon others own the keys of a silent member
 * @param joinWithin how long a start waits for a member that answers
 * @param mergeEvery how often the oldest member looks for another part of the cluster to merge with
 */
public record StoreSettings(
    NodeId self,
    HostPort member,
    ClusterSettings cluster,
    Duration lease,
    Duration joinWithin,
    Duration mergeEvery) {
  /** With 10 s to find a member and 5 s between two searches for another part. */
  public StoreSettings(NodeId self, HostPort member, ClusterSettings cluster, Duration lease) {
    this(self, member, cluster, lease, Duration.ofSeconds(10), Duration.ofSeconds(5));
  }
}
