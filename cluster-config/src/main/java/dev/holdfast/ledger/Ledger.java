package dev.holdfast.ledger;

import dev.holdfast.config.SharedConfig;
import dev.holdfast.members.Contact;
import dev.holdfast.store.Step;
import dev.holdfast.store.Store;
import dev.holdfast.time.ControlLoop;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.OnPartition;
import dev.holdfast.words.Scope;
import dev.holdfast.words.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger of this node: takes permits for sessions from what the node holds, and keeps that in
 * step with the rows of the store. The protocol lives on the control loop; {@link Admission} is for
 * all event loops and calls nobody.
 *
 * <p>A store that does not answer costs nothing but new permits. No session is ever ended here.
 */
public final class Ledger implements Admission, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
  private static final Duration TICK = Duration.ofMillis(250);
  private static final long RECONCILE_NANOS = 1_000_000_000L;
  private static final long LOOK_NANOS = 30_000_000_000L;

  private final NodeId self;
  private final ControlLoop loop;
  private final Store store;
  private final Step.Owner owner;
  private final LongSupplier random;
  private final LocalAdmission admission;
  private final Map<Scope, LongAdder> operations = new ConcurrentHashMap<>();

  // control loop
  private final Map<Scope, ScopeLedger> ledgers = new TreeMap<>();
  private final Map<Scope, Pressure> pressures = new HashMap<>();
  private final Set<Scope> timers = new HashSet<>();
  private final Standing standing = new Standing();
  private final List<Runnable> ends = new ArrayList<>();
  private Map<Scope, Need> needs = Map.of();
  private long lastTickNanos;
  private long reconciledNanos;
  private long lookedNanos;
  private long calls;

  private volatile ScopeLimits config =
      new ScopeLimits(Long.MIN_VALUE, OnPartition.AVAILABLE, Duration.ofSeconds(10), 1, Map.of());
  private volatile long excess;

  /**
   * A ledger without limits and without contact.
   *
   * @param self this process
   * @param loop the control loop
   * @param store where the rows are
   * @param owner the memory of this process that the steps see when the store runs them here: rule
   *     R-own-promise rests on its being the same
   * @param random 64 random bits a call
   */
  public Ledger(NodeId self, ControlLoop loop, Store store, Step.Owner owner, LongSupplier random) {
    this.self = self;
    this.loop = loop;
    this.store = store;
    this.owner = owner;
    this.random = random;
    admission = new LocalAdmission(loop, this::turn);
    lastTickNanos = loop.nanos();
  }

  /** Begins to keep time and to hear calls. Once, on the control loop. */
  public void start() {
    memory();
    lastTickNanos = loop.nanos();
    reconciledNanos = lastTickNanos;
    lookedNanos = lastTickNanos;
    ends.add(loop.every(TICK, this::tick)::cancel);
    ends.add(store.onChange(LedgerCall.TABLE, this::called)::cancel);
    ends.add(store.onMembers(this::look)::cancel);
  }

  /** Asks nobody any more; permits that are held stay countable. Control loop. */
  @Override
  public void close() {
    ends.forEach(Runnable::run);
    ends.clear();
    ledgers.clear();
  }

  private LedgerMemory memory() {
    return owner.memory(LedgerMemory.class, () -> new LedgerMemory(random, Rule.ALL));
  }

  // ---- configuration and contact

  /**
   * Takes the limits of a configuration: added, changed, removed. Never ends a session: while more
   * is held than a limit allows, freed permits are given back. Control loop.
   *
   * @param revision of the configuration; an older one than before is ignored
   */
  public void configure(long revision, SharedConfig shared) {
    configure(ScopeLimits.of(revision, shared));
  }

  void configure(ScopeLimits next) {
    if (next.revision() < config.revision()) {
      return;
    }
    config = next;
    admission.strict(next.strict());
    next.limits().forEach((scope, limit) -> limit(scope, limit, next));
    List.copyOf(ledgers.values()).stream()
        .filter(ledger -> !next.limits().containsKey(ledger.scope()) && ledger.hasBegun())
        .forEach(this::unlimit);
    gate();
    turn();
  }

  private void limit(Scope scope, int limit, ScopeLimits next) {
    ScopeLedger ledger =
        ledgers.computeIfAbsent(scope, key -> new ScopeLedger(self, permits(scope), Rule.ALL));
    pressures.computeIfAbsent(scope, key -> new Pressure());
    ledger.limit(limit, next.revision(), next.expectedNodes());
    if (!ledger.hasBegun()) {
      ledger.begin(random.getAsLong());
    }
  }

  /** The row goes too: were it left, a later limit would begin with entries that mean nothing. */
  private void unlimit(ScopeLedger ledger) {
    ledger.end();
    store
        .remove(LedgerRow.TABLE, ledger.scope().text())
        .onFailure(e -> LOG.debug("The row of a scope without limit is left", e));
  }

  /** Who is there. Control loop, whenever it changes. */
  public void contact(Contact contact) {
    passTime();
    long lease = leaseNanos();
    Contact before = standing.contact();
    if (standing.comesBackBy(contact, loop.nanos())) {
      memory().away();
    }
    standing.contact(contact, loop.nanos(), lease);
    if (contact.gone().getOrDefault(self.name(), Long.MIN_VALUE) >= self.incarnation()) {
      LOG.error("The others hold this process for gone: it admits nobody new node={}", self);
      ledgers.values().forEach(ScopeLedger::reportFirst);
    }
    if (config.strict() && !contact.majority()) {
      admission.noLaterThan(standing.cutSinceNanos() + lease);
    }
    if (before == null || !contact.saysTheSameAs(before)) {
      look();
    } else {
      gate();
      turn();
    }
  }

  private void look() {
    ledgers.values().forEach(ScopeLedger::hint);
    gate();
    turn();
  }

  // ---- time

  private void tick() {
    gate();
    long now = loop.nanos();
    if (now - reconciledNanos >= RECONCILE_NANOS) {
      reconciledNanos = now;
      reconcile(now);
    }
    turn();
  }

  /** A process that was stopped notices: it reports before it admits. */
  private void passTime() {
    long now = loop.nanos();
    if (!ends.isEmpty() && now - lastTickNanos > leaseNanos()) { // it has started
      LOG.warn("This process did not run ms={}", (now - lastTickNanos) / 1_000_000);
      standing.gap(now);
      memory().away();
      if (config.strict()) {
        ledgers.values().forEach(ScopeLedger::hint);
      } else {
        ledgers.values().forEach(ScopeLedger::reportFirst);
      }
    }
    lastTickNanos = now;
    standing.pass(now, leaseNanos());
  }

  /** Until when sessions may be admitted, and whether this node stands alone. */
  private void gate() {
    passTime();
    long now = loop.nanos();
    boolean alone = !config.strict() && standing.isAlone(now, leaseNanos(), config.expectedNodes());
    for (ScopeLedger ledger : ledgers.values()) {
      if (alone && ledger.hasBegun()) {
        ledger.alone(standing.maybeAlive(config.expectedNodes()), standing.provenGone());
      } else if (ledger.isAlone() && (config.strict() || standing.hasMajority())) {
        ledger.reportFirst();
      }
    }
    if (!config.strict() || standing.inContact()) {
      admission.until(now + leaseNanos());
    }
  }

  private void reconcile(long now) {
    boolean all = now - lookedNanos >= LOOK_NANOS;
    lookedNanos = all ? now : lookedNanos;
    long over = 0;
    for (ScopeLedger ledger : ledgers.values()) {
      ledger.reconcile(now);
      if (all) {
        ledger.hint();
      }
      over += ledger.excess();
    }
    excess = over;
    if (standing.inContact() && standing.speaks() && believesStore()) {
      ledgers.values().stream().filter(ScopeLedger::hasBegun).forEach(l -> notice(l, now));
    }
  }

  /** R-prune, and under available the suspension of who is silent for a lease. */
  private void notice(ScopeLedger ledger, long now) {
    Map<NodeName, Long> silent = standing.silent(now, leaseNanos());
    Contact contact = standing.contact();
    boolean unseen =
        !ledger.isComplete()
            && contact.roster().size() < config.expectedNodes()
            && standing.sinceNanos(now) >= leaseNanos();
    boolean suspend = !config.strict() && (!silent.isEmpty() || unseen);
    if (silent.isEmpty() && !suspend) {
      return;
    }
    count(ledger.scope());
    store
        .step(
            LedgerRow.TABLE,
            ledger.scope().text(),
            new LedgerNotice(ledger.scope(), voters(), silent, suspend))
        .onSuccess(
            nothing -> {
              ledger.hint();
              turn();
            })
        .onFailure(e -> LOG.debug("A notice was lost scope={}", ledger.scope(), e));
  }

  private long leaseNanos() {
    return config.lease().toNanos();
  }

  private Voters voters() {
    return Voters.of(standing.contact(), config.expectedNodes(), !config.strict());
  }

  // ---- the turn: clients first, then the ledger

  private void turn() {
    needs = admission.serve(this::knownEmpty);
    if (believesStore()) {
      ledgers.values().forEach(this::drive);
    }
  }

  /** R-part: all may hear each other while the store is split, and its parts have a row each. */
  private boolean believesStore() {
    return standing.hasMajority() && standing.contact().majorityOf(store.members());
  }

  private boolean knownEmpty(Permits scope) {
    ScopeLedger ledger = ledgers.get(scope.scope());
    return ledger != null && ledger.isEmpty();
  }

  private void drive(ScopeLedger ledger) {
    if (!ledger.hasBegun()) {
      return;
    }
    long now = loop.nanos();
    LedgerRequest request = ledger.next(now, need(ledger, now), voters());
    if (request != null) {
      send(ledger, request);
    } else if (ledger.inFlight() == null && ledger.pauseNanos(now) > 0) {
      after(ledger, ledger.pauseNanos(now));
    }
  }

  private void after(ScopeLedger ledger, long nanos) {
    if (timers.add(ledger.scope())) {
      loop.after(
          Duration.ofNanos(nanos),
          () -> {
            timers.remove(ledger.scope());
            turn();
          });
    }
  }

  private Need need(ScopeLedger ledger, long now) {
    Need waiting = needs.getOrDefault(ledger.scope(), Need.NOTHING);
    return pressures.get(ledger.scope()).need(ledger.permits(), waiting, now);
  }

  private void count(Scope scope) {
    operations.computeIfAbsent(scope, key -> new LongAdder()).increment();
  }

  private void send(ScopeLedger ledger, LedgerRequest request) {
    memory().promise(ledger.scope(), ledger.promised());
    count(ledger.scope());
    Before before = new Before(ledger.counted(), ledger.isInLine());
    store
        .step(LedgerRow.TABLE, ledger.scope().text(), request)
        .onComplete(
            result -> {
              if (result.succeeded() && believesStore()) {
                answered(ledger, request, result.result(), before);
              } else {
                LOG.debug("An answer was lost scope={}", ledger.scope(), result.cause());
                ledger.lost(request);
              }
              turn();
            });
  }

  private void answered(
      ScopeLedger ledger, LedgerRequest request, @Nullable LedgerAnswer answer, Before before) {
    passTime();
    boolean latest = ledger.inFlight() == request;
    ledger.answered(request, answer, random.getAsLong());
    memory().promise(ledger.scope(), ledger.promised());
    if (latest && answer != null) {
      standing.answered();
      gate();
      if (!answer.otherTerm()) {
        tellOthers(ledger, request, answer, before);
      }
    }
  }

  // ---- calls

  /** What a node knew when it asked. */
  private record Before(int counted, boolean inLine) {}

  /** Calls the others if somebody waits, if permits are back, or if a term needs their report. */
  private void tellOthers(
      ScopeLedger ledger, LedgerRequest request, LedgerAnswer answer, Before before) {
    long now = loop.nanos();
    Need need = need(ledger, now);
    Pressure pressure = pressures.get(ledger.scope());
    boolean back = answer.free() > 0 || answer.granted() < before.counted();
    boolean waits = answer.granted() < request.want() && need.ofClients();
    boolean first = need.waiting() > 0 && !before.inLine() && !answer.starving();
    if (answer.starving() && back && pressure.mayTellOfPermits(now)) {
      call(ledger.scope());
    } else if ((waits || !answer.complete()) && pressure.mayTellOfNeed(first, now)) {
      call(ledger.scope());
    }
  }

  private void call(Scope scope) {
    count(scope);
    store
        .write(LedgerCall.TABLE, LedgerCall.key(scope, self.name()), new LedgerCall(++calls))
        .onFailure(e -> LOG.debug("A call was lost scope={}", scope, e));
  }

  private void called(String key) {
    if (LedgerCall.isOf(key, self.name())) {
      return;
    }
    ScopeLedger ledger = ledgers.get(LedgerCall.scope(key));
    if (ledger != null) {
      ledger.hint();
      turn();
    }
  }

  // ---- admission: any event loop

  @Override
  public Permits permits(Scope scope) {
    return admission.permits(scope);
  }

  @Override
  public boolean admits() {
    return admission.admits();
  }

  @Override
  public @Nullable Scope take(List<Permits> scopes) {
    return admission.take(scopes);
  }

  @Override
  public void release(List<Permits> scopes) {
    admission.release(scopes);
  }

  @Override
  public Waiter await(Source source, List<Permits> scopes, Executor eventLoop, Runnable granted) {
    return admission.await(source, scopes, eventLoop, granted);
  }

  // ---- figures: any thread

  /**
   * A scope on this node.
   *
   * @param held sessions now
   * @param maxHeld most sessions at once since the start
   * @param granted permits this node may hold, {@link Permits#UNLIMITED} without a limit
   * @param limit of the whole cluster, or null
   */
  public record Status(int held, int maxHeld, int granted, @Nullable Integer limit) {}

  /** Every scope that was asked for, with or without a limit. Any thread. */
  public Map<Scope, Status> statuses() {
    Map<Scope, Integer> limits = config.limits();
    Map<Scope, Status> all = new TreeMap<>();
    admission.forEach(
        (scope, p) ->
            all.put(scope, new Status(p.held(), p.maxHeld(), p.granted(), limits.get(scope))));
    return all;
  }

  /** Calls of the store since the start, per scope. Any thread. */
  public Map<Scope, Long> operations() {
    Map<Scope, Long> all = new TreeMap<>();
    operations.forEach((scope, count) -> all.put(scope, count.sum()));
    return all;
  }

  /**
   * Permits lent above the limits, all scopes together, as this node heard last; at most a second
   * behind its last answer. Any thread.
   */
  public long excess() {
    return excess;
  }
}
