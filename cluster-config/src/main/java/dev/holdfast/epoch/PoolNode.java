package dev.holdfast.epoch;

import dev.holdfast.epoch.EpochRecord.Next;
import dev.holdfast.words.ServerName;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pool on one node: reads the record, keeps the epoch, takes holds, claims, acknowledges, and
 * tells the lanes. Confined to the control loop, but for the snapshots.
 *
 * <p>One read of the record is under way at a time and is followed to its end before the next
 * begins, so records are seen in the order in which their owner answered (rule 14). A hold ends
 * only in {@link #apply}, by a record read from the owner (rule 13), or when this node is cut off
 * and leaves the protocol.
 */
final class PoolNode {
  private static final Logger LOG = LoggerFactory.getLogger(PoolNode.class);
  private static final Duration RETRY = Duration.ofMillis(200);

  private final PoolSide side;
  private final List<Lane> lanes = new ArrayList<>();
  private final Supplier<@Nullable Epoch> fallback;
  private final BiConsumer<Epoch, EpochRecord.Ref> keeper;
  private final Runnable changed;
  private final Diversions diversions;
  private volatile @Nullable Epoch epoch;
  private volatile @Nullable BitSet heldSlots;
  private volatile @Nullable EpochRecord record;
  private volatile boolean open;
  private @Nullable Hold hold;
  private @Nullable Lease lease;
  private @Nullable Promise<Void> reading;
  private @Nullable Promise<Void> again;
  private EpochRecord.@Nullable Ref base;
  private EpochRecord.@Nullable Ref remembered;
  private boolean recordRead;
  private boolean writing;
  private boolean returned;
  private int rounds;
  private int entering;

  /**
   * Nothing is read and the lanes are closed.
   *
   * @param loops the event loops, in order
   * @param ttl affinity ttl of the pool
   * @param fallback the epoch of a node that is cut off and has read none; null: none
   * @param keeper is given each epoch that comes into force
   * @param changed told when the record or the epoch changed
   */
  PoolNode(
      PoolSide side,
      List<Executor> loops,
      Duration ttl,
      Supplier<@Nullable Epoch> fallback,
      BiConsumer<Epoch, EpochRecord.Ref> keeper,
      Runnable changed) {
    this.side = side;
    this.fallback = fallback;
    this.keeper = keeper;
    this.changed = changed;
    this.diversions = new Diversions(side, this);
    for (Executor loop : loops) {
      lanes.add(new Lane(loop, side.loop()::nanos, ttl, diversions));
    }
  }

  Lane lane(int index) {
    return lanes.get(index);
  }

  /** Sources without sessions are remembered for so long from now on. */
  void ttl(Duration ttl) {
    tell(lane -> lane.ttl(ttl));
  }

  /** An epoch from before the start of this process: routed by only when cut off. */
  void remember(Epoch last, EpochRecord.Ref ref) {
    if (epoch == null) {
      epoch = last;
      remembered = ref;
    }
  }

  // ---------------------------------------------------------------- gate

  /** This node may route until the lease ends, once it has read afresh (rules 21, 24). */
  void enter(Lease next, boolean anew) {
    shut();
    lease = next;
    returned |= anew;
    enter();
  }

  private void enter() {
    Lease mine = lease;
    if (mine == null || mine.isCutOff()) {
      return;
    }
    entering++;
    diversions.clear(); // before the reading, so that no hint that comes during it is forgotten
    look()
        .compose(
            done -> {
              boolean known = base != null; // else diversions would be older than what is routed by
              return diversions.read().map(known);
            })
        .onSuccess(
            known -> {
              if (known && lease == mine && !open && epoch != null && base != null) {
                open(mine);
              }
            })
        .onFailure(e -> LOG.debug("A pool is not entered pool={}", side.pool(), e))
        .onComplete(
            done -> {
              entering--;
              if (done.succeeded() && lease == mine && !open && base != null) {
                enter(); // the first epoch came meanwhile
              }
            });
  }

  /** There is an epoch now: a node that waited for the first one enters at once. */
  private void found(boolean first) {
    if (first && entering == 0 && !open) {
      enter();
    }
  }

  private void open(Lease mine) {
    open = true;
    tell(lane -> lane.gate(mine));
    if (returned) {
      returned = false;
      reportStrays();
    }
    changed.run();
  }

  /** Closes the gate of all lanes. */
  void shut() {
    lease = null;
    open = false;
    tell(lane -> lane.gate(null));
  }

  /** This node is cut off and routes by the epoch it has; holds are of no use to anybody now. */
  void isolate(Lease cutOff) {
    shut();
    lease = cutOff;
    openCutOff();
  }

  private void openCutOff() {
    Lease mine = lease;
    Epoch last = epoch == null ? fallback.get() : epoch;
    if (mine == null || !mine.isCutOff() || open || last == null) {
      return;
    }
    remembered = base == null ? remembered : base;
    base = null; // whatever the record says when this node is back is read anew
    epoch = last;
    hold = null;
    heldSlots = null;
    open = true;
    tell(
        lane -> {
          lane.apply(last, null);
          lane.gate(mine);
        });
    changed.run();
  }

  /** Runs a task on each loop. */
  void tell(Consumer<Lane> task) {
    for (Lane lane : lanes) {
      lane.loop().execute(() -> task.accept(lane));
    }
  }

  // ---------------------------------------------------------------- the record

  /**
   * The periodic reading; also tries again what failed.
   *
   * @param all the diversions, too; they are also read in each fifth call
   */
  void reconcile(boolean all) {
    if (lease != null && lease.isCutOff()) {
      openCutOff();
    } else if (lease != null && !open) {
      enter();
    } else if (open && (++rounds % 5 == 0 || all)) {
      look().compose(done -> diversions.read());
    } else {
      look();
    }
  }

  /** Reads the record from its owner, in a read that begins after this call, and follows it. */
  Future<Void> look() {
    if (reading == null) {
      return read();
    }
    if (again == null) {
      again = Promise.promise();
    }
    return again.future();
  }

  private Future<Void> read() {
    Promise<Void> mine = Promise.promise();
    reading = mine;
    side.store()
        .read(EpochTables.RECORDS, side.pool().value())
        .compose(this::follow)
        .onComplete(
            done -> {
              reading = null;
              Promise<Void> waiting = again;
              again = null;
              if (waiting != null) {
                read().onComplete(waiting);
              }
              mine.handle(done);
            });
    return mine.future();
  }

  private Future<Void> follow(@Nullable EpochRecord read) {
    if (!side.believed().getAsBoolean() || (lease != null && lease.isCutOff())) {
      return Future.failedFuture(new IllegalStateException("epoch: cut off"));
    }
    recordRead = true;
    if (read == null) {
      record = null;
      if (epoch != null && base() != null && !writing) {
        writing = true; // all copies were lost: this node's epoch may be the newest (rule 29)
        side.saveAgain(epoch, base()).onComplete(done -> writing = false);
      }
      changed.run();
      return Future.succeededFuture();
    }
    Epoch now = epoch;
    EpochRecord.Ref to = read.base();
    if (open && now != null && to.id().number() < now.number()) {
      record = read; // a leader brings it forward; this node routes on by what it has
      changed.run();
      return Future.succeededFuture();
    }
    record = read;
    if (now != null && base != null && to.id().equals(now.id())) {
      base = to;
      apply(now, read.next());
      return Future.succeededFuture();
    }
    return side.load(to)
        .map(
            loaded -> {
              if (lease == null || !lease.isCutOff()) {
                boolean first = base == null;
                base = to;
                apply(loaded, read.next());
                keeper.accept(loaded, to);
                found(first);
              }
              return null;
            });
  }

  /** The base first, then the hold, in one task on each loop (rules 8, 13). */
  private void apply(Epoch next, @Nullable Next change) {
    Hold before = hold;
    Hold after = before;
    if (change == null) {
      after = null;
    } else if (before == null || !before.isOf(change)) {
      after = new Hold(side, this, change, lanes.size());
    }
    if (next != epoch || after != before) {
      Hold taken = after == before ? null : after;
      BitSet slots = after == null ? null : after.slots();
      epoch = next;
      hold = after;
      heldSlots = slots;
      diversions.prune(next);
      for (Lane lane : lanes) {
        lane.loop()
            .execute(
                () -> {
                  lane.apply(next, slots);
                  if (taken != null) {
                    taken.claim(lane);
                  }
                });
      }
      if (taken != null) {
        taken.bound();
      }
    }
    changed.run();
  }

  /** True while this is what the node holds. */
  boolean holds(Hold one) {
    return hold == one;
  }

  // ---------------------------------------------------------------- strays

  private void reportStrays() {
    BitSet all = new BitSet();
    int[] missing = {lanes.size()};
    for (Lane lane : lanes) {
      lane.loop()
          .execute(
              () -> {
                BitSet slots = lane.strays();
                side.loop()
                    .execute(
                        () -> {
                          all.or(slots);
                          Epoch now = epoch;
                          if (--missing[0] == 0 && !all.isEmpty() && now != null) {
                            report(new EpochTables.Strays(now.number(), all.toByteArray()));
                          }
                        });
              });
    }
  }

  private void report(EpochTables.Strays strays) {
    side.store()
        .write(EpochTables.STRAYS, EpochTables.ack(side.pool(), side.self().name()), strays)
        .onFailure(
            e ->
                side.loop()
                    .after(
                        RETRY,
                        () -> {
                          if (open && isShared()) {
                            report(strays);
                          }
                        }));
  }

  // ---------------------------------------------------------------- what others ask

  /** The epoch this node has, or null. Any thread. */
  @Nullable Epoch epoch() {
    return epoch;
  }

  /** The record as it was read last, or null. Any thread. */
  @Nullable EpochRecord record() {
    return record;
  }

  /** True once the record was read; it may have been absent. */
  boolean recordRead() {
    return recordRead;
  }

  /** What this node says in its row, or null. */
  EpochRecord.@Nullable Ref base() {
    return base == null ? remembered : base;
  }

  /** True while the lanes route. Any thread. */
  boolean isOpen() {
    return open;
  }

  /** The slots held now, empty if none. Any thread. */
  BitSet held() {
    BitSet slots = heldSlots;
    return slots == null ? new BitSet() : slots;
  }

  /** True if this node may route, or will after its reading, in contact with the others. */
  boolean isShared() {
    return lease != null && !lease.isCutOff();
  }

  /** True if this node is cut off and routes by what it has. */
  boolean isCutOff() {
    return lease != null && lease.isCutOff();
  }

  /** The diversions that this node knows. */
  Diversions diversions() {
    return diversions;
  }

  /** How often an answer was "held". Any thread. */
  long heldAnswers() {
    return lanes.stream().mapToLong(Lane::heldAnswers).sum();
  }

  /** The servers that serve, empty without an epoch. */
  Set<ServerName> serving() {
    Epoch now = epoch;
    return now == null ? Set.of() : now.serving();
  }
}
