package dev.holdfast.members;

import dev.holdfast.members.Frame.Greeting;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * Judges a greeting: whether who greets may be a member beside those that are known.
 *
 * @param cluster name of the cluster
 * @param self this process
 * @param address where it is watched
 */
record Judge(String cluster, NodeId self, HostPort address) {
  /** The refusal that a greeting gets, or null. */
  @Nullable Frame refusal(
      Greeting greeting, Roster roster, Ends ends, @Nullable Peer peer, long lease, long now) {
    NodeId id = greeting.identity().id();
    if (!greeting.cluster().equals(cluster)) {
      return Frame.refusal(
          Frame.Reason.CLUSTER,
          0,
          "cluster.name: "
              + greeting.cluster()
              + " (expected: "
              + cluster
              + ", the cluster of "
              + self.name()
              + " at "
              + address
              + ")");
    }
    if (id.name().equals(self.name())) {
      return id.equals(self) ? null : inUse(id, self);
    }
    Roster.Entry entry = roster.names().get(id.name());
    NodeId before =
        new NodeId(
            id.name(),
            Math.max(entry == null ? 0 : entry.incarnation(), roster.endedUpTo(id.name())));
    if (before.incarnation() > id.incarnation()) {
      return Frame.refusal(
          Frame.Reason.STALE,
          before.incarnation(),
          "incarnation: "
              + id
              + " (expected: above "
              + before.incarnation()
              + "; set the clock of this machine and start again)");
    }
    boolean ended = ends.proven(before) || before.equals(id) || before.incarnation() == 0;
    if (ended || proves(greeting.identity(), entry)) {
      return null;
    }
    boolean lives = peer != null && peer.link.open() && peer.heardWithin(lease, now);
    return lives
        ? inUse(id, before)
        : Frame.refusal(
            Frame.Reason.UNPROVEN,
            before.incarnation(),
            "node.name: "
                + id.name()
                + " (expected: a name whose last process, "
                + before
                + ", is gone; if it is: holdfast node forget "
                + id.name()
                + ")");
  }

  private Frame inUse(NodeId id, NodeId by) {
    return Frame.refusal(
        Frame.Reason.NAME,
        by.incarnation(),
        "node.name: "
            + id.name()
            + " (expected: a name that no living node uses; "
            + by
            + " does)");
  }

  /** True if who greets holds the lock that the process before in the roster held. */
  static boolean proves(Identity identity, Roster.@Nullable Entry before) {
    return before != null
        && identity.proves() >= before.incarnation()
        && (before.folder().equals(identity.folder()) || identity.proves() == before.incarnation());
  }
}
