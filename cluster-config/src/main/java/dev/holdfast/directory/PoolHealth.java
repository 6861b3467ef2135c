package dev.holdfast.directory;

import dev.holdfast.config.Check;
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
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The health of one pool's servers over time. Time is passed in; one thread.
 *
 * <pre>
 * measured                          the cluster acts on
 * first votes of a pool             what they say
 * majority says DOWN                DOWN after the collection window
 * majority says UP again            UP after the hold-down without a relapse, and the window
 * no votes (checks do not run)      UP
 * a server that was added, or came  as the pool's initial says: UP at once, or DOWN until a
 *   back from MAINT                   majority says UP, without a hold-down; UP if it is the pool's
 *                                     only hope, because no other server is READY
 * known READY servers UP fewer than nobody is put DOWN (panic); admin states still count, and who
 *   half                              is UP again returns
 * </pre>
 *
 * <p>A window of one second opens with the first change and closes once for all changes in it, so
 * that they make one epoch. A server that is new and was not UP yet is not counted for the panic:
 * adding servers that do not serve must not keep the table from leaving out one that died.
 */
final class PoolHealth {
  /** Changes of health within this time are one. */
  static final Duration WINDOW = Duration.ofSeconds(1);

  /** How long a server is measured UP before it returns. */
  static final Duration HOLD_DOWN = Duration.ofSeconds(10);

  private final PoolName pool;
  private final Map<ServerName, Health> acted = new HashMap<>();
  private final Map<ServerName, Long> upSinceNanos = new HashMap<>();

  /** Added, or back from MAINT, and not UP since. */
  private final Set<ServerName> fresh = new HashSet<>();

  private final Set<ServerName> inMaintenance = new HashSet<>();
  private @Nullable Long windowFromNanos;
  private boolean begun;

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
    forget(config);
    meet(config, states);
    Map<ServerName, Health> wanted = new HashMap<>();
    int ready = 0;
    int up = 0;
    for (ServerConfig server : config.servers()) {
      ServerName name = server.name();
      Health health = wanted(name, votes.getOrDefault(name, Votes.NONE), nowNanos);
      wanted.put(name, health);
      if (state(states, name) == AdminState.READY && !fresh.contains(name)) {
        ready++;
        up += health == Health.UP ? 1 : 0;
      }
    }
    boolean panic = up * 2 < ready;
    act(wanted, panic, nowNanos);
    Map<ServerName, Standing> servers = new TreeMap<>();
    for (ServerConfig server : config.servers()) {
      ServerName name = server.name();
      Votes said = votes.getOrDefault(name, Votes.NONE);
      servers.put(
          name,
          new Standing(
              server.weight(),
              state(states, name),
              keeping.contains(name),
              acted.get(name),
              said.majority(),
              said));
    }
    return new PoolVerdict(pool, panic, servers);
  }

  private static AdminState state(Map<ServerName, AdminState> states, ServerName server) {
    return states.getOrDefault(server, AdminState.READY);
  }

  private void forget(PoolConfig config) {
    acted.keySet().removeIf(server -> config.server(server).isEmpty());
    upSinceNanos.keySet().retainAll(acted.keySet());
    fresh.retainAll(acted.keySet());
    inMaintenance.retainAll(acted.keySet());
  }

  /** Sees who is new or back. */
  private void meet(PoolConfig config, Map<ServerName, AdminState> states) {
    Check check = config.check();
    boolean waits =
        begun && check.type() != Check.Type.NONE && check.verdict().initial() != Check.Initial.UP;
    boolean anyKnown = false;
    for (ServerConfig server : config.servers()) {
      ServerName name = server.name();
      boolean maintained = state(states, name) == AdminState.MAINT;
      boolean back = !maintained && inMaintenance.remove(name);
      if (waits && !maintained && (back || !acted.containsKey(name))) {
        fresh.add(name);
        acted.put(name, Health.DOWN);
      } else if (!waits) {
        fresh.remove(name);
      }
      if (maintained) {
        inMaintenance.add(name);
        fresh.remove(name);
      }
      anyKnown |= state(states, name) == AdminState.READY && !fresh.contains(name);
    }
    begun = true;
    if (!anyKnown) { // whoever is there is tried
      fresh.forEach(server -> acted.put(server, Health.UP));
      fresh.clear();
    }
  }

  /** What the cluster would act on if no other server changed. */
  private Health wanted(ServerName server, Votes votes, long nowNanos) {
    if (votes.majority() == Health.DOWN) {
      upSinceNanos.remove(server);
      return Health.DOWN;
    }
    if (fresh.contains(server)) {
      return votes.up() > 0 ? Health.UP : Health.DOWN;
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
    Map<ServerName, Health> next = new HashMap<>(wanted);
    if (panic) {
      next.replaceAll((server, health) -> health == Health.UP ? health : acted.get(server));
    }
    if (acted.equals(next)) {
      windowFromNanos = null;
      return;
    }
    if (windowFromNanos == null) {
      windowFromNanos = nowNanos;
    }
    if (nowNanos - windowFromNanos >= WINDOW.toNanos()) {
      windowFromNanos = null;
      acted.putAll(next);
      acted.forEach(
          (server, health) -> {
            if (health == Health.UP) {
              upSinceNanos.remove(server);
              fresh.remove(server);
            }
          });
    }
  }
}
