package dev.holdfast.operations;

import dev.holdfast.words.NodeId;

/**
 * The part of one process in an operation, as the leader last heard of it. All numbers are absolute
 * and count from the beginning of the process's part.
 *
 * @param node the process
 * @param sequence of the progress row that this was taken from
 * @param released sessions that the process was allowed to end; only the leader raises it
 * @param quota sessions that a rebalance over nodes wants it to end
 * @param closed sessions that it ended
 * @param ended sessions that ended otherwise
 * @param remaining sessions that it still has
 * @param gone the process is proven to have ended, and with it what remained
 */
public record Part(
    NodeId node,
    long sequence,
    long released,
    long quota,
    long closed,
    long ended,
    long remaining,
    boolean gone) {
  /** A process that was not heard yet. */
  static Part of(NodeId node) {
    return new Part(node, 0, 0, 0, 0, 0, 0, false);
  }

  /** What a newer row of the process says. */
  Part heard(Progress row) {
    return new Part(
        node, row.sequence(), released, quota, row.closed(), row.ended(), row.remaining(), false);
  }

  Part released(long more) {
    return new Part(node, sequence, released + more, quota, closed, ended, remaining, gone);
  }

  Part quota(long wanted) {
    return new Part(node, sequence, released, wanted, closed, ended, remaining, gone);
  }

  Part left() {
    return new Part(node, sequence, released, quota, closed, ended, remaining, true);
  }

  Figures figures() {
    Figures said = new Figures(closed, ended, remaining);
    return gone ? said.over() : said;
  }
}
