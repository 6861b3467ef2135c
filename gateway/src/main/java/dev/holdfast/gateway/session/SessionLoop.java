package dev.holdfast.gateway.session;

import dev.holdfast.config.NodeSettings;
import dev.holdfast.config.PoolConfig;
import dev.holdfast.epoch.LoopRoutes;
import dev.holdfast.gateway.ports.LocalPorts;
import dev.holdfast.gateway.relay.Doorkeeper;
import dev.holdfast.gateway.relay.Link;
import dev.holdfast.gateway.relay.Relay;
import dev.holdfast.operations.Choice;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Refusal;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All sessions of one event loop, with one sweep for all their timers. The door of this room.
 *
 * <p>Methods say on which thread they may be called; those for any thread hop to the loop.
 */
public final class SessionLoop {
  /** How long a session that is ended in order has for its FINs. */
  static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final Logger LOG = LoggerFactory.getLogger(SessionLoop.class);
  private static final long FORGET_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long FASTEST_SWEEP_MS = 20;
  private static final long SLOWEST_SWEEP_MS = 1000;

  /** A part of the shortest timeout, so that it is kept to a quarter. */
  private static final int SWEEPS_A_TIMEOUT = 4;

  private final Relay relay;
  private final NodePlace node;
  private final Walk walk;
  private final @Nullable Duration logInterval;
  private final Map<ListenerName, LoopListener> listeners = new ConcurrentHashMap<>();
  private final Map<PoolName, LoopPool> pools = new HashMap<>();

  /** How often those that wait are looked at. */
  private long waitSweepMs = SLOWEST_SWEEP_MS;

  /** How often all sessions are looked at. */
  private long idleSweepMs = SLOWEST_SWEEP_MS;

  private final Lag lag = new Lag(System.nanoTime());
  private long dueNanos;
  private long sweptNanos = System.nanoTime();
  private long forgotNanos = System.nanoTime();
  private final boolean first;
  private boolean started;
  private boolean stopped;

  /**
   * A loop without listeners.
   *
   * @param relay of the loop
   * @param node shared by the loops
   * @param index of the loop, 0 or more
   * @param log how often long sessions are logged
   */
  public SessionLoop(Relay relay, NodePlace node, int index, NodeSettings.AccessLog log) {
    this.relay = relay;
    this.node = node;
    this.walk = new Walk(relay, node, index);
    this.logInterval = log.interval();
    this.first = index == 0;
  }

  /** Begins the sweep. Any thread; may be called again. */
  public void start() {
    loop()
        .execute(
            () -> {
              if (!started) {
                started = true;
                scheduleSweep();
              }
            });
  }

  /** Ends the sweep. Any thread. */
  public void stop() {
    loop().execute(() -> stopped = true);
  }

  private EventLoop loop() {
    return relay.loop();
  }

  /** The relay of this loop. */
  public Relay relay() {
    return relay;
  }

  /** Makes a pool known; settings of one that is known are read from its place. On the loop. */
  public void pool(PoolPlace place, LoopRoutes routes) {
    if (!pools.containsKey(place.name())) {
      LoopPool pool = new LoopPool(place, routes, node.ports(), node.sourceAddresses(place.name()));
      pools.put(place.name(), pool);
      routes.onLetGo(() -> walk.letGo(pool));
    }
  }

  /** True if the pool is known. On the loop. */
  public boolean knows(PoolName pool) {
    return pools.containsKey(pool);
  }

  /** Forgets all other pools; their sessions go on. On the loop. */
  public void keep(Set<PoolName> configured) {
    pools.keySet().retainAll(configured);
  }

