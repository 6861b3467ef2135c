package dev.holdfast.gateway.health;

import dev.holdfast.config.PoolConfig;
import dev.holdfast.config.ServerConfig;
import dev.holdfast.gateway.hosts.Hosts;
import dev.holdfast.words.Health;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Scope;
import dev.holdfast.words.ServerName;
import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks every server of every pool from this node, at moments of its own so that the nodes' checks
 * spread. Works on one event loop; methods may be called from any thread.
 */
public final class HealthChecks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HealthChecks.class);

  private final EventLoop loop;
  private final Hosts hosts;
  private final RandomGenerator random;
  private final Listener listener;
  private final Map<Scope, ServerCheck> checks = new HashMap<>();
  private final Map<Scope, Health> votes = new ConcurrentHashMap<>();
  private final Set<Scope> maintenance = new HashSet<>();

  /** Suspected since the loop looked last. */
  private final Set<Scope> suspects = ConcurrentHashMap.newKeySet();

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

  /**
   * Checks nobody yet.
   *
   * @param loop where checks run
   * @param hosts addresses of the servers
   * @param random moments of the first checks
   * @param listener hears of changes
   */
  public HealthChecks(EventLoop loop, Hosts hosts, RandomGenerator random, Listener listener) {
    this.loop = loop;
    this.hosts = hosts;
    this.random = random;
    this.listener = listener;
  }

  /** Checks these pools from now on; what is known of servers that stay is kept. */
  public void apply(List<PoolConfig> configured) {
    loop.execute(
        () -> {
          pools = List.copyOf(configured);
          reconcile();
        });
  }

  /** Servers in MAINT are not checked and have no vote. */
  public void maintain(Set<Scope> servers) {
    Set<Scope> copy = Set.copyOf(servers);
    loop.execute(
        () -> {
          maintenance.clear();
          maintenance.addAll(copy);
          reconcile();
        });
  }

  /**
   * A session could not connect: this server is checked at once, and at a quarter of the interval
   * until it answers or this node votes it DOWN. Once it has, a failure tells nothing new. Cheap,
   * however often it is called.
   */
  public void suspect(PoolName pool, ServerName server) {
    Scope scope = Scope.of(pool, server);
    if (votes.get(scope) == Health.DOWN || !suspects.add(scope)) {
      return;
    }
    loop.execute(
        () -> {
          suspects.remove(scope);
          ServerCheck check = checks.get(scope);
          if (check != null) {
            check.suspect();
          }
        });
  }

  /** The vote of this node, null before the first result. */
  public @Nullable Health vote(PoolName pool, ServerName server) {
    return votes.get(Scope.of(pool, server));
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
    loop.execute(
        () -> {
          closed = true;
          checks.values().forEach(ServerCheck::stop);
          checks.clear();
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
          ServerCheck next =
              new ServerCheck(
                  loop,
                  hosts,
                  server,
                  pool.check(),
                  known,
                  health -> voted(pool.name(), server.name(), health));
          checks.put(scope, next);
          next.start(random);
        }
      }
    }
    for (Scope scope : Set.copyOf(checks.keySet())) {
      if (!wanted.contains(scope)) {
        checks.remove(scope).stop();
        String[] names = scope.text().split("/", -1);
        voted(new PoolName(names[1]), new ServerName(names[2]), null);
      }
    }
  }

  private void voted(PoolName pool, ServerName server, @Nullable Health vote) {
    Scope scope = Scope.of(pool, server);
    Health before = vote == null ? votes.remove(scope) : votes.put(scope, vote);
    if (before != vote) {
      LOG.info("This node's vote changed server={} vote={} before={}", scope, vote, before);
      listener.voted(pool, server, vote);
    }
  }
}
