package dev.holdfast.ledger;

import dev.holdfast.store.Table;
import dev.holdfast.store.Table.Tells;
import dev.holdfast.words.NodeName;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The ledger of one scope: what is lent to whom. Written only by the owner of the key; a row that
 * its owner did not write last rules nothing.
 *
 * @param term the term in which the entries were reported
 * @param limit permits of the scope
 * @param limitRevision revision of the configuration that the limit came with
 * @param highLimit greatest limit since the last term that was complete
 * @param entries what each node that reported in this term may hold
 * @param gone newest incarnation per name that is proven gone
 * @param suspended incarnations that a term may complete without, though nobody proved their end
 *     (policy available)
 * @param owed incarnations that had an entry in an earlier term and have not been heard since
 * @param known union of the rosters of those who asked in this term
 * @param waived names that were never heard are not waited for in this term (policy available)
 * @param pool permits that were given back in this term while it is not complete
 * @param complete everybody who may hold permits has reported, is proven gone or suspended
 * @param line who wants more, first come first served
 * @param version +1 at each writing
 */
record LedgerRow(
    Term term,
    int limit,
    long limitRevision,
    int highLimit,
    Map<NodeName, Entry> entries,
    Map<NodeName, Long> gone,
    Map<NodeName, Long> suspended,
    Map<NodeName, Long> owed,
    Map<NodeName, Long> known,
    boolean waived,
    int pool,
    boolean complete,
    List<NodeName> line,
    long version) {
  /** The rows of the ledger, by the text of their scope. */
  static final Table<LedgerRow> TABLE = new Table<>("ledger", LedgerRow.class, Tells.NOTHING);

  LedgerRow {
    entries = sorted(entries);
    gone = sorted(gone);
    suspended = sorted(suspended);
    owed = sorted(owed);
    known = sorted(known);
    line = List.copyOf(line);
  }

  private static <V> Map<NodeName, V> sorted(Map<NodeName, V> map) {
    return Collections.unmodifiableSortedMap(new TreeMap<>(map)); // same value, same bytes
  }

  /**
   * What one node may hold.
   *
   * @param incarnation of the process
   * @param sequence of its last request that ran
   * @param granted permits it may hold
   * @param expected names it counts the majority from, at least
   * @param fromDisk its roster was not begun empty by its own start
   */
  record Entry(long incarnation, long sequence, int granted, int expected, boolean fromDisk) {}
}
