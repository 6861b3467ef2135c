package dev.holdfast.epoch;

import dev.holdfast.epoch.EpochRecord.Next;
import dev.holdfast.epoch.EpochRecord.Phase;
import dev.holdfast.table.SlotHash;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.Source;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a leader decides a change that all have acknowledged: makes the pins of the next epoch,
 * writes it, commits in two writes, and clears up (rules 10, 11). Confined to the control loop.
 */
final class Decision {
  private static final Logger LOG = LoggerFactory.getLogger(Decision.class);

  private final PoolSide side;
  private final RandomGenerator random;

  Decision(PoolSide side, RandomGenerator random) {
    this.side = side;
    this.random = random;
  }

  /** The acknowledgements of a change in this pool, by node. */
  Map<NodeName, Claim.Ack> acks(@Nullable ChangeId change, Map<String, Claim.Ack> all) {
    Map<NodeName, Claim.Ack> mine = new HashMap<>();
    all.forEach(
        (key, ack) -> {
          if (key.startsWith(side.pool() + "/") && ack.change().equals(change)) {
            mine.put(ack.node().name(), ack);
          }
        });
    return mine;
  }

  /** Rule 10, then both writes of rule 11. */
  Future<?> decide(EpochRecord record, @Nullable Epoch base, List<Claim.Ack> acks) {
    Next next = record.next();
    if (next == null || base == null || !base.id().equals(record.base().id())) {
      return Future.failedFuture(new IllegalStateException("epoch: the base is not loaded"));
    }
    List<Claim> claims = new ArrayList<>();
    return claims(next.id(), acks, claims)
        .compose(done -> side.diversions())
        .compose(
            diversions ->
                side.load(next.proposal())
                    .compose(
                        proposal -> {
                          Pins pins = new Pins(base, proposal, next.slots(), diversions);
                          Epoch made = proposal.with(pins.of(claims, side.settings().maxPins()));
                          return side.save(made, PoolSide.token(random));
                        })
                    .compose(ref -> commit(record, next.decided(ref, part(acks))))
                    .onSuccess(after -> bury(after, next, diversions)));
  }

  private static List<NodeId> part(List<Claim.Ack> acks) {
    return acks.stream().map(Claim.Ack::node).sorted().toList();
  }

  private Future<EpochRecord> commit(EpochRecord record, Next decided) {
    EpochRecord committing = record.to(Phase.COMMITTING, decided);
    return side.advance(Advance.from(record, committing))
        .compose(
            done ->
                done.written()
                    ? side.finish(committing, true).onSuccess(after -> settled(committing, after))
                    : Future.succeededFuture(done.record()));
  }

  private Future<Void> claims(ChangeId change, List<Claim.Ack> acks, List<Claim> into) {
    List<Future<Claim.Chunk>> reads = new ArrayList<>();
    for (Claim.Ack ack : acks) {
      for (int i = 0; i < ack.chunks(); i++) {
        String key = EpochTables.claims(side.pool(), change, ack.node(), i);
        reads.add(side.store().read(EpochTables.CLAIMS, key));
      }
    }
    return Future.join(reads)
        .map(
            all -> {
              for (Future<Claim.Chunk> read : reads) {
                if (read.result() == null) {
                  throw new IllegalStateException(
                      "epoch: claims of change " + change + " (expected: all that were stored)");
                }
                into.addAll(read.result().claims());
              }
              return null;
            });
  }

  /** Removes what a change that ended does not need any more. */
  void settled(EpochRecord before, @Nullable EpochRecord after) {
    Next next = before.next();
    if (next == null || after == null || after.phase() != Phase.STABLE) {
      return;
    }
    if (after.base().id().equals(next.id())) {
      LOG.info(
          "An epoch is in force pool={} change={} touched={}",
          side.pool(),
          next.id(),
          next.slots().cardinality());
      if (before.previous() != null) {
        side.drop(before.previous());
      }
    }
    side.drop(next.proposal());
    tidy(next.id());
  }

  private void bury(@Nullable EpochRecord after, Next next, Map<Source, Diversion> diversions) {
    if (after == null || !after.base().id().equals(next.id())) {
      return;
    }
    BitSet touched = next.slots();
    diversions.forEach(
        (source, entry) -> {
          if (touched.get(SlotHash.slot(source))) {
            side.bury(source, next.id().number());
          }
        });
  }

  /** Removes the claims of a change that is over. */
  void tidy(ChangeId change) {
    side.store()
        .readAll(EpochTables.ACKS)
        .onSuccess(
            acks -> {
              for (Claim.Ack ack : acks(change, acks).values()) {
                for (int i = 0; i < ack.chunks(); i++) {
                  side.store()
                      .remove(
                          EpochTables.CLAIMS,
                          EpochTables.claims(side.pool(), change, ack.node(), i));
                }
              }
            });
  }
}
