package dev.holdfast.epoch;

import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.NodeState;
import dev.holdfast.words.PoolName;
import java.util.Map;

/**
 * A node's row: its heartbeat, and whether changes wait for it. Written by the node; {@link
 * NodeState#LOST} by a leader ({@link Lose}).
 *
 * @param name the node
 * @param incarnation of the process
 * @param stay +1 at every return after it was lost or cut off
 * @param sequence +1 at every heartbeat
 * @param state JOINING, READY and DRAINING are members; LOST and LEFT are not waited for
 * @param bases per pool the epoch that the node has
 * @param routesForMs once this row is answered the node routes for so long, in milliseconds, after
 *     it was sent; 0 in rows of a version that did not say
 */
public record NodeRow(
    NodeName name,
    long incarnation,
    long stay,
    long sequence,
    NodeState state,
    Map<PoolName, EpochRecord.Ref> bases,
    long routesForMs) {
  /** Copies the map. */
  public NodeRow {
    bases = Map.copyOf(bases);
  }

  /** True while changes wait for this node. */
  boolean member() {
    return state != NodeState.LOST && state != NodeState.LEFT;
  }

  /** The process. */
  NodeId id() {
    return new NodeId(name, incarnation);
  }

  /** Order of the rows of one node: incarnation, stay, sequence. */
  boolean newerThan(NodeRow other) {
    if (incarnation != other.incarnation) {
      return incarnation > other.incarnation;
    }
    return stay != other.stay ? stay > other.stay : sequence > other.sequence;
  }

  boolean sameBeat(NodeRow other) {
    return incarnation == other.incarnation && stay == other.stay && sequence == other.sequence;
  }

  NodeRow lost() {
    return new NodeRow(name, incarnation, stay, sequence, NodeState.LOST, bases, routesForMs);
  }
}
