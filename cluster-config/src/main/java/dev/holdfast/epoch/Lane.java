package dev.holdfast.epoch;

import dev.holdfast.table.SlotHash;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One pool on one event loop. Everything but the executor is confined to that loop; the control
 * loop changes it by tasks, in order, so an answer and the {@code opened} after it in the same task
 * see one state (rule 3).
 */
final class Lane implements LoopRoutes {
  /** Who decides diversions. */
  interface Asker {
    /** Completes on the lane's loop when the lane knows the outcome. */
    Future<Void> ask(Lane lane, Source source, Divert wish);
  }

  private static final Answer HELD = new Answer.Held();
  private static final Answer CLOSED = new Answer.Closed();
  private static final Runnable NOBODY = () -> {};

  private final Executor loop;
  private final LongSupplier nanos;
  private final Asker asker;
  private final SourceMemory sources;
  private final Map<Source, Diversion> diversions = new HashMap<>();
  private final LongAdder held = new LongAdder();
  private @Nullable Lease lease;
  private @Nullable Epoch epoch;
  private @Nullable BitSet hold;
  private Runnable letGo = NOBODY;

  Lane(Executor loop, LongSupplier nanos, Duration ttl, Asker asker) {
    this.loop = loop;
    this.nanos = nanos;
    this.asker = asker;
    this.sources = new SourceMemory(ttl);
  }

  /** Loop: sources without sessions are remembered for so long from now on. */
  void ttl(Duration ttl) {
    sources.ttl(ttl);
  }

  /** Where tasks for this lane run. */
  Executor loop() {
    return loop;
  }

  /** How often an answer was "held"; any thread. */
  long heldAnswers() {
    return held.sum();
  }

  @Override
  public Answer answer(Source source) {
    Lease now = lease;
    Epoch by = epoch;
    if (now == null || by == null || !now.runs(nanos.getAsLong())) {
      return CLOSED;
    }
    int slot = SlotHash.slot(source);
    if (hold != null && hold.get(slot)) {
      held.increment();
      return HELD;
    }
    if (diversions.isEmpty()) {
      return by.pins().isEmpty() ? by.bySlot(slot) : by.answer(source, slot, null);
    }
    return by.answer(source, slot, diversions.get(source));
  }

  @Override
  public @Nullable ServerName wanted(Source source) {
    return epoch == null ? null : epoch.wanted(source, SlotHash.slot(source));
  }

  @Override
  public void opened(Source source, ServerName server) {
    sources.opened(source, server);
  }

  @Override
  public void closed(Source source, ServerName server) {
    if (hasToGo(source, server)) {
      sources.forget(source, server);
    } else {
      sources.closed(source, server, nanos.getAsLong());
    }
  }

  /** True if the source's slot was given back to the table, and the server is not the answer. */
  private boolean hasToGo(Source source, ServerName server) {
    return epoch != null
        && epoch.givenBack(SlotHash.slot(source))
        && !server.equals(present(source));
  }

  /** The server of a source by what this lane knows, held or not, open or not. */
  private @Nullable ServerName present(Source source) {
    return epoch == null
        ? null
        : epoch.server(source, SlotHash.slot(source), diversions.get(source));
  }

  @Override
  public Future<Void> divert(Source source, ServerName unusable) {
    Epoch by = epoch;
    int slot = SlotHash.slot(source);
    boolean routes = lease != null && lease.runs(nanos.getAsLong());
    if (by == null || !routes || (hold != null && hold.get(slot))) {
      return Future.succeededFuture(); // the answer says what to wait for
    }
    Diversion known = diversions.get(source);
    Diversion living = known != null && known.alive(by.touched(slot)) ? known : null;
    if (!unusable.equals(by.server(source, slot, living))) {
      return Future.succeededFuture(); // the answer is another already
    }
    ServerName wanted = wanted(by, source, slot, unusable, living);
    if (wanted == null) {
      return Future.failedFuture(
          new IllegalStateException("epoch: no server but " + unusable + " for " + source));
    }
    return asker.ask(this, source, new Divert(wanted, by.number(), by.touched(slot), living));
  }

  private static @Nullable ServerName wanted(
      Epoch by, Source source, int slot, ServerName unusable, @Nullable Diversion living) {
    Set<ServerName> avoid = new TreeSet<>(Set.of(unusable));
    ServerName undiverted = living == null ? null : by.server(source, slot, null);
    if (undiverted != null) {
      avoid.add(undiverted);
    }
    ServerName wanted = by.choices().without(avoid, slot);
    if (wanted == null && undiverted != null && !undiverted.equals(unusable)) {
      wanted = undiverted;
    }
    return wanted != null && by.serves(wanted) ? wanted : null;
  }

  @Override
  public void onLetGo(Runnable task) {
    letGo = task;
  }

  /** Loop: an epoch is in force, with or without a hold. */
  void apply(Epoch next, @Nullable BitSet held) {
    boolean freed = next != epoch || (hold != null && hold != held);
    if (next != epoch) {
      epoch = next;
      diversions
          .entrySet()
          .removeIf(entry -> !entry.getValue().alive(next.touched(SlotHash.slot(entry.getKey()))));
    }
    hold = held;
    if (freed && next.givesBack()) {
      sources.forget(this::hasToGo);
    }
    if (freed) {
      letGo.run();
    }
  }

  /** Loop: what this lane claims; the hold stands already. */
  List<Claim> claims(BitSet touched, Set<ServerName> serving) {
    return sources.claims(touched, serving, nanos.getAsLong());
  }

  /** Loop: takes an entry if it is newer than the one known (rule 18). */
  void learn(Source source, Diversion entry) {
    boolean alive = epoch == null || entry.alive(epoch.touched(SlotHash.slot(source)));
    if (alive && entry.newerThan(diversions.get(source))) {
      diversions.put(source, entry);
    }
  }

  /** Loop: the diversion of a source that this lane knows, or null. */
  @Nullable Diversion diversion(Source source) {
    return diversions.get(source);
  }

  /** Loop: forgets a diversion that the store has lost, unless a later one is known. */
  void forget(Source source, Diversion entry) {
    diversions.remove(source, entry);
  }

  /** Loop: forgets all diversions. */
  void forget() {
    diversions.clear();
  }

  /** Loop: opens the gate, or closes it with null. */
  void gate(@Nullable Lease next) {
    lease = next;
    if (next != null) {
      letGo.run();
    }
  }

  /** Loop: slots of sources with sessions at a server that serves but is not the answer. */
  BitSet strays() {
    BitSet slots = new BitSet();
    sources.live(
        (source, server) -> {
          if (epoch != null && epoch.serves(server) && !server.equals(present(source))) {
            slots.set(SlotHash.slot(source));
          }
        });
    return slots;
  }

  /** Completes a promise on this lane's loop. */
  void complete(Promise<Void> promise, @Nullable Throwable failure) {
    loop.execute(
        () -> {
          if (failure == null) {
            promise.complete();
          } else {
            promise.fail(failure);
          }
        });
  }
}
