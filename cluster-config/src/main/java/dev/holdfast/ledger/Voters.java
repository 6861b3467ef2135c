package dev.holdfast.ledger;

import dev.holdfast.members.Contact;
import dev.holdfast.words.NodeName;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who counts, as the sender of a step knows it.
 *
 * @param roster every accepted name with its newest incarnation
 * @param gone newest incarnation per name that is proven gone
 * @param left names that are proven gone and no longer in the roster: they said goodbye or were
 *     forgotten
 * @param expected the majority is counted from at least so many names; those that left do not count
 * @param fromDisk the roster was not begun empty by the sender's own start
 * @param lenient policy available: a living node whose entry was taken out may report again
 */
record Voters(
    Map<NodeName, Long> roster,
    Map<NodeName, Long> gone,
    Set<NodeName> left,
    int expected,
    boolean fromDisk,
    boolean lenient) {
  Voters {
    roster = Collections.unmodifiableSortedMap(new TreeMap<>(roster));
    gone = Collections.unmodifiableSortedMap(new TreeMap<>(gone));
    left = Collections.unmodifiableSortedSet(new TreeSet<>(left));
  }

  static Voters of(Contact contact, int expectedNodes, boolean lenient) {
    Set<NodeName> left = new TreeSet<>(contact.gone().keySet());
    left.removeAll(contact.roster().keySet());
    return new Voters(
        contact.roster(),
        contact.gone(),
        left,
        Math.max(1, expectedNodes - left.size()),
        contact.fromDisk(),
        lenient);
  }
}
