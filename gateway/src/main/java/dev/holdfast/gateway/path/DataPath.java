package dev.holdfast.gateway.path;

import dev.holdfast.config.ListenerConfig;
import dev.holdfast.config.NodeSettings;
import dev.holdfast.config.PoolConfig;
import dev.holdfast.config.SharedConfig;
import dev.holdfast.directory.Trial;
import dev.holdfast.epoch.LoopRoutes;
import dev.holdfast.gateway.health.HealthChecks;
import dev.holdfast.gateway.hosts.Hosts;
import dev.holdfast.gateway.log.AccessLog;
import dev.holdfast.gateway.ports.LocalPorts;
import dev.holdfast.gateway.ports.PortUse;
import dev.holdfast.gateway.ports.Ports;
import dev.holdfast.gateway.relay.RelayKind;
import dev.holdfast.gateway.relay.RelayMemory;
import dev.holdfast.gateway.relay.SocketSettings;
import dev.holdfast.gateway.session.ListenerPlace;
import dev.holdfast.gateway.session.NodePlace;
import dev.holdfast.gateway.session.PoolPlace;
import dev.holdfast.gateway.session.ServerPlace;
import dev.holdfast.gateway.session.SessionLoop;
import dev.holdfast.gateway.session.SessionView;
import dev.holdfast.ledger.Admission;
import dev.holdfast.operations.Sessions;
import dev.holdfast.tally.Tally;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Refusal;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data path of a node. Order of calls: {@link #apply}, {@link #bind}, any number of {@link
 * #apply}, {@link #stopListening}, {@link #endSessions}, {@link #close}. Any thread but an event
 * loop, unless said otherwise.
 */
public final class DataPath {
  private static final Logger LOG = LoggerFactory.getLogger(DataPath.class);

  /** The resolver of the system tells no time to live. */
  private static final Duration RESOLVE_EVERY = Duration.ofSeconds(10);

  private final List<EventLoop> loops;
  private final NodeSettings settings;
  private final Routes routes;
  private final RelayMemory memory;
  private final AccessLog log;
  private final Hosts hosts = Hosts.start(RESOLVE_EVERY);
  private final Shunned shunned = new Shunned();
  private final NodePlace node;
  private final List<SessionLoop> sessionLoops = new ArrayList<>();
  private final Doors doors;
  private final CheckHeaders checkHeaders = new CheckHeaders();
  private final HealthChecks health;
  private final Map<ListenerName, ListenerPlace> listeners = new TreeMap<>();
  private final Map<PoolName, PoolPlace> pools = new TreeMap<>();
  private final Counting counting;
  private final SharedCounts counts = new SharedCounts(this, listeners.values(), pools.values());
  private @Nullable SharedConfig config;
  private boolean bound;
  private volatile boolean stopped;

  /** Where the routes of a pool come from. */
  @FunctionalInterface
  public interface Routes {
    /**
     * The routes of a pool as one loop sees them. Called on that loop, once for each pool and loop
     * while the pool is configured.
     *
     * @param loop index in {@link DataPath#loops}
     */
    LoopRoutes of(PoolName pool, int loop);
  }

  /**
   * What the data path is given by its node.
   *
   * @param admission where permits come from
   * @param routes where routes come from
   * @param votes hears what the checks measure
   * @param log the access log, closed by its owner
   * @param random moments of the first checks
   * @param wallMs wall clock, milliseconds since 1970
   */
  public record Parts(
      Admission admission,
      Routes routes,
      HealthChecks.Listener votes,
      AccessLog log,
      RandomGenerator random,
      LongSupplier wallMs) {}

  /**
   * A data path that does nothing yet.
   *
   * @param loops event loops of Vert.x or Netty, at least one; sessions run on them
   * @param settings of this node
   * @param memory budget of pending bytes
   * @param parts what it is given
   * @throws IllegalArgumentException if a source address is not a literal address
   */
  public DataPath(List<EventLoop> loops, NodeSettings settings, RelayMemory memory, Parts parts) {
    this(loops, settings, memory, parts, RelayKind::best);
  }

  /** As above, with the relay for each loop. */
  DataPath(
      List<EventLoop> loops,
      NodeSettings settings,
      RelayMemory memory,
      Parts parts,
      Function<EventLoop, RelayKind> kinds) {
    this.loops = List.copyOf(loops);
    this.settings = settings;
    this.memory = memory;
    this.routes = parts.routes();
    this.log = parts.log();
    Map<PoolName, List<InetAddress>> sources = addresses(settings.sourceAddresses());
    this.health =
        HealthChecks.start(
            hosts,
            sources,
            checkHeaders,
            parts.random(),
            (pool, server, vote) -> {
              lookAtVotes(pool);
              parts.votes().voted(pool, server, vote);
            });
    this.node =
        new NodePlace(
            settings.name(),
            settings.maxSessions(),
            sources,
            new Ports(LocalPorts.here(), System.nanoTime()),
            parts.admission(),
            hosts,
            parts.log(),
            health::sessionsFailed,
            parts.wallMs());
    for (EventLoop loop : this.loops) {
      sessionLoops.add(
          new SessionLoop(
              kinds.apply(loop).on(loop, memory), node, sessionLoops.size(), settings.accessLog()));
    }
    this.doors = new Doors(sessionLoops);
    this.counting = new Counting(sessionLoops, node, health);
  }

  private static Map<PoolName, List<InetAddress>> addresses(Map<PoolName, List<String>> texts) {
    Map<PoolName, List<InetAddress>> found = new HashMap<>();
    texts.forEach((pool, list) -> found.put(pool, list.stream().map(DataPath::literal).toList()));
    return found;
  }

  private static InetAddress literal(String text) {
    try {
      return InetAddress.getByName(dev.holdfast.words.Source.parse(text).toString());
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("source-address: " + text + " (expected: an address)", e);
    }
  }

  /** The loops on which sessions run; a loop's place in the list is its index. Any thread. */
  public List<Executor> loops() {
    return List.copyOf(loops);
  }

  /** Checks of servers, to be told of MAINT. Any thread. */
  public HealthChecks health() {
    return health;
  }

  /** These pools are in a panic, no others: connections are tried whatever checks say. */
  public void panics(Set<PoolName> inPanic) {
    for (PoolName pool : shunned.panics(inPanic)) {
      lookAtVotes(pool);
    }
  }

  private void lookAtVotes(PoolName name) {
    PoolPlace pool;
    synchronized (this) {
      pool = pools.get(name);
    }
    if (pool != null) {
      shunned.look(pool, health.votes(pool.config()));
    }
  }

  /**
   * Puts a configuration in force. Listeners, pools and servers come and go; no session is touched.
   *
   * @return completes when every loop uses it and, once bound, new addresses are listened on; fails
   *     with a {@link BindFault} for an address that cannot be had, all else being in force
   */
  public synchronized Future<Void> apply(SharedConfig next) {
    config = next;
    hosts.want(
        next.pools().stream()
            .flatMap(pool -> pool.servers().stream())
            .flatMap(server -> Stream.of(server.host(), server.checkHost()))
            .collect(Collectors.toSet()));
    for (PoolConfig pool : next.pools()) {
      PoolPlace known = pools.get(pool.name());
      if (known == null) {
        pools.put(pool.name(), new PoolPlace(pool));
      } else {
        known.configure(pool);
      }
    }
    for (ListenerConfig listener : next.listeners()) {
      ListenerPlace known = listeners.get(listener.name());
      if (known == null) {
        listeners.put(listener.name(), new ListenerPlace(listener));
      } else {
        known.configure(listener);
      }
    }
    counts.usualPart(next.expectedNodes());
    checkHeaders.apply(next.pools());
    health.apply(next.pools());
    Set<PoolName> names = next.pools().stream().map(PoolConfig::name).collect(Collectors.toSet());
    List<Future<?>> steps = new ArrayList<>();
    for (int i = 0; i < loops.size(); i++) {
      steps.add(reconfigure(i, names, List.copyOf(pools.values()), next));
    }
    pools.values().removeIf(pool -> !names.contains(pool.name()) && pool.isIdle());
    Future<Void> inForce = Future.join(steps).mapEmpty();
    return bound ? inForce.compose(done -> listen()) : inForce;
  }

  private Future<Void> reconfigure(
      int index, Set<PoolName> names, List<PoolPlace> places, SharedConfig next) {
    List<ListenerPlace> feeding =
        next.listeners().stream().map(listener -> listeners.get(listener.name())).toList();
    Promise<Void> done = Promise.promise();
    loops
        .get(index)
        .execute(
            () -> {
              try {
                SessionLoop loop = sessionLoops.get(index);
                loop.keep(names);
                for (PoolPlace place : places) {
                  if (names.contains(place.name()) && !loop.knows(place.name())) {
                    loop.pool(place, routes.of(place.name(), index));
                  }
                }
                feeding.forEach(loop::listener);
                done.complete();
              } catch (RuntimeException e) {
                done.fail(e);
              }
            });
    return done.future();
  }

  /**
   * Listens on all addresses.
   *
   * @return fails with a {@link BindFault}, nothing being listened on then
   */
  public synchronized Future<Void> bind() {
    bound = true;
    stopped = false;
    sessionLoops.forEach(SessionLoop::start);
    return listen()
        .onSuccess(done -> LOG.info("Listening addresses={} bounds={}", addresses(), bounds()))
        .recover(cause -> doors.stopAll().transform(stopped -> Future.failedFuture(cause)));
  }

  private synchronized Future<Void> listen() {
    if (config == null || !bound) {
      return doors.want(Map.of(), Map.of());
    }
    Map<ListenerName, SocketSettings> sockets = new HashMap<>();
    for (ListenerConfig listener : config.listeners()) {
      sockets.put(listener.name(), listeners.get(listener.name()).socket());
    }
    return doors.want(addresses(config), sockets);
  }

  private Map<ListenerName, List<HostPort>> addresses(SharedConfig of) {
    Map<ListenerName, List<HostPort>> wanted = new LinkedHashMap<>();
    for (ListenerConfig listener : of.listeners()) {
      HostPort own = settings.listeners().get(listener.name());
      wanted.put(listener.name(), own == null ? listener.bind() : List.of(own));
    }
    return wanted;
  }

  /**
   * Looks whether this node could put a configuration in force: addresses to listen on, which are
   * held from then on until {@link #letGo}, source addresses and files. May block on names.
   *
   * @param name for whom they are held
   * @return what is in the way; empty if nothing is
   */
  public List<Trial.Objection> hold(String name, SharedConfig next) {
    List<Trial.Objection> objections = new ArrayList<>(Requirements.lacking(settings, next));
    if (!stopped) { // else somebody who takes over may have the addresses already
      objections.addAll(doors.hold(name, addresses(next)));
    }
    if (!objections.isEmpty()) {
      doors.letGo(name);
    }
    return objections;
  }

  /** Lets go what is held; what is listened on by now stays so. */
  public void letGo(String name) {
    doors.letGo(name);
  }

  /** Where each listener listens, with the ports it got. */
  public Map<ListenerName, List<InetSocketAddress>> addresses() {
    return doors.addresses();
  }

  /** What is bounded on this node, for the log and for {@code check}. Any thread. */
  public String bounds() {
    return "max-sessions="
        + settings.maxSessions()
        + " relay-memory="
        + memory.limit()
        + " sources="
        + dev.holdfast.gateway.admit.SourceLimits.MOST
        + " access-log-queue="
        + AccessLog.QUEUE;
  }

  /** Ends listening without a reset for anybody who connected; sessions go on. */
  public synchronized Future<Void> stopListening() {
    bound = false;
    stopped = true;
    return doors.stopAll();
  }

  /**
   * Ends sessions in order, evenly until a deadline, what is left then by resets.
   *
   * @param filter which, asked on the loops; it must be quick
   * @param within until the last has ended; zero: by resets at once
   * @param letter first letter of their termination, as {@code N} for a drain of the node
   * @return completes with how many were ended when none is left that passes
   */
  public Future<Integer> endSessions(Predicate<SessionView> filter, Duration within, char letter) {
    List<Future<Integer>> parts =
        sessionLoops.stream().map(loop -> loop.end(filter, within, letter)).toList();
    return Future.join(parts).map(all -> parts.stream().mapToInt(Future::result).sum());
  }

  /** The sessions of this node as operations see them. Any thread. */
  public Sessions operated() {
    return new NodeSessions(sessionLoops, this::snapshot);
  }

  /** Ends everything: whoever comes or is there is reset. The loops are not closed. */
  public Future<Void> close() {
    node.close();
    health.close();
    return stopListening()
        .compose(stopped -> endSessions(all -> true, Duration.ZERO, 'K'))
        .<Void>mapEmpty()
        .onComplete(
            ended -> {
              sessionLoops.forEach(SessionLoop::stop);
              hosts.close();
            });
  }

  /** What this node tells the others of its sources and rates, and hears of them. */
  public Tally.Counts counts() {
    return counts;
  }

  /** Why this node alone refuses a new session of an address now, or null. Any thread. */
  public synchronized @Nullable Refusal hindrance(ListenerName listener, Source address) {
    ListenerPlace place = listeners.get(listener);
    return place == null ? null : place.hindrance(address, System.nanoTime());
  }

  /** Sessions now. Any thread. */
  public int size() {
    return sessionLoops.stream().mapToInt(SessionLoop::size).sum();
  }

  /** The sessions themselves. Any thread. */
  public LiveSessions live() {
    return new LiveSessions(sessionLoops, node);
  }

  /** The local ports towards a server, by source and port; empty if it is not known. Any thread. */
  public synchronized List<PortUse> portUses(PoolName pool, ServerName server) {
    PoolPlace place = pools.get(pool);
    ServerPlace one = place == null ? null : place.server(server);
    return one == null ? List.of() : node.portUses(pool, one);
  }

  /** What was counted so far. Any thread. */
  public Snapshot snapshot() {
    Map<ListenerName, Snapshot.Listener> byListener = new TreeMap<>();
    Map<PoolName, Snapshot.Pool> byPool = new TreeMap<>();
    synchronized (this) {
      listeners.values().stream()
          .filter(place -> config == null || isConfigured(place) || !place.isIdle())
          .forEach(place -> byListener.put(place.name(), counting.of(place)));
      pools.forEach((name, place) -> byPool.put(name, counting.of(place)));
    }
    return new Snapshot(
        node.sessions().current(),
        node.sessions().max(),
        node.maxSessions(),
        memory.used(),
        doors.faults(),
        log.dropped(),
        sessionLoops.stream().mapToLong(SessionLoop::refusalsNotLogged).sum(),
        sessionLoops.stream().map(loop -> new Snapshot.Loop(loop.size(), loop.lag())).toList(),
        byListener,
        byPool);
  }

  private boolean isConfigured(ListenerPlace place) {
    return config != null && config.listener(place.name()).isPresent();
  }
}
