package dev.holdfast.gateway.health;

import dev.holdfast.config.PoolConfig;
import dev.holdfast.config.ServerConfig;
import dev.holdfast.gateway.hosts.Hosts;
import dev.holdfast.words.Health;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Scope;
import dev.holdfast.words.ServerName;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Checks every server of every pool from this node, at moments of its own so that the nodes' checks
 * spread. Works on one event loop of its own, so that neither do checks wait for sessions nor
 * sessions for checks; methods may be called from any thread.
 */
public final class HealthChecks implements AutoCloseable {
  /** Checks that are under way at once at most; the others wait in line. */
  public static final int MOST_AT_ONCE = 256;

  private static final Logger LOG = LoggerFactory.getLogger(HealthChecks.class);

  private final ServerCheck.Means means;
  private final Map<PoolName, List<InetAddress>> sources;
  private final Trust trust;
  private final Listener listener;
  private final Runnable end;
  private final Map<Scope, ServerCheck> checks = new HashMap<>();
  private final Map<Scope, Health> votes = new ConcurrentHashMap<>();
  private final Map<Scope, CheckResult> results = new ConcurrentHashMap<>();
  private final Map<Scope, LongAdder> failures = new ConcurrentHashMap<>();
  private final Set<Scope> maintenance = new HashSet<>();

  /** Failed since the loop looked last: sessions in a row. */
  private final Map<Scope, Integer> suspects = new ConcurrentHashMap<>();

  private List<PoolConfig> pools = List.of();
  private boolean closed;

  /** Hears of votes. */
  @FunctionalInterface
  public interface Listener {
    /**
     * The vote of this node changed. On the loop of the checks.
     *
     * @param vote null if the server is not checked any more
     */
    void voted(PoolName pool, ServerName server, @Nullable Health vote);
  }

  /** What a check says before all else, as a session would. */
  @FunctionalInterface
  public interface Header {
    /** Nothing is said. */
    Header NONE = (pool, host, port, channel) -> null;

    /**
     * The header of a check, null for none. On the loop of the checks.
     *
     * @param host that is asked, as configured
     * @param port that is asked
     * @param channel connected to the server
     */
    @Nullable ByteBuf of(PoolName pool, String host, int port, Channel channel);
  }

