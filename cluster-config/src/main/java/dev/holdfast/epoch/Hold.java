package dev.holdfast.epoch;

import dev.holdfast.epoch.EpochRecord.Next;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * What a node holds for a change: gathers the claims of its lanes, stores and acknowledges them,
 * and ends the change when it lasts too long (rules 8, 9, 12). Ends when its {@link PoolNode} has
 * read the outcome; never by itself. Confined to the control loop, but for {@link #claim}.
 */
final class Hold {
  private static final Duration RETRY = Duration.ofMillis(200);

  private final PoolSide side;
  private final PoolNode node;
  private final Next change;
  private final BitSet slots;
  private final List<Claim> claims = new ArrayList<>();
  private int lanesToAnswer;

  /** Taken when each lane has run {@link #claim}. */
  Hold(PoolSide side, PoolNode node, Next change, int lanes) {
    this.side = side;
    this.node = node;
    this.change = change;
    this.slots = change.slots();
    this.lanesToAnswer = lanes;
  }

  /** The slots held; not to be changed. */
  BitSet slots() {
    return slots;
  }

  boolean isOf(Next other) {
    return change.id().equals(other.id());
  }

  /** Loop of the lane, which holds the slots already: what it claims. */
  void claim(Lane lane) {
    List<Claim> found = lane.claims(slots, change.serving());
    side.loop()
        .execute(
            () -> {
              claims.addAll(found);
              if (--lanesToAnswer == 0) {
                publish();
              }
            });
  }

  /** Stores the claims and, when these are answered, the acknowledgement. */
  private void publish() {
    if (!node.holds(this)) {
      return;
    }
    ChangeId id = change.id();
    List<Claim.Chunk> chunks = Claim.chunks(claims);
    List<Future<Void>> writes = new ArrayList<>();
    for (int i = 0; i < chunks.size(); i++) {
      String key = EpochTables.claims(side.pool(), id, side.self(), i);
      writes.add(side.store().write(EpochTables.CLAIMS, key, chunks.get(i)));
    }
    Future.join(writes)
        .compose(
            stored ->
                side.store()
                    .write(
                        EpochTables.ACKS,
                        EpochTables.ack(side.pool(), side.self().name()),
                        new Claim.Ack(id, side.self(), chunks.size())))
        .onFailure(e -> side.loop().after(RETRY, this::publish));
  }

  /** Lets this node end the change when the hold lasts too long, again and again until it ended. */
  void bound() {
    side.loop()
        .after(
            side.settings().holdBound(),
            () -> {
              if (node.holds(this)) {
                bound();
                end();
              }
            });
  }

  private void end() {
    if (!side.believed().getAsBoolean()) {
      return; // not now: what this node reads may be another part's
    }
    side.store()
        .read(EpochTables.RECORDS, side.pool().value())
        .compose(
            read ->
                read != null && change.id().equals(read.change())
                    ? side.finish(read, false)
                    : Future.succeededFuture(read))
        .onSuccess(done -> node.look());
  }
}
