package dev.holdfast.members;

import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Who is there: what this node knows of the others by its watch connections and its roster. A
 * snapshot; a new one is published whenever something changes.
 *
 * @param self this process
 * @param roster every accepted name with its newest incarnation, this node included; names leave it
 *     by a goodbye or {@code node forget}
 * @param heard the processes heard within one lease, this one included
 * @param gone newest incarnation per name that is proven gone (P1 to P4 of the ledger); the proof
 *     is already older than the settling time
 * @param fromDisk the roster was read from the state folder or learned from others in memory, not
 *     begun empty by this very start
 * @param majority {@code heard} holds more than half of max(expected nodes, names in the roster)
 * @param sinceMs how long, in milliseconds, {@code majority} has had its value
 */
public record Contact(
    NodeId self,
    Map<NodeName, Long> roster,
    Set<NodeId> heard,
    Map<NodeName, Long> gone,
    boolean fromDisk,
    boolean majority,
    long sinceMs) {
  /** Copies the collections. */
  public Contact {
    roster = Map.copyOf(roster);
    heard = Set.copyOf(heard);
    gone = Map.copyOf(gone);
  }

  /**
   * True if these processes are more than half of the names in the roster. The members of the store
   * must be, before a node believes it: the store can be split while all nodes hear each other, and
   * each part has rows of its own.
   */
  public boolean majorityOf(Collection<NodeId> processes) {
    Set<NodeName> names = new HashSet<>();
    for (NodeId process : processes) { // asked ten times a second
      if (roster.containsKey(process.name())) {
        names.add(process.name());
      }
    }
    return roster.isEmpty() || 2 * names.size() > roster.size();
  }

  /** True if nothing but time distinguishes the two. */
  public boolean saysTheSameAs(Contact other) {
    return self.equals(other.self)
        && roster.equals(other.roster)
        && heard.equals(other.heard)
        && gone.equals(other.gone)
        && fromDisk == other.fromDisk
        && majority == other.majority;
  }
}
