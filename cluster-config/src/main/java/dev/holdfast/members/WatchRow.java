package dev.holdfast.members;

import dev.holdfast.store.Table;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.NodeId;

/**
 * Where a process can be watched; key: the name of the node. Only the node writes its row.
 *
 * @param id the process
 * @param watch its watch address
 */
public record WatchRow(NodeId id, HostPort watch) {
  /** The table of these rows. */
  public static final Table<WatchRow> TABLE = new Table<>("watch", WatchRow.class);
}
