package dev.holdfast.epoch;

import dev.holdfast.table.SlotHash;
import dev.holdfast.words.Source;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The diversions of one pool as one node knows them, and its asking for more (rules 16 to 18).
 * Confined to the control loop, but for {@link #ask}, {@link #find} and {@link #size}.
 */
final class Diversions implements Lane.Asker {
  private final PoolSide side;
  private final PoolNode node;
  private final Map<Source, Diversion> known = new ConcurrentHashMap<>();

  Diversions(PoolSide side, PoolNode node) {
    this.side = side;
    this.node = node;
  }

  /** The diversion of a source, or null. Any thread. */
  @Nullable Diversion find(Source source) {
    return known.get(source);
  }

  /** How many live. Any thread. */
  int size() {
    return known.size();
  }

  /** Forgets all; what the store has is read after it. */
  void clear() {
    known.clear();
    node.tell(Lane::forget);
  }

  /** Forgets those that an epoch has ended; the lanes do so by themselves. */
  void prune(Epoch next) {
    known.entrySet().removeIf(entry -> !alive(next, entry.getKey(), entry.getValue()));
  }

  /**
   * Reads all from the owners. An entry that was known before this call and that the store has not,
   * or has older, was lost there, or belonged to the smaller part of a cluster that has merged: it
   * is forgotten, or this node would route by it alone until its slot is touched.
   */
  Future<Void> read() {
    Map<Source, Diversion> before = new HashMap<>(known);
    return side.diversions()
        .map(
            all -> {
              if (node.isShared()) {
                before.forEach((source, entry) -> compare(source, entry, all.get(source)));
                all.forEach(this::learn);
              }
              return null;
            });
  }

  private void compare(Source source, Diversion entry, @Nullable Diversion stored) {
    boolean behind = stored == null || (!stored.equals(entry) && !stored.newerThan(entry));
    if (behind && known.remove(source, entry)) {
      node.tell(lane -> lane.forget(source, entry));
    }
  }

  /** A hint: somebody decided a diversion. */
  void hear(Source source) {
    if (node.isShared()) {
      side.store()
          .read(EpochTables.DIVERSIONS, EpochTables.diversion(side.pool(), source))
          .onSuccess(
              entry -> {
                if (entry != null && node.isShared()) {
                  learn(source, entry);
                }
              });
    }
  }

  private void learn(Source source, Diversion entry) {
    Epoch now = node.epoch();
    if (now != null && alive(now, source, entry) && entry.newerThan(known.get(source))) {
      known.put(source, entry);
      node.tell(lane -> lane.learn(source, entry));
    }
  }

  private static boolean alive(Epoch epoch, Source source, Diversion entry) {
    return entry.alive(epoch.touched(SlotHash.slot(source)));
  }

  @Override
  public Future<Void> ask(Lane lane, Source source, Divert wish) {
    Promise<Void> promise = Promise.promise();
    side.loop().execute(() -> ask(lane, source, wish, promise));
    return promise.future();
  }

  private void ask(Lane lane, Source source, Divert wish, Promise<Void> promise) {
    if (node.isCutOff()) {
      long sequence = wish.seen() == null ? 1 : wish.seen().sequence() + 1;
      learn(source, new Diversion(wish.wanted(), wish.epoch(), sequence));
      lane.complete(promise, null);
    } else if (!node.isOpen()) {
      lane.complete(promise, null); // the answer says so
    } else if (!side.believed().getAsBoolean()) {
      // what a smaller part of the store decides is discarded when the parts merge
      lane.complete(
          promise, new IllegalStateException("epoch: diversion of " + source + ": no majority"));
    } else if (known.size() >= side.settings().maxDiversions()) {
      lane.complete(
          promise,
          new IllegalStateException(
              "epoch: diversions of pool "
                  + side.pool()
                  + ": "
                  + known.size()
                  + " (expected: less than "
                  + side.settings().maxDiversions()
                  + ")"));
    } else {
      side.store()
          .step(EpochTables.DIVERSIONS, EpochTables.diversion(side.pool(), source), wish)
          .onComplete(
              done -> {
                if (done.succeeded() && done.result() != null) {
                  learn(source, done.result());
                }
                lane.complete(promise, done.cause());
              });
    }
  }
}
