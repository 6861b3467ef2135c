package dev.holdfast.tally;

import dev.holdfast.store.Table;
import dev.holdfast.words.NodeId;

/**
 * The row of a node; only that process writes it.
 *
 * @param id the process
 * @param sequence +1 at each writing
 * @param told what it tells
 */
public record TallyRow(NodeId id, long sequence, Told told) {
  /** The rows, by name of the node. */
  public static final Table<TallyRow> TABLE = new Table<>("tally", TallyRow.class);
}
