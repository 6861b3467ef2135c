package dev.holdfast.epoch;

import dev.holdfast.words.ServerName;
import org.jspecify.annotations.Nullable;

/**
 * Between epochs a source goes to another server than the epoch says. Lives while its epoch is not
 * older than the one that touched its slot last.
 *
 * @param server where it goes
 * @param epoch by which the caller routed who asked for it
 * @param sequence order within the epoch
 */
public record Diversion(ServerName server, long epoch, long sequence) {
  /** True if it still counts in a slot that was touched last in the given epoch. */
  boolean alive(long touched) {
    return epoch >= touched;
  }

  /** True if this is later than the other, or there is no other. */
  boolean newerThan(@Nullable Diversion other) {
    return other == null
        || epoch > other.epoch
        || (epoch == other.epoch && sequence > other.sequence);
  }
}