  /**
   * Makes a listener known, or lets it feed its present pool. On the loop.
   *
   * @param place of a pool that is known
   */
  public void listener(ListenerPlace place) {
    LoopPool pool = pools.get(place.config().pool());
    LoopListener known = listeners.get(place.name());
    if (known == null) {
      listeners.put(place.name(), walk.listener(place, pool));
    } else {
      known.feed(pool);
      walk.configured(known);
    }
    pool.tidy();
    waitSweepMs = Long.MAX_VALUE;
    for (LoopListener each : listeners.values()) {
      waitSweepMs = Math.min(waitSweepMs, each.place().config().limits().queueTimeout().toMillis());
      if (!each.place().config().proxyProtocolFrom().isEmpty()) {
        waitSweepMs = Math.min(waitSweepMs, each.place().config().timeouts().header().toMillis());
      }
      waitSweepMs = Math.min(waitSweepMs, millis(each.pool().place().config().queue().timeout()));
    }
    idleSweepMs = Long.MAX_VALUE;
    for (LoopPool each : pools.values()) {
      PoolConfig.Timeouts timeouts = each.place().config().timeouts();
      idleSweepMs = Math.min(idleSweepMs, millis(timeouts.idle()));
      idleSweepMs = Math.min(idleSweepMs, millis(timeouts.clientIdle()));
      idleSweepMs = Math.min(idleSweepMs, millis(timeouts.serverIdle()));
      idleSweepMs = Math.min(idleSweepMs, millis(timeouts.halfClosed()));
      idleSweepMs = Math.min(idleSweepMs, millis(timeouts.maxAge()));
    }
    waitSweepMs = period(waitSweepMs);
    idleSweepMs = period(idleSweepMs);
  }

  private static long period(long timeoutMs) {
    long part = timeoutMs / SWEEPS_A_TIMEOUT;
    return Math.max(FASTEST_SWEEP_MS, Math.min(SLOWEST_SWEEP_MS, part));
  }

  private static long millis(@Nullable Duration timeout) {
    return timeout == null ? Long.MAX_VALUE : timeout.toMillis();
  }

  /** Whether a client may come in, before anything is made for it. On the loop. */
  public Doorkeeper.Verdict look(ListenerName at, Source client, int port) {
    return walk.look(listeners.get(at), client, port);
  }

  /** A client came. On the loop. */
  public void accept(ListenerName at, Link link) {
    walk.accept(listeners.get(at), link);
  }

  /** Sessions now. Any thread, a bit late. */
  public int size() {
    return walk.sessions().size();
  }

  /** How late this loop was at most within the last ten to twenty seconds. Any thread. */
  public Duration lag() {
    return Duration.ofNanos(lag.nanos());
  }

  /** Clients that a listener accepted, refused ones too. Any thread, a bit late. */
  public long accepted(ListenerName listener) {
    LoopListener at = listeners.get(listener);
    return at == null ? 0 : at.acceptedCount();
  }

  /** Clients that a listener refused. Any thread, a bit late. */
  public long denied(ListenerName listener, Refusal why) {
    LoopListener at = listeners.get(listener);
    return at == null ? 0 : at.deniedCount(why);
  }

  /** Refusals that have no line in the access log. Any thread, a bit late. */
  public long refusalsNotLogged() {
    return walk.refusalLog().left();
  }

  /** Bytes that clients of a listener sent. Any thread, a bit late. */
  public long bytesIn(ListenerName listener) {
    LoopListener at = listeners.get(listener);
    return at == null ? 0 : at.traffic().bytesIn();
  }

  /** Bytes that clients of a listener got. Any thread, a bit late. */
  public long bytesOut(ListenerName listener) {
    LoopListener at = listeners.get(listener);
    return at == null ? 0 : at.traffic().bytesOut();
  }

  /** The sessions that pass, in the order they came, after an id, at most so many. Any thread. */
  public Future<List<SessionView>> page(SessionFilter filter, long after, int limit) {
    List<SessionView> found = new ArrayList<>();
    return read(session -> {
          if (session.id > after && filter.passes(session)) {
            found.add(Views.of(session, System.nanoTime()));
          }
          return found.size() < limit;
        })
        .map(found);
  }

  /** Calls back on the loop with the source of each session that passes. Any thread. */
  public Future<Void> sources(SessionFilter filter, Consumer<Source> each) {
    return read(
        session -> {
          if (filter.passes(session)) {
            each.accept(session.source);
          }
          return true;
        });
  }

  private Future<Void> read(Predicate<Session> more) {
    Promise<Void> done = Promise.promise();
    loop().execute(new Reading(walk.sessions(), loop(), more, done));
    return done.future();
  }

  /** Ends one session in order; completes with false if there is none of that id. Any thread. */
  public Future<Boolean> end(long id, char letter) {
    boolean[] found = {false};
    return read(session -> {
          if (session.id == id) {
            found[0] = true;
            session.order(letter);
            session.link.finish(GRACE_NANOS);
          }
          return !found[0];
        })
        .map(done -> found[0]);
  }

