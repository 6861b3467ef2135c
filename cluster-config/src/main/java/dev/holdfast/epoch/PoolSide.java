package dev.holdfast.epoch;

import dev.holdfast.store.Store;
import dev.holdfast.time.ControlLoop;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Source;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * What the node side and the leader side of one pool share: the store, this process, and the
 * reading and writing of epochs in pieces.
 *
 * @param pool the pool
 * @param self this process
 * @param store the shared store
 * @param loop the control loop
 * @param settings bounds and periods
 * @param believed true while this node sees a majority and so believes the store
 */
record PoolSide(
    PoolName pool,
    NodeId self,
    Store store,
    ControlLoop loop,
    EpochSettings settings,
    BooleanSupplier believed) {

  /** Writes an epoch in pieces under a token; completes with their name when all are stored. */
  Future<EpochRecord.Ref> save(Epoch epoch, long token) {
    List<EpochTables.Part> parts = EpochBytes.parts(EpochBytes.of(epoch));
    return save(new EpochRecord.Ref(epoch.id(), token, parts.size()), parts);
  }

  /** Writes an epoch again under the name that it has. */
  Future<EpochRecord.Ref> saveAgain(Epoch epoch, EpochRecord.Ref ref) {
    return save(ref, EpochBytes.parts(EpochBytes.of(epoch)));
  }

  private Future<EpochRecord.Ref> save(EpochRecord.Ref ref, List<EpochTables.Part> parts) {
    List<Future<Void>> writes = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      writes.add(store.write(EpochTables.PARTS, EpochTables.part(pool, ref, i), parts.get(i)));
    }
    return Future.join(writes).map(ref);
  }

  /** Reads an epoch; fails if a piece is missing. */
  Future<Epoch> load(EpochRecord.Ref ref) {
    List<Future<EpochTables.Part>> reads = new ArrayList<>();
    for (int i = 0; i < ref.parts(); i++) {
      reads.add(store.read(EpochTables.PARTS, EpochTables.part(pool, ref, i)));
    }
    return Future.join(reads)
        .map(
            all -> {
              List<EpochTables.Part> parts = new ArrayList<>();
              for (Future<EpochTables.Part> read : reads) {
                if (read.result() == null) {
                  throw new IllegalStateException(
                      "epoch: pool " + pool + " change " + ref.id() + " (expected: all its parts)");
                }
                parts.add(read.result());
              }
              return EpochBytes.epoch(EpochBytes.joined(parts));
            });
  }

  /** Removes the pieces of an epoch; nobody minds if that fails. */
  void drop(EpochRecord.Ref ref) {
    for (int i = 0; i < ref.parts(); i++) {
      store.remove(EpochTables.PARTS, EpochTables.part(pool, ref, i));
    }
  }

  /** Removes a diversion if its slot was touched after it; nobody minds if that fails. */
  void bury(Source source, long touched) {
    store.step(
        EpochTables.DIVERSIONS, EpochTables.diversion(pool, source), new DropIfDead(touched));
  }

  /** Distinguishes who wrote the pieces of an epoch; never 0, which names proposals. */
  static long token(RandomGenerator random) {
    long token = random.nextLong();
    return token == 0 ? 1 : token;
  }

  /** One compare-and-set of the record. */
  Future<Advance.Advanced> advance(Advance step) {
    return store.step(EpochTables.RECORDS, pool.value(), step);
  }

  /** The diversions of this pool, from the owners of their keys. */
  Future<Map<Source, Diversion>> diversions() {
    return store
        .readAll(EpochTables.DIVERSIONS)
        .map(
            rows -> {
              Map<Source, Diversion> mine = new HashMap<>();
              rows.forEach(
                  (key, entry) -> {
                    var source = EpochTables.diverted(pool, key);
                    if (source != null) {
                      mine.put(source, entry);
                    }
                  });
              return mine;
            });
  }

  /**
   * Brings a change to its end: PREPARE becomes ABORTING, a decided phase is written once more
   * unless this very node's write of it was answered, then STABLE (rule 11). Completes with the
   * record as it is afterwards, whoever wrote it.
   *
   * @param read the record, in any phase but STABLE
   * @param decided this node's own write of the phase was answered
   */
  Future<EpochRecord> finish(EpochRecord read, boolean decided) {
    EpochRecord.Next next = read.next();
    if (next == null) {
      return Future.succeededFuture(read);
    }
    if (decided) {
      return advance(Advance.from(read, read.settled())).map(Advance.Advanced::record);
    }
    EpochRecord.Phase to =
        read.phase() == EpochRecord.Phase.PREPARE
            ? EpochRecord.Phase.ABORTING
            : read.phase(); // written again, so that the backups have it
    EpochRecord written = read.to(to, next);
    return advance(Advance.from(read, written))
        .compose(
            done -> done.written() ? finish(written, true) : Future.succeededFuture(done.record()));
  }
}
