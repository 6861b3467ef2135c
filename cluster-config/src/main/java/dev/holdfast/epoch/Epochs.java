package dev.holdfast.epoch;

import dev.holdfast.epoch.EpochRecord.Phase;
import dev.holdfast.epoch.EpochRecord.Ref;
import dev.holdfast.members.Contact;
import dev.holdfast.store.Rows;
import dev.holdfast.store.Store;
import dev.holdfast.table.SlotHash;
import dev.holdfast.table.SlotTable;
import dev.holdfast.time.ControlLoop;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeState;
import dev.holdfast.words.OnPartition;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Source;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The epochs of all pools on this node: the door for who wires a node together. Every method may be
 * called from any thread and returns at once; the work is done on the control loop.
 *
 * <p>In the steady state a node writes its row each second and reads one small record for each pool
 * every two; the leader reads all rows each second. Sessions cost no call.
 */
public final class Epochs implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Epochs.class);
  private static final Duration TICK = Duration.ofMillis(100);
  private static final int REMOVED_KEPT = 16;

  private record Kept(Ref ref, byte[] epoch) {}

  private record Pool(PoolNode node, PoolLeader leader) {}

  private final Store store;
  private final ControlLoop loop;
  private final NodeId self;
  private final EpochSettings settings;
  private final List<Executor> loops;
  private final RandomGenerator random;
  private final EpochShelf shelf;
  private final Presence presence;
  private final Census census;
  private final Leftovers leftovers;
  private final Map<PoolName, Pool> pools = new ConcurrentHashMap<>();
  private final Map<PoolName, Pool> removed = // guarded by itself; the latest few
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<PoolName, Pool> eldest) {
          return size() > REMOVED_KEPT;
        }
      };
  private final List<ControlLoop.Timer> timers = new ArrayList<>();
  private final List<Store.Subscription> subscriptions = new ArrayList<>();
  private volatile Runnable changed = () -> {};

  /**
   * Nothing runs yet.
   *
   * @param store shared with the other nodes
   * @param loop the control loop of the store
   * @param self this process
   * @param settings bounds and periods
   * @param loops the event loops on which sources are routed; what they get runs in order
   * @param random for identities of changes
   * @param shelf keeps the last epochs
   */
  public Epochs(
      Store store,
      ControlLoop loop,
      NodeId self,
      EpochSettings settings,
      List<Executor> loops,
      RandomGenerator random,
      EpochShelf shelf) {
    this(
        store,
        loop,
        self,
        settings,
        loops,
        random,
        shelf,
        () -> !store.members().isEmpty() && store.members().get(0).equals(self));
  }

  Epochs(
      Store store,
      ControlLoop loop,
      NodeId self,
      EpochSettings settings,
      List<Executor> loops,
      RandomGenerator random,
      EpochShelf shelf,
      BooleanSupplier oldest) {
    this.store = store;
    this.loop = loop;
    this.self = self;
    this.settings = settings;
    this.loops = List.copyOf(loops);
    this.random = random;
    this.shelf = shelf;
    this.presence = new Presence(store, loop, self, settings, this::bases, new Gates());
    this.census = new Census(store, loop, self, presence, oldest, this::tick);
    this.leftovers = new Leftovers(store);
  }

  /** Begins: the row first, then all else. Pools added before or later are read by themselves. */
  public void start() {
    loop.execute(
        () -> {
          presence.beat();
          timers.add(loop.every(settings.heartbeat(), this::beat));
          timers.add(loop.every(settings.reconcile(), () -> reconcile(false)));
          timers.add(loop.every(TICK, this::tickOfTimer));
          timers.add(loop.every(settings.sweepAtLeast(), this::sweep));
          listen();
        });
  }

  private void listen() {
    subscriptions.add(store.onChange(EpochTables.RECORDS, this::look));
    subscriptions.add(store.onChange(EpochTables.DIVERSIONS, this::hear));
    subscriptions.add(store.onChange(EpochTables.ACKS, key -> tick()));
    subscriptions.add(
        store.onChange(
            EpochTables.STRAYS, key -> pools.values().forEach(p -> p.leader.straysHeard())));
    subscriptions.add(
        store.onMembers(
            () -> {
              presence.look();
              census.read();
              reconcile(true); // parts of the store may have merged
            }));
  }

  /** Who is heard and who is proven gone, whenever that changes. */
  public void contact(Contact contact) {
    loop.execute(() -> presence.contact(contact));
  }

  /** What the node's row says from now on: JOINING, READY or DRAINING. */
  public void state(NodeState state) {
    loop.execute(() -> presence.state(state));
  }

  /**
   * Leaves in order, after the last session has ended: the gate closes and changes do not wait for
   * this node any more. Completes on the control loop when the row says so.
   */
  public Future<Void> leave() {
    Promise<Void> left = Promise.promise();
    loop.execute(() -> presence.leave().onComplete(left));
    return left.future();
  }

  /** Stops the timers and listeners; says nothing to the others. */
  @Override
  public void close() {
    loop.execute(
        () -> {
          timers.forEach(ControlLoop.Timer::cancel);
          subscriptions.forEach(Store.Subscription::cancel);
        });
  }

  /** Called on the control loop after the epoch, the record or the gate of a pool changed. */
  public void onChange(Runnable task) {
    changed = task;
  }

  // ---------------------------------------------------------------- pools

  /** Takes another policy and lease: from the next heartbeat on this node goes by them. */
  public void configure(OnPartition onPartition, Duration lease) {
    loop.execute(() -> presence.settings(presence.settings().with(onPartition, lease)));
  }

  /**
   * Adds a pool, or takes another ttl for one that is there. One that was removed and comes back
   * knows the sessions that it left, and claims them.
   *
   * @param ttl how long a source without sessions is remembered
   */
  public void add(PoolName pool, Duration ttl) {
    boolean isNew;
    Pool known;
    synchronized (removed) {
      Pool present = pools.get(pool);
      Pool back = present == null ? removed.remove(pool) : null;
      isNew = present == null;
      known = present != null ? present : back != null ? back : make(pool, ttl);
      pools.put(pool, known);
    }
    loop.execute(
        () -> {
          known.node.ttl(ttl);
          known.leader.ttl(ttl);
          if (isNew) {
            begin(pool);
          }
        });
  }

  /** Takes a pool out: its lanes are closed, its record stays, its sessions are remembered. */
  public void remove(PoolName pool) {
    synchronized (removed) {
      Pool gone = pools.remove(pool);
      if (gone != null) {
        removed.put(pool, gone);
        loop.execute(gone.node::shut);
      }
    }
  }

  /**
   * The routes of a pool on one event loop.
   *
   * @param index of the loop in the list given at the start
   * @throws IllegalArgumentException if there is no such pool
   */
  public LoopRoutes routes(PoolName pool, int index) {
    return of(pool).node.lane(index);
  }

  /** What the pool should be; a leader makes it so. Unknown pools are ignored. */
  public void wish(PoolName pool, Wish wish) {
    loop.execute(
        () -> {
          Pool known = pools.get(pool);
          if (known != null) {
            known.leader.wish(wish);
          }
        });
  }

  private Pool make(PoolName name, Duration ttl) {
    PoolSide side = new PoolSide(name, self, store, loop, settings, presence::majority);
    PoolNode node =
        new PoolNode(
            side,
            loops,
            ttl,
            () -> first(name),
            (epoch, ref) -> shelf.keep(name, Rows.bytes(new Kept(ref, EpochBytes.of(epoch)))),
            () -> changed.run());
    return new Pool(node, new PoolLeader(side, node, census, random, ttl));
  }

  private @Nullable Epoch first(PoolName name) {
    Pool pool = pools.get(name);
    Wish wish = pool == null ? null : pool.leader.wish();
    return wish == null ? null : Epoch.first(name, new ChangeId(0, 0), wish);
  }

  private void begin(PoolName name) {
    Pool pool = pools.get(name);
    if (pool == null) {
      return;
    }
    byte[] bytes = shelf.last(name);
    if (bytes != null) {
      try {
        Kept kept = Rows.value(bytes, Kept.class);
        pool.node.remember(EpochBytes.epoch(kept.epoch), kept.ref);
      } catch (RuntimeException e) {
        LOG.warn("The kept epoch of a pool cannot be read and is ignored pool={}", name, e);
      }
    }
    Lease lease = presence.lease();
    if (lease != null && lease.isCutOff()) {
      pool.node.isolate(lease);
    } else if (lease != null) {
      pool.node.enter(lease, true); // strays of before it was removed are reported
    }
  }

  private Pool of(PoolName pool) {
    Pool known = pools.get(pool);
    if (known == null) {
      throw new IllegalArgumentException("pool: " + pool + " (expected: one that was added)");
    }
    return known;
  }

  // ---------------------------------------------------------------- what people ask

  /**
   * What this node knows of a pool.
   *
   * @throws IllegalArgumentException if there is no such pool
   */
  public PoolState state(PoolName name) {
    Pool pool = of(name);
    Epoch epoch = pool.node.epoch();
    EpochRecord record = pool.node.record();
    Wish wish = pool.leader.wish();
    boolean settled =
        record != null
            && record.phase() == Phase.STABLE
            && epoch != null
            && epoch.id().equals(record.base().id())
            && wish != null
            && epoch.fulfils(wish);
    return new PoolState(
        epoch == null ? 0 : epoch.number(),
        settled,
        pool.node.isOpen(),
        epoch == null ? 0 : epoch.pins().size(),
        pool.node.diversions().size(),
        pool.node.held().cardinality(),
        pool.node.heldAnswers(),
        epoch == null ? Map.of() : epoch.table().shares(),
        pool.node.serving(),
        pool.leader.waitingFor());
  }

  /**
   * Why a source goes where it goes. May cost some plans of tables: not for the walk of a session.
   *
   * @param source cut to the prefixes of the pool
   * @throws IllegalArgumentException if there is no such pool
   */
  public PoolState.Explanation explain(PoolName name, Source source) {
    Pool pool = of(name);
    Epoch epoch = pool.node.epoch();
    int slot = SlotHash.slot(source);
    boolean held = pool.node.held().get(slot);
    if (epoch == null) {
      return new PoolState.Explanation(slot, 0, null, null, false, held, List.of());
    }
    LoopRoutes.Answer answer = epoch.answer(source, slot, pool.node.diversions().find(source));
    var next = epoch.choices().order(slot, 3);
    if (answer instanceof LoopRoutes.Answer.To to) {
      return new PoolState.Explanation(
          slot, epoch.number(), to.server(), to.by(), true, held, next);
    }
    return new PoolState.Explanation(
        slot,
        epoch.number(),
        ((LoopRoutes.Answer.Unserved) answer).server(),
        null,
        false,
        held,
        next);
  }

  /**
   * The table that a pool would have if it were wished so; an empty one before the first epoch. May
   * cost some milliseconds. Any thread.
   *
   * @throws IllegalArgumentException if there is no such pool
   */
  public SlotTable planned(PoolName name, Wish wish) {
    Epoch epoch = of(name).node.epoch();
    return epoch == null ? SlotTable.EMPTY : epoch.planned(wish);
  }

  /**
   * The table that a pool has; an empty one before the first epoch. Any thread.
   *
   * @throws IllegalArgumentException if there is no such pool
   */
  public SlotTable table(PoolName name) {
    Epoch epoch = of(name).node.epoch();
    return epoch == null ? SlotTable.EMPTY : epoch.table();
  }

  // ---------------------------------------------------------------- the beat of the node

  private void beat() {
    presence.beat();
    census.read();
  }

  private void reconcile(boolean all) {
    pools.values().forEach(pool -> pool.node.reconcile(all));
  }

  private void sweep() {
    if (census.leads()) {
      leftovers.sweep().onFailure(e -> LOG.debug("A sweep of leftovers failed", e));
    }
  }

  /** While the first epochs wait for the rows of those that start too, rows are read at each. */
  private void tickOfTimer() {
    if (begins() && census.waits()) {
      census.read();
    }
    tick();
  }

  private void tick() {
    pools.values().forEach(pool -> pool.leader.tick());
  }

  private boolean begins() {
    return pools.values().stream().anyMatch(pool -> pool.node.record() == null);
  }

  private void look(String key) {
    Pool pool = pools.get(new PoolName(key));
    if (pool != null) {
      pool.node.look();
    }
  }

  private void hear(String key) {
    Pool pool = pools.get(new PoolName(key.substring(0, key.indexOf('/'))));
    if (pool != null) {
      pool.node.diversions().hear(Source.parse(key.substring(key.indexOf('/') + 1)));
    }
  }

  private Map<PoolName, Ref> bases() {
    Map<PoolName, Ref> bases = new HashMap<>();
    pools.forEach(
        (name, pool) -> {
          Ref base = pool.node.base();
          if (base != null) {
            bases.put(name, base);
          }
        });
    return bases;
  }

  /** The gates of all pools. */
  private final class Gates implements Presence.Gate {
    @Override
    public void enter(Lease lease, boolean anew) {
      pools.values().forEach(pool -> pool.node.enter(lease, anew));
      census.read();
    }

    @Override
    public void shut() {
      pools.values().forEach(pool -> pool.node.shut());
    }

    @Override
    public void isolate(Lease lease) {
      pools.values().forEach(pool -> pool.node.isolate(lease));
    }
  }
}
