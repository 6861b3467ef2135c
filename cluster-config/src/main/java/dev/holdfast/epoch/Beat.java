package dev.holdfast.epoch;

import dev.holdfast.store.Step;
import dev.holdfast.words.NodeState;
import org.jspecify.annotations.Nullable;

/**
 * A heartbeat: the newer row stays, and is answered, so that a node learns that it was declared
 * LOST. A stay that is lost does not come back by its own heartbeat; only a new one does.
 *
 * @param row what the node says
 */
public record Beat(NodeRow row) implements Step<NodeRow, NodeRow> {
  @Override
  public Outcome<NodeRow, NodeRow> apply(@Nullable NodeRow now, Owner owner) {
    boolean over =
        now != null
            && now.state() == NodeState.LOST
            && now.incarnation() == row.incarnation()
            && now.stay() == row.stay();
    return now == null || (!over && row.newerThan(now))
        ? Outcome.write(row, row)
        : Outcome.keep(now);
  }
}
