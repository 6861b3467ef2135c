package dev.holdfast.epoch;

import dev.holdfast.epoch.EpochRecord.Next;
import dev.holdfast.epoch.EpochRecord.Phase;
import dev.holdfast.epoch.EpochRecord.Ref;
import dev.holdfast.table.SlotHash;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.Source;
import io.vertx.core.Future;
import java.time.Duration;
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
 * What a leader does for one pool: compares the wish with the epoch, prepares, counts, decides,
 * finishes. It goes on from whatever phase it finds (rule 26), and several at once do no harm,
 * because each step is a compare-and-set. Confined to the control loop; one action at a time.
 */
final class PoolLeader {
  /** What the leader must know of the nodes. */
  interface Roster {
    /** This node is to lead: the oldest on a side with the majority, its lease running. */
    boolean leads();

    /** Why nothing should be prepared now, or null (rule 4). */
    @Nullable String unready();

    /** The rows as last read, for the bases they name. */
    List<NodeRow> rows();

    /** Processes proven gone, by name. */
    Map<NodeName, Long> gone();
  }

  private static final Logger LOG = LoggerFactory.getLogger(PoolLeader.class);
  private static final Duration AFTER_FAULT = Duration.ofMillis(200);
  private static final int SWEPT_AT_ONCE = 4096;

  private final PoolSide side;
  private final PoolNode node;
  private final Decision decision;
  private final Roster roster;
  private final RandomGenerator random;
  private Duration sweepPeriod;
  private volatile @Nullable Wish wish;
  private @Nullable Epoch proposed;
  private List<String> strayKeys = List.of();
  private boolean busy;
  private boolean straysHeard = true;
  private boolean differs;
  private long differsSinceNanos;
  private long notBeforeNanos;
  private long sweptNanos;
  private int failures;
  private int sixteenth;
  private volatile List<NodeId> waitingFor = List.of();

  PoolLeader(PoolSide side, PoolNode node, Roster roster, RandomGenerator random, Duration ttl) {
    this.side = side;
    this.node = node;
    this.decision = new Decision(side, random);
    this.roster = roster;
    this.random = random;
    this.sweepPeriod = sweepPeriod(ttl);
    this.notBeforeNanos = side.loop().nanos();
    this.sweptNanos = side.loop().nanos();
  }

  private Duration sweepPeriod(Duration ttl) {
    Duration quarter = ttl.dividedBy(4);
    Duration least = side.settings().sweepAtLeast();
    return quarter.compareTo(least) > 0 ? quarter : least;
  }

  /** Sources without sessions are remembered for so long from now on. */
  void ttl(Duration ttl) {
    sweepPeriod = sweepPeriod(ttl);
  }

  /** What the pool should be from now on. */
  void wish(Wish next) {
    wish = next;
  }

  @Nullable Wish wish() {
    return wish;
  }

  /** A node reported strays. */
  void straysHeard() {
    straysHeard = true;
  }

  /** Those that a running change waits for, as last counted; empty if none. */
  List<NodeId> waitingFor() {
    return waitingFor;
  }

  /** Does the next thing that is due, if this node leads. */
  void tick() {
    long now = side.loop().nanos();
    Wish wanted = wish;
    if (busy || wanted == null || !node.recordRead() || !roster.leads()) {
      return;
    }
    EpochRecord record = node.record();
    if (record == null) {
      if (now - notBeforeNanos >= 0 && roster.unready() == null) {
        run(create(wanted));
      }
    } else if (record.phase() != Phase.STABLE) {
      run(drive(record, wanted));
    } else {
      waitingFor = List.of();
      Epoch base = node.epoch();
      if (base != null && base.id().equals(record.base().id())) {
        outcome(record);
        if (due(base, wanted, now) && now - notBeforeNanos >= 0 && roster.unready() == null) {
          run(prepare(record, base, wanted, sweepDue(now)));
        }
      }
      Ref highest = highest();
      if (!busy
          && highest != null
          && highest.id().number() > record.base().id().number()
          && now - notBeforeNanos >= 0
          && roster.unready() == null) {
        run(reassert(record, highest));
      }
    }
  }

  private void run(Future<?> action) {
    busy = true;
    action
        .compose(done -> node.look())
        .onComplete(
            done -> {
              busy = false;
              if (done.failed()) {
                LOG.debug("A step of a change failed pool={}", side.pool(), done.cause());
                long pause = side.loop().nanos() + AFTER_FAULT.toNanos();
                notBeforeNanos = pause - notBeforeNanos > 0 ? pause : notBeforeNanos;
              }
            });
  }

  // ---------------------------------------------------------------- when

  private boolean due(Epoch base, Wish wanted, long now) {
    boolean differsNow = !base.fulfils(wanted);
    if (differsNow && !differs) {
      differsSinceNanos = now;
    }
    differs = differsNow;
    boolean gathered = now - differsSinceNanos >= side.settings().debounce().toNanos();
    return (differs && gathered) || straysHeard || sweepDue(now);
  }

  private boolean sweepDue(long now) {
    Epoch base = node.epoch();
    long share = sixteenth > 0 ? 16 : 1;
    boolean crowded =
        base != null
            && (long) base.pins().size() + node.diversions().size()
                > side.settings().maxPins() / 4L * 3;
    return (crowded && now - sweptNanos >= Duration.ofSeconds(5).toNanos())
        || now - sweptNanos >= sweepPeriod.toNanos() / share;
  }

