package dev.holdfast.epoch;

import dev.holdfast.store.Step;
import org.jspecify.annotations.Nullable;

/**
 * Declares a node LOST, only if its row is unchanged since the heartbeat named.
 *
 * @param seen the row as the leader knows it
 */
public record Lose(NodeRow seen) implements Step<NodeRow, NodeRow> {
  @Override
  public Outcome<NodeRow, NodeRow> apply(@Nullable NodeRow now, Owner owner) {
    return now != null && now.sameBeat(seen) && now.member()
        ? Outcome.write(now.lost(), now.lost())
        : Outcome.keep(now);
  }
}
