package dev.holdfast.ledger;

import dev.holdfast.ledger.LedgerRow.Entry;
import dev.holdfast.words.NodeName;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Whether a term is complete: everybody who may hold permits is accounted for, a majority has
 * reported, and among those are enough that remember who there is.
 *
 * @param entries who has reported in this term
 * @param gone newest incarnation per name that is proven gone
 * @param suspended incarnations that are not waited for
 * @param owed incarnations that had an entry in an earlier term
 * @param known union of the rosters of those who asked in this term
 * @param byMajority R-majority is on
 * @param waived names that were never heard are not waited for
 */
record Census(
    Map<NodeName, Entry> entries,
    Map<NodeName, Long> gone,
    Map<NodeName, Long> suspended,
    Map<NodeName, Long> owed,
    Map<NodeName, Long> known,
    boolean byMajority,
    boolean waived) {
  boolean isComplete() {
    return everyoneAccounted() && majorityReported() && rostersTrusted();
  }

  private boolean everyoneAccounted() {
    return known.entrySet().stream().allMatch(e -> accounted(e.getKey(), e.getValue()))
        && owed.entrySet().stream().allMatch(e -> accounted(e.getKey(), e.getValue()))
        && !entries.isEmpty();
  }

  private boolean accounted(NodeName node, long incarnation) {
    Entry entry = entries.get(node);
    return (entry != null && entry.incarnation() >= incarnation)
        || covers(gone, node, incarnation)
        || covers(suspended, node, incarnation);
  }

  /** These incarnations reach as far as this one. */
  static boolean covers(Map<NodeName, Long> incarnations, NodeName node, long incarnation) {
    return incarnations.getOrDefault(node, Long.MIN_VALUE) >= incarnation;
  }

  /** More than half of the names, counted over names that answer themselves. */
  boolean majorityReported() {
    int names = Math.max(expected(), known.size());
    long reporters = entries.keySet().stream().filter(known::containsKey).count();
    return !byMajority || reporters * 2 > names;
  }

  /** Nodes that begin with nothing on disk know nothing: then all expected names must be there. */
  private boolean rostersTrusted() {
    Set<NodeName> names = new HashSet<>(entries.keySet());
    known.keySet().stream().filter(gone::containsKey).forEach(names::add);
    long remember = entries.values().stream().filter(Entry::fromDisk).count();
    return waived
        || names.size() >= expected()
        || remember * 2 > Math.max(expected(), known.size());
  }

  private int expected() {
    return entries.values().stream().mapToInt(Entry::expected).max().orElse(1);
  }
}