  /** Learns what became of this leader's own change: retries come after 1, 2, 4 s. */
  private void outcome(EpochRecord record) {
    Epoch mine = proposed;
    if (mine == null) {
      return;
    }
    proposed = null;
    if (record.base().id().equals(mine.id())) {
      failures = 0;
      strayKeys.forEach(key -> side.store().remove(EpochTables.STRAYS, key));
    } else {
      long pause = Duration.ofSeconds(1L << Math.min(2, failures++)).toNanos();
      notBeforeNanos = side.loop().nanos() + pause;
      straysHeard |= !strayKeys.isEmpty();
      LOG.info("A change of epoch was aborted pool={} change={}", side.pool(), mine.id());
      decision.tidy(mine.id());
    }
    strayKeys = List.of();
  }

  // ---------------------------------------------------------------- steps

  /** No record: the highest base that a node still has, else the first epoch (rule 29). */
  private Future<?> create(Wish wanted) {
    Ref found = highest();
    Future<Ref> ready =
        found != null
            ? side.load(found).map(found)
            : side.save(
                Epoch.first(side.pool(), new ChangeId(1, random.nextLong()), wanted),
                PoolSide.token(random));
    return ready.compose(
        ref -> side.advance(Advance.from(null, new EpochRecord(1, ref, null, Phase.STABLE, null))));
  }

  /** The store fell back behind what nodes route by: the highest epoch wins (rule 29). */
  private Future<?> reassert(EpochRecord record, Ref highest) {
    LOG.warn("The record of a pool is older than an epoch in use pool={}", side.pool());
    Epoch mine = node.epoch();
    boolean here = mine != null && mine.id().equals(highest.id());
    EpochRecord newer =
        new EpochRecord(record.version() + 1, highest, record.base(), Phase.STABLE, null);
    return (here ? side.saveAgain(mine, highest) : side.load(highest).map(highest))
        .compose(saved -> side.advance(Advance.from(record, newer)));
  }

  private @Nullable Ref highest() {
    Ref highest = null;
    for (NodeRow row : roster.rows()) {
      Ref base = row.bases().get(side.pool());
      if (base != null && (highest == null || base.id().number() > highest.id().number())) {
        highest = base;
      }
    }
    return highest;
  }

  private Future<?> prepare(EpochRecord record, Epoch base, Wish wanted, boolean sweep) {
    long now = side.loop().nanos();
    boolean gathered = differs && now - differsSinceNanos >= side.settings().debounce().toNanos();
    straysHeard = false;
    if (sweep) {
      sweptNanos = now;
    }
    Map<Source, Diversion> living = new HashMap<>();
    return side.diversions()
        .compose(
            all -> {
              all.forEach(
                  (source, entry) -> {
                    long touched = base.touched(SlotHash.slot(source));
                    if (entry.alive(touched)) {
                      living.put(source, entry);
                    } else {
                      side.bury(source, touched); // whoever decided that epoch did not come to it
                    }
                  });
              return side.store().readAll(EpochTables.STRAYS);
            })
        .compose(
            strays -> {
              BitSet extra = sweep ? swept(base, living) : new BitSet();
              List<String> keys = new ArrayList<>();
              strays.forEach(
                  (key, row) -> {
                    if (key.startsWith(side.pool() + "/")) {
                      keys.add(key);
                      extra.or(BitSet.valueOf(row.slots()));
                    }
                  });
              if (extra.isEmpty() && !gathered) {
                return Future.succeededFuture();
              }
              ChangeId id = new ChangeId(base.number() + 1, random.nextLong());
              Epoch proposal = base.proposal(id, wanted, extra, living);
              return store(record, proposal, keys);
            })
        .onFailure(e -> straysHeard = true); // nobody has taken them up
  }

  private BitSet swept(Epoch base, Map<Source, Diversion> living) {
    BitSet slots = new BitSet();
    base.pins()
        .forEach(
            (source, pin) -> {
              if (!pin.operator()) {
                slots.set(SlotHash.slot(source));
              }
            });
    living.keySet().forEach(source -> slots.set(SlotHash.slot(source)));
    if (slots.cardinality() > SWEPT_AT_ONCE) {
      int turn = sixteenth++ % 16;
      slots.stream().filter(slot -> slot % 16 != turn).forEach(slots::clear);
    } else {
      sixteenth = 0;
    }
    return slots;
  }

  private Future<?> store(EpochRecord record, Epoch proposal, List<String> keys) {
    return side.save(proposal, 0)
        .compose(
            ref -> {
              Next next =
                  new Next(
                      proposal.id(),
                      proposal.touchedByThis().toByteArray(),
                      proposal.serving(),
                      ref,
                      null,
                      List.of());
              proposed = proposal;
              strayKeys = keys;
              return side.advance(Advance.from(record, record.to(Phase.PREPARE, next)));
            });
  }

  private Future<?> drive(EpochRecord record, Wish wanted) {
    Epoch mine = proposed;
    if (record.phase() != Phase.PREPARE) {
      return side.finish(record, false).onSuccess(after -> decision.settled(record, after));
    }
    if (mine != null && mine.id().equals(record.change()) && !mine.fulfils(wanted)) {
      return side.finish(record, false); // the reason has gone (rule 12)
    }
    return side.store()
        .readAll(EpochTables.ACKS)
        .compose(
            acks ->
                side.store().readAll(EpochTables.ROWS).compose(rows -> count(record, acks, rows)));
  }

  private Future<?> count(
      EpochRecord record, Map<String, Claim.Ack> acks, Map<String, NodeRow> rows) {
    Map<NodeName, Claim.Ack> mine = decision.acks(record.change(), acks);
    waitingFor =
        RowWatch.missing(rows.values(), side.store().members(), roster.gone(), mine.keySet());
    return waitingFor.isEmpty()
        ? decision.decide(record, node.epoch(), List.copyOf(mine.values()))
        : Future.succeededFuture();
  }
}
