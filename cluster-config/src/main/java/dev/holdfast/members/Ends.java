package dev.holdfast.members;

import dev.holdfast.members.Frame.Heard;
import dev.holdfast.words.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges whether a process is gone, and waits the settling time before it says so: its kernel
 * closes its sockets one after the other, and their ends must reach the servers before its permits
 * are lent again. Confined to the watch thread.
 *
 * <p>Proofs are those of the ledger's rules: P1 its goodbye, P2 the end of its watch connection, P3
 * the lock of its state folder, P4 the operator's word (see {@link Forgets}). A reset, a timeout, a
 * refusal alone, or silence prove nothing.
 */
final class Ends {
  /** How a process ended. */
  enum Proof {
    /** Its own word. */
    GOODBYE,
    /** FIN, refused connections, and nobody hears it. */
    CONNECTION,
    /** A later process holds the lock of its folder. */
    LOCK
  }

  private record Settling(Proof proof, long dueNanos) {}

  private static final Logger LOG = LoggerFactory.getLogger(Ends.class);
  private static final long MS = 1_000_000L;
  private static final long SETTLING_NANOS = 300 * MS;
  private static final long PER_SESSION_NANOS = 50_000L;

  private final ToLongFunction<NodeId> sessions;
  private final RosterFile file;
  private final Map<NodeId, Settling> settling = new HashMap<>();

  /**
   * @param sessions how many sessions a process had when it was last known; any thread
   */
  Ends(ToLongFunction<NodeId> sessions, RosterFile file) {
    this.sessions = sessions;
    this.file = file;
  }

  /** True if the process is proven gone, settled or not. */
  boolean proven(NodeId id) {
    return settling.containsKey(id) || file.stored().endedUpTo(id.name()) >= id.incarnation();
  }

  /** Takes a proof; it counts after the settling time. */
  void prove(NodeId id, Proof proof, long now) {
    if (proven(id)) {
      return;
    }
    long count = Math.max(0, sessions.applyAsLong(id));
    long wait = SETTLING_NANOS + Math.min(count, 10_000_000L) * PER_SESSION_NANOS;
    LOG.info(
        "A process is proven gone node={} proof={} sessions={} settlingMs={}",
        id,
        proof,
        count,
        wait / MS);
    settling.put(id, new Settling(proof, now + wait));
  }

  /** Lets what is settled count. */
  void beat(long now, Runnable changed) {
    for (Map.Entry<NodeId, Settling> each : new ArrayList<>(settling.entrySet())) {
      NodeId id = each.getKey();
      if (now - each.getValue().dueNanos() >= 0) {
        boolean left = each.getValue().proof() == Proof.GOODBYE;
        file.change(
            roster -> left ? roster.leaving(id) : roster.proving(id),
            () -> {
              settling.remove(id);
              changed.run();
            });
      }
    }
  }

  /** Looks at each connection that ended by a FIN: has its process ended (P2)? */
  void judge(Collection<Peer> peers, long lease, long pulse, long now) {
    for (Peer peer : peers) {
      Peer.Evidence evidence = peer.evidence;
      if (evidence == null || !evidence.refused() || proven(evidence.id())) {
        continue;
      }
      List<Peer> voters =
          peers.stream()
              .filter(other -> other != peer && other.heardWithin(lease, now) && !ended(other))
              .toList();
      if (voters.stream().allMatch(voter -> deaf(voter, evidence, pulse, now))) {
        peer.known = false;
        prove(evidence.id(), Proof.CONNECTION, now);
      }
    }
  }

  /**
   * It ended like the one that is judged, so nobody waits for its word: two may be killed at once.
   */
  private static boolean ended(Peer other) {
    return other.evidence != null && other.evidence.refused();
  }

  /**
   * True if the other has not heard the process since its FIN, by a pulse that arrived after it: it
   * has no connection to it, or heard nothing over it for two pulses and since the FIN.
   */
  private static boolean deaf(Peer voter, Peer.Evidence evidence, long pulse, long now) {
    if (voter.pulse == null || voter.pulseAt - evidence.atNanos() <= 0) {
      return false;
    }
    Heard heard = voter.says(evidence.id());
    if (heard == null || !heard.open()) {
      return true;
    }
    long age = heard.ageMs() * MS + (now - voter.pulseAt);
    return heard.ageMs() >= 0 && age > Math.max(2 * pulse, now - evidence.atNanos());
  }
}