  /** Ends sessions that are here now, evenly until a deadline, as the other does. Any thread. */
  public Future<Integer> end(SessionFilter filter, Duration within, char letter) {
    Promise<Integer> done = Promise.promise();
    loop()
        .execute(
            () -> {
              long last = walk.lastId();
              Pick here = session -> session.id <= last && filter.passes(session);
              new DeadlineEnd(walk, loop(), here, within, letter, done).run();
            });
    return done.future();
  }

  /**
   * Ends sessions in order, evenly until a deadline, then what is left by resets. Any thread.
   *
   * @param filter which; asked again for sessions that come
   * @param within until the last has ended
   * @param letter first letter of their termination
   * @return completes with how many were ended, when none is left that passes the filter
   */
  public Future<Integer> end(Predicate<SessionView> filter, Duration within, char letter) {
    Promise<Integer> done = Promise.promise();
    loop().execute(new DeadlineEnd(walk, loop(), Pick.of(filter), within, letter, done));
    return done.future();
  }

  /**
   * Follows the sessions that an operation is about. Any thread.
   *
   * @param letter first letter of the termination of those that it ends
   */
  public LoopFollowing follow(Choice choice, char letter) {
    return new LoopFollowing(walk, loop(), choice, letter);
  }

  /**
   * Counts the sessions of a pool by slot and server. Any thread.
   *
   * @param server only those at this server; null: only those that are not where the table says
   */
  public Future<SlotCount> survey(PoolName pool, @Nullable ServerName server) {
    Promise<SlotCount> counted = Promise.promise();
    loop()
        .execute(
            () -> {
              SlotCount count = new SlotCount(pool, server);
              walk.sessions().forEach(count::add);
              counted.complete(count);
            });
    return counted.future();
  }

  private void scheduleSweep() {
    if (!stopped) {
      long afterMs = Math.min(waitSweepMs, idleSweepMs);
      dueNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(afterMs);
      loop().schedule(this::swept, afterMs, TimeUnit.MILLISECONDS);
    }
  }

  private void swept() {
    try {
      long now = System.nanoTime();
      lag.note(now - dueNanos, now);
      tooLate(now);
      walk.headers().tooLate(now);
      if (now - sweptNanos >= TimeUnit.MILLISECONDS.toNanos(idleSweepMs)) {
        long before = sweptNanos;
        sweptNanos = now;
        sweep(before, now);
      }
    } catch (RuntimeException e) { // or no session would ever be too late again
      LOG.error("A sweep failed", e);
    } finally {
      scheduleSweep();
    }
  }

  private void sweep(long before, long now) {
    Duration interval = node.log().isOn() ? logInterval : null;
    walk.sessions()
        .forEach(
            session -> {
              if (session.state() == SessionState.RELAYING) {
                session.link.settle();
                Evidence.lives(session);
                timers(session, now);
                if (interval != null
                    && session.state() == SessionState.RELAYING
                    && Overdue.isLogged(session, interval, before, now)) {
                  node.log().add(Views.entry(session, null, true));
                }
              }
            });
    walk.refusalLog().tell(now);
    if (first && now - forgotNanos >= FORGET_NANOS) { // sources are shared: one loop is enough
      forgotNanos = now;
      listeners.values().forEach(at -> at.place().sources().sweep(now));
      node.ports().local(LocalPorts.here()); // memory of the kernel: it does not block
      node.ports().tidy(now);
    }
  }

  private void tooLate(long now) {
    for (Session session : List.copyOf(walk.waiting())) {
      long most =
          Math.min(
              session.at.place().config().limits().queueTimeout().toMillis(),
              millis(session.pool.place().config().queue().timeout()));
      if (session.state().waits() && session.sinceAcceptMs(now) - session.queuedAtMs >= most) {
        walk.guarded(session, () -> walk.refuse(session, Refusal.QUEUE_TIMEOUT));
      }
    }
  }

  private static void timers(Session session, long now) {
    if (session.ordered != 0) {
      return;
    }
    PoolPlace pool = session.pool.place();
    char letter = Overdue.letter(session, pool.config().timeouts(), pool.timeoutsSinceNanos(), now);
    if (letter != 0) {
      session.order(letter);
      session.link.finish(GRACE_NANOS);
    }
  }
}
