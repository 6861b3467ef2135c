package dev.holdfast.operations;

import dev.holdfast.store.Table;
import dev.holdfast.store.Table.Tells;
import dev.holdfast.words.NodeId;

/**
 * What a process says of its part in an operation, each second; only it writes this row. All
 * numbers are absolute.
 *
 * @param operation its number
 * @param node the process
 * @param sequence +1 at each writing
 * @param spent of what was released: used, or lapsed because the second was over
 * @param closed sessions that it ended
 * @param ended sessions that ended otherwise
 * @param remaining sessions that it still has, those that are ending not counted
 * @param ending sessions that it told to end and that have not ended yet
 * @param about slots that the counts are about, for a rebalance over servers; else 0
 * @param open sessions may be ended now; false while a node that drains still listens
 * @param idle those of the remaining that may be ended now, by their idle time
 * @param now errors of the last {@link ErrorWatch#WINDOW}
 * @param usual errors of as long a time on the average before the operation began
 */
public record Progress(
    long operation,
    NodeId node,
    long sequence,
    long spent,
    long closed,
    long ended,
    long remaining,
    long ending,
    int about,
    boolean open,
    Idle idle,
    Errors now,
    Errors usual) {
  /** The rows, by operation and process. */
  public static final Table<Progress> TABLE =
      new Table<>("operation-progress", Progress.class, Tells.NOTHING);

  /** The key of a process's row. */
  static String key(long operation, NodeId node) {
    return prefix(operation) + node;
  }

  /** How the keys of an operation begin. */
  static String prefix(long operation) {
    return "op-" + operation + "/";
  }
}
