package dev.holdfast.epoch;

import dev.holdfast.words.OnPartition;
import java.time.Duration;

/**
 * Periods and bounds of the change of epoch.
 *
 * @param onPartition what a node that is cut off does
 * @param lease of the cluster; see {@link #self} and {@link #lost}
 * @param heartbeat period of the node's row
 * @param reconcile period of reading the record without a hint
 * @param holdBound a hold that lasts longer makes its node abort the change
 * @param debounce differences from the wish are gathered so long into one change
 * @param sweepAtLeast least period of the sweep; it is a quarter of the ttl if that is longer
 * @param maxPins of one pool; claims without sessions are left out first
 * @param maxDiversions of one pool; above it a diversion is refused
 */
public record EpochSettings(
    OnPartition onPartition,
    Duration lease,
    Duration heartbeat,
    Duration reconcile,
    Duration holdBound,
    Duration debounce,
    Duration sweepAtLeast,
    int maxPins,
    int maxDiversions) {

  /** The values of EPOCHS.md for a policy and a lease. */
  public static EpochSettings of(OnPartition onPartition, Duration lease) {
    return new EpochSettings(
        onPartition,
        lease,
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(60),
        262_144,
        65_536);
  }

  /** The same for another policy and lease. */
  EpochSettings with(OnPartition policy, Duration another) {
    return new EpochSettings(
        policy,
        another,
        heartbeat,
        reconcile,
        holdBound,
        debounce,
        sweepAtLeast,
        maxPins,
        maxDiversions);
  }

  /** T_self: a node routes so long after it sent the last heartbeat that was answered. */
  Duration self() {
    return lease.multipliedBy(8).dividedBy(10);
  }

  /** T_lost: a node may be declared LOST so long after its heartbeat was first seen. */
  Duration lost() {
    return lease.multipliedBy(12).dividedBy(10);
  }

  /**
   * T_lost of one row: half as much again as the time for which its own node goes by it. While the
   * lease of the cluster changes, nodes go by different ones.
   */
  Duration lost(NodeRow row) {
    return row.routesForMs() == 0
        ? lost()
        : Duration.ofMillis(row.routesForMs()).multipliedBy(3).dividedBy(2);
  }
}