  /**
   * Checks nobody yet.
   *
   * @param hosts addresses of the servers
   * @param sources this node's addresses towards a pool
   * @param header what a check says first
   * @param random moments of the checks
   * @param listener hears of changes
   */
  public static HealthChecks start(
      Hosts hosts,
      Map<PoolName, List<InetAddress>> sources,
      Header header,
      RandomGenerator random,
      Listener listener) {
    IoHandlerFactory io =
        Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    EventLoopGroup group =
        new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("holdfast-checks", true), io);
    EventLoop loop = group.next();
    Trust trust = new Trust();
    return new HealthChecks(
        new ServerCheck.Means(
            new CheckLoop(loop),
            new Gate(MOST_AT_ONCE),
            new NettyProber(loop, trust, header),
            hosts,
            random),
        sources,
        trust,
        listener,
        () -> group.shutdownGracefully(0, 1, TimeUnit.SECONDS));
  }

  HealthChecks(
      ServerCheck.Means means,
      Map<PoolName, List<InetAddress>> sources,
      Trust trust,
      Listener listener,
      Runnable end) {
    this.means = means;
    this.sources = Map.copyOf(sources);
    this.trust = trust;
    this.listener = listener;
    this.end = end;
  }

  /**
   * Checks these pools from now on; what is known of servers that stay is kept. Reads files of
   * certificates.
   */
  public void apply(List<PoolConfig> configured) {
    trust.read(files(configured));
    means
        .loop()
        .execute(
            () -> {
              pools = List.copyOf(configured);
              reconcile();
            });
  }

  private static Set<String> files(List<PoolConfig> pools) {
    Set<String> files = new HashSet<>();
    for (PoolConfig pool : pools) {
      if (pool.check().type().usesTls()) {
        String file = pool.check().tls().caFile();
        files.add(file == null ? Trust.ANYBODY : file);
      }
    }
    return files;
  }

  /** Reads files of certificates again. Any thread that may block. */
  public void reload() {
    trust.reload();
  }

  /** Servers in MAINT are not checked and have no vote. */
  public void maintain(Set<Scope> servers) {
    Set<Scope> copy = Set.copyOf(servers);
    means
        .loop()
        .execute(
            () -> {
              maintenance.clear();
              maintenance.addAll(copy);
              reconcile();
            });
  }

  /**
   * Sessions failed at a server: it is checked soon, and quickly until it answers or this node
   * votes it DOWN. Once it has, a failure tells nothing new. Cheap, however often it is called.
   *
   * @param inARow since the last session that did not fail, at least 1
   */
  public void sessionsFailed(PoolName pool, ServerName server, int inARow) {
    Scope scope = Scope.of(pool, server);
    if (votes.get(scope) == Health.DOWN || suspects.put(scope, inARow) != null) {
      return; // known, or a task is on its way
    }
    means
        .loop()
        .execute(
            () -> {
              Integer most = suspects.remove(scope);
              ServerCheck check = checks.get(scope);
              if (check != null && most != null) {
                check.sessionsFailed(most);
              }
            });
  }

  /** The vote of this node, null before the first result. */
  public @Nullable Health vote(PoolName pool, ServerName server) {
    return votes.get(Scope.of(pool, server));
  }

  /** The last result of this node's checks, null before the first. */
  public @Nullable CheckResult last(PoolName pool, ServerName server) {
    return results.get(Scope.of(pool, server));
  }

  /** Checks of this node that failed so far. */
  public long failures(PoolName pool, ServerName server) {
    LongAdder count = failures.get(Scope.of(pool, server));
    return count == null ? 0 : count.sum();
  }

  /** All votes of a pool, by server. */
  public Map<ServerName, Health> votes(PoolConfig pool) {
    TreeMap<ServerName, Health> found = new TreeMap<>();
    for (ServerConfig server : pool.servers()) {
      Health vote = vote(pool.name(), server.name());
      if (vote != null) {
        found.put(server.name(), vote);
      }
    }
    return found;
  }

  @Override
  public void close() {
    means
        .loop()
        .execute(
            () -> {
              closed = true;
              checks.values().forEach(ServerCheck::stop);
              checks.clear();
              end.run();
            });
  }

  private void reconcile() {
    if (closed) {
      return;
    }
    Set<Scope> wanted = new HashSet<>();
    for (PoolConfig pool : pools) {
      for (ServerConfig server : pool.servers()) {
        Scope scope = Scope.of(pool.name(), server.name());
        if (maintenance.contains(scope)) {
          continue;
        }
        wanted.add(scope);
        ServerCheck check = checks.get(scope);
        if (check == null || !check.asks(server, pool.check())) {
          Streak known = check == null ? Streak.UNKNOWN : check.known();
          if (check != null) {
            check.stop();
          }
          begin(pool, server, known);
        }
      }
    }
    for (Scope scope : Set.copyOf(checks.keySet())) {
      if (!wanted.contains(scope)) {
        checks.remove(scope).stop();
        forget(scope);
      }
    }
  }

  private void begin(PoolConfig pool, ServerConfig server, Streak known) {
    Scope scope = Scope.of(pool.name(), server.name());
    ServerCheck check =
        new ServerCheck(
            means,
            pool.name(),
            server,
            pool.check(),
            sources.getOrDefault(pool.name(), List.of()),
            known,
            new ServerCheck.Listener() {
              @Override
              public void checked(CheckResult result) {
                results.put(scope, result);
                if (!result.code().good() && result.code().counts()) {
                  failures.computeIfAbsent(scope, first -> new LongAdder()).increment();
                }
              }

              @Override
              public void voted(Health vote, CheckResult because) {
                results.put(scope, because);
                HealthChecks.this.voted(pool.name(), server.name(), vote, because);
              }
            });
    checks.put(scope, check);
    check.start();
  }

  private void forget(Scope scope) {
    results.remove(scope);
    failures.remove(scope);
    Health before = votes.remove(scope);
    if (before != null) {
      String[] names = scope.text().split("/", -1);
      LOG.info("A server is not checked any more server={} before={}", scope, before);
      listener.voted(new PoolName(names[1]), new ServerName(names[2]), null);
    }
  }

  private void voted(PoolName pool, ServerName server, Health vote, CheckResult because) {
    Scope scope = Scope.of(pool, server);
    Health before = votes.put(scope, vote);
    if (before != vote) {
      Level level = before == null && vote == Health.UP ? Level.DEBUG : Level.INFO;
      LOG.atLevel(level)
          .log(
              "This node finds a server {} server={} before={} reason=\"{}\" check={} tookMs={}",
              vote,
              scope,
              before,
              because.words(),
              because.code(),
              because.took().toMillis());
      listener.voted(pool, server, vote);
    }
  }
}
