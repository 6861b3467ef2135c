package dev.holdfast.epoch;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.ServerName;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The record of a pool: the epoch in force and the change under way. Always written by {@link
 * Advance}. At most some 10 KiB.
 *
 * @param version +1 at every write
 * @param base the epoch in force
 * @param previous the epoch before it, whose parts are still there, or null
 * @param phase of the change
 * @param next the change, null exactly when STABLE
 */
public record EpochRecord(
    long version, Ref base, @Nullable Ref previous, Phase phase, @Nullable Next next) {
  /** Where a change is. */
  public enum Phase {
    /** No change is under way. */
    STABLE,
    /** Members take holds; it may still be aborted by anybody. */
    PREPARE,
    /** The commit is decided; only forward. */
    COMMITTING,
    /** The abort is decided; only back. */
    ABORTING
  }

  /**
   * Names the parts of an epoch, which are written once. Each writer draws a token of its own: two
   * leaders that decide the same change never mix their parts.
   *
   * @param id of the change that committed it
   * @param token of who wrote the parts; 0: the proposal
   * @param parts how many
   */
  public record Ref(ChangeId id, long token, int parts) {}

  /**
   * A change.
   *
   * @param id its identity
   * @param touched slots, as {@link BitSet#toByteArray}
   * @param serving servers that serve after it
   * @param proposal the next epoch without the pins made of claims
   * @param epoch the next epoch, from COMMITTING on; null before
   * @param part who took part in the decision, from COMMITTING on
   */
  public record Next(
      ChangeId id,
      byte[] touched,
      Set<ServerName> serving,
      Ref proposal,
      @Nullable Ref epoch,
      List<NodeId> part) {
    /** The touched slots. */
    @JsonIgnore
    BitSet slots() {
      return BitSet.valueOf(touched);
    }

    Next decided(Ref made, List<NodeId> who) {
      return new Next(id, touched, serving, proposal, made, who);
    }
  }

  /** The change that this record is in, or null. */
  @JsonIgnore
  @Nullable ChangeId change() {
    return next == null ? null : next.id();
  }

  /** This record one version later in another phase of the same change. */
  EpochRecord to(Phase to, Next change) {
    return new EpochRecord(version + 1, base, previous, to, change);
  }

  /** This record one version later, with the outcome that was decided. */
  EpochRecord settled() {
    return phase == Phase.COMMITTING && next != null && next.epoch() != null
        ? new EpochRecord(version + 1, next.epoch(), base, Phase.STABLE, null)
        : new EpochRecord(version + 1, base, previous, Phase.STABLE, null);
  }
}
