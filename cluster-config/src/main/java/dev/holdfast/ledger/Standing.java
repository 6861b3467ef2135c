package dev.holdfast.ledger;

import dev.holdfast.members.Contact;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How this node stands towards the others: with a majority, cut off, alone; and who is silent. Fed
 * with contacts and the time; control loop.
 *
 * <p>{@link Contact#heard} forgets a process one lease after it was heard. So a node that was in
 * contact and is no longer has been silent for a lease already, unless its end was proven.
 */
final class Standing {
  /** Longer than a proof and its settling time take: who was killed is proven gone, not silent. */
  private static final long PROOF_NANOS = 4_000_000_000L;

  /** Longer than the room below needs to notice a gap, to look and to publish what it saw. */
  private static final long REGAIN_NANOS = 2_000_000_000L;

  /** Between a contact and the clock that is read after it. */
  private static final long SLACK_MS = 10;

  private @Nullable Contact contact;
  private boolean trusted;
  private long gapNanos;
  private long cutSinceNanos;
  private long contactedNanos;
  private final Set<NodeName> everHeard = new HashSet<>();
  private final Map<NodeName, Long> silentSinceNanos = new TreeMap<>();

  /** A new contact: it is true at the time given. */
  void contact(Contact next, long nowNanos, long leaseNanos) {
    boolean first = contact == null;
    boolean wasCut = first || !contact.majority();
    if (!next.majority() && first) {
      cutSinceNanos = nowNanos - next.sinceMs() * 1_000_000;
    } else if (!next.majority() && !wasCut) {
      boolean proven = !next.gone().equals(contact.gone());
      cutSinceNanos = proven ? nowNanos : nowNanos - leaseNanos;
    }
    contact = next;
    contactedNanos = nowNanos;
    trusted = true;
    next.heard().forEach(id -> everHeard.add(id.name()));
    Set<NodeName> silent = silentNames();
    silentSinceNanos.keySet().retainAll(silent);
    long proofNanos = Math.min(leaseNanos, PROOF_NANOS);
    silent.forEach(
        name ->
            silentSinceNanos.putIfAbsent(
                name, everHeard.contains(name) ? nowNanos - leaseNanos + proofNanos : nowNanos));
  }

  /**
   * A new contact shows a majority that was lost since the one before, even where nobody was told
   * of the loss.
   */
  boolean comesBackBy(Contact next, long nowNanos) {
    if (contact == null || !next.majority()) {
      return false;
    }
    long elapsedMs = (nowNanos - contactedNanos) / 1_000_000;
    return !contact.majority() || next.sinceMs() < elapsedMs - SLACK_MS;
  }

  /** The process did not run for longer than a lease: what it knew of contact is worth nothing. */
  void gap(long nowNanos) {
    trusted = false;
    gapNanos = nowNanos;
  }

  /** Time passes: had the contact changed over the gap, a new one would have come by now. */
  void pass(long nowNanos, long leaseNanos) {
    trusted |= nowNanos - gapNanos >= Math.min(leaseNanos, REGAIN_NANOS);
  }

  /** The store has answered: the node is in contact. */
  void answered() {
    trusted = true;
  }

  @Nullable Contact contact() {
    return contact;
  }

  /** Sees a majority, and has run without a gap since it last heard so. */
  boolean inContact() {
    return trusted && hasMajority();
  }

  /** The last contact showed a majority. */
  boolean hasMajority() {
    return contact != null && contact.majority();
  }

  /** Without a majority for one lease, or with nobody left who may be alive. */
  boolean isAlone(long nowNanos, long leaseNanos, int expectedNodes) {
    return contact != null
        && !contact.majority()
        && (nowNanos - cutSinceNanos >= leaseNanos || maybeAlive(expectedNodes) == 1);
  }

  /** How long {@link #hasMajority} has had its value. */
  long sinceNanos(long nowNanos) {
    return contact.sinceMs() * 1_000_000 + nowNanos - contactedNanos;
  }

  /** When the node was cut off; means nothing while it has a majority. */
  long cutSinceNanos() {
    return cutSinceNanos;
  }

  /**
   * Nodes that may be alive, this one included: those of the roster that are not proven gone, and
   * as many as are expected and were never seen.
   */
  int maybeAlive(int expectedNodes) {
    Set<NodeName> names = new TreeSet<>(contact.roster().keySet());
    names.addAll(contact.gone().keySet());
    int unseen = Math.max(0, expectedNodes - names.size());
    return Math.max(1, names.size() - provenGone().size() + unseen);
  }

  /** Names whose newest process is proven gone, or that left the roster. */
  Set<NodeName> provenGone() {
    Set<NodeName> names = new TreeSet<>();
    contact
        .gone()
        .forEach(
            (name, incarnation) -> {
              Long newest = contact.roster().get(name);
              if (newest == null || newest <= incarnation) {
                names.add(name);
              }
            });
    names.remove(contact.self().name());
    return names;
  }

  /** Names of the roster that are silent for one lease and not proven gone. */
  Map<NodeName, Long> silent(long nowNanos, long leaseNanos) {
    Map<NodeName, Long> silent = new TreeMap<>();
    silentSinceNanos.forEach(
        (name, since) -> {
          if (nowNanos - since >= leaseNanos) {
            silent.put(name, contact.roster().get(name));
          }
        });
    return silent;
  }

  private Set<NodeName> silentNames() {
    Set<NodeName> names = new TreeSet<>();
    contact
        .roster()
        .forEach(
            (name, incarnation) -> {
              if (!contact.heard().contains(new NodeId(name, incarnation))) {
                names.add(name);
              }
            });
    names.remove(contact.self().name());
    names.removeAll(provenGone());
    return names;
  }

  /** This node speaks for those in contact: the first of their names. */
  boolean speaks() {
    return contact.heard().stream()
        .map(NodeId::name)
        .allMatch(name -> contact.self().name().compareTo(name) <= 0);
  }
}
