package dev.holdfast.directory;

import dev.holdfast.config.PoolConfig;
import dev.holdfast.config.ServerConfig;
import dev.holdfast.directory.PoolVerdict.Standing;
import dev.holdfast.directory.PoolVerdict.Votes;
import dev.holdfast.words.AdminState;
import dev.holdfast.words.Health;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The health of one pool's servers over time. Time is passed in; one thread.
 *
 * <pre>
 * measured                          the cluster acts on
 * first votes of a server           what they say
 * majority says DOWN                DOWN after the collection window
 * majority says UP again            UP after the hold-down without a relapse, and the window
 * no votes (checks do not run)      UP, at once for a new server
 * READY servers UP fewer than half  what it acted on before (panic); admin states still count
 * </pre>
 *
 * <p>A window of one second opens with the first change and closes once for all changes in it, so
 * that they make one epoch.
 */
final class PoolHealth {
  /** Changes of health within this time are one. */
  static final Duration WINDOW = Duration.ofSeconds(1);

  /** How long a server is measured UP before it returns. */
  static final Duration HOLD_DOWN = Duration.ofSeconds(10);

  private final PoolName pool;
  private final Map<ServerName, Health> acted = new HashMap<>();
  private final Map<ServerName, Long> upSinceNanos = new HashMap<>();
  private @Nullable Long windowFromNanos;

  PoolHealth(PoolName pool) {
    this.pool = pool;
  }

  /** The verdict at a time, which never goes back. */
  PoolVerdict judge(
      PoolConfig config,
      Map<ServerName, AdminState> states,
      Set<ServerName> keeping,
      Map<ServerName, Votes> votes,
      long nowNanos) {
    acted.keySet().removeIf(server -> config.server(server).isEmpty());
    upSinceNanos.keySet().retainAll(acted.keySet());
    Map<ServerName, Health> wanted = new HashMap<>();
    int ready = 0;
    int up = 0;
    for (ServerConfig server : config.servers()) {
      Health health = wanted(server.name(), measured(server.name(), votes), nowNanos);
      wanted.put(server.name(), health);
      if (states.getOrDefault(server.name(), AdminState.READY) == AdminState.READY) {
        ready++;
        up += health == Health.UP ? 1 : 0;
      }
    }
    boolean panic = up * 2 < ready;
    act(wanted, panic, nowNanos);
    Map<ServerName, Standing> servers = new TreeMap<>();
    for (ServerConfig server : config.servers()) {
      ServerName name = server.name();
      servers.put(
          name,
          new Standing(
              server.weight(),
              states.getOrDefault(name, AdminState.READY),
              keeping.contains(name),
              acted.get(name),
              measured(name, votes),
              votes.getOrDefault(name, Votes.NONE)));
    }
    return new PoolVerdict(pool, panic, servers);
  }

  private static Health measured(ServerName server, Map<ServerName, Votes> votes) {
    return votes.getOrDefault(server, Votes.NONE).majority();
  }

  /** What the cluster would act on if no other server changed. */
  private Health wanted(ServerName server, Health measured, long nowNanos) {
    if (measured == Health.DOWN) {
      upSinceNanos.remove(server);
      return Health.DOWN;
    }
    if (acted.get(server) != Health.DOWN) {
      return Health.UP;
    }
    long since = upSinceNanos.computeIfAbsent(server, name -> nowNanos);
    return nowNanos - since >= HOLD_DOWN.toNanos() ? Health.UP : Health.DOWN;
  }

  private void act(Map<ServerName, Health> wanted, boolean panic, long nowNanos) {
    boolean first = acted.isEmpty();
    wanted.forEach(
        (server, health) -> acted.putIfAbsent(server, first && !panic ? health : Health.UP));
    if (panic || acted.equals(wanted)) {
      windowFromNanos = null;
      return;
    }
    if (windowFromNanos == null) {
      windowFromNanos = nowNanos;
    }
    if (nowNanos - windowFromNanos >= WINDOW.toNanos()) {
      windowFromNanos = null;
      acted.putAll(wanted);
      acted.forEach(
          (server, health) -> {
            if (health == Health.UP) {
              upSinceNanos.remove(server);
            }
          });
    }
  }
}
