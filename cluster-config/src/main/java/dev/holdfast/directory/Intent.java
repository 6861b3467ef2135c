package dev.holdfast.directory;

import dev.holdfast.config.PoolConfig;
import dev.holdfast.config.SharedConfig;
import dev.holdfast.store.Table;
import dev.holdfast.words.AdminState;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the operators want of the cluster: the shared configuration and the admin states of the
 * servers, under one revision. One row of the store, changed only by compare-and-set.
 *
 * @param lineage names the history that the revision counts in: drawn when a cluster first takes
 *     its configuration from a file. Revisions of one lineage can be compared, others cannot
 * @param revision from 1, +1 at each change
 * @param config what all nodes share
 * @param states admin states that are not READY, of configured servers only
 * @param keeping servers in DRAIN to which the sources that they have come back
 */
public record Intent(
    String lineage,
    long revision,
    SharedConfig config,
    Map<PoolName, Map<ServerName, AdminState>> states,
    Map<PoolName, Set<ServerName>> keeping) {
  /** Where the intent is stored. */
  public static final Table<Intent> TABLE = new Table<>("intent", Intent.class);

  /** The key of the one row. */
  public static final String KEY = "intent";

  /** Keeps the states that say something, sorted. */
  public Intent {
    Map<PoolName, Map<ServerName, AdminState>> kept = new TreeMap<>();
    for (PoolConfig pool : config.pools()) {
      Map<ServerName, AdminState> servers =
          new TreeMap<>(states.getOrDefault(pool.name(), Map.of()));
      servers.values().removeIf(state -> state == AdminState.READY);
      servers.keySet().removeIf(server -> pool.server(server).isEmpty());
      if (!servers.isEmpty()) {
        kept.put(pool.name(), Collections.unmodifiableMap(servers));
      }
    }
    states = Collections.unmodifiableMap(kept);
    keeping = draining(states, keeping);
  }

  /** Keeps those that are in DRAIN, sorted; a row of before this was known names none. */
  private static Map<PoolName, Set<ServerName>> draining(
      Map<PoolName, Map<ServerName, AdminState>> states,
      @Nullable Map<PoolName, Set<ServerName>> keeping) {
    Map<PoolName, Set<ServerName>> kept = new TreeMap<>();
    if (keeping != null) {
      keeping.forEach(
          (pool, servers) -> {
            Map<ServerName, AdminState> known = states.getOrDefault(pool, Map.of());
            Set<ServerName> those = new TreeSet<>(servers);
            those.removeIf(server -> known.get(server) != AdminState.DRAIN);
            if (!those.isEmpty()) {
              kept.put(pool, Collections.unmodifiableSet(those));
            }
          });
    }
    return Collections.unmodifiableMap(kept);
  }

  /** The admin state of a server, READY unless said otherwise. */
  public AdminState state(PoolName pool, ServerName server) {
    return states.getOrDefault(pool, Map.of()).getOrDefault(server, AdminState.READY);
  }

  /** The admin states of a pool's servers that are not READY. */
  public Map<ServerName, AdminState> states(PoolName pool) {
    return states.getOrDefault(pool, Map.of());
  }

  /** The servers of a pool that are in DRAIN and keep the sources that they have. */
  public Set<ServerName> keeping(PoolName pool) {
    return keeping.getOrDefault(pool, Set.of());
  }

  /** The next revision with another configuration; states of servers that are gone go. */
  Intent with(SharedConfig next) {
    return new Intent(lineage, revision + 1, next, states, keeping);
  }

  /** The next revision with another admin state of a server; only DRAIN can keep sources. */
  Intent with(PoolName pool, ServerName server, AdminState state, boolean keep) {
    Map<PoolName, Map<ServerName, AdminState>> all = new TreeMap<>(states);
    Map<ServerName, AdminState> servers = new TreeMap<>(states(pool));
    servers.put(server, state);
    all.put(pool, servers);
    Map<PoolName, Set<ServerName>> keepers = new TreeMap<>(keeping);
    Set<ServerName> kept = new TreeSet<>(keeping(pool));
    kept.remove(server);
    if (keep) {
      kept.add(server);
    }
    keepers.put(pool, kept);
    return new Intent(lineage, revision + 1, config, all, keepers);
  }

  /** True if this one may replace the other because it is later in the same history. */
  boolean follows(Intent other) {
    return lineage.equals(other.lineage) && revision > other.revision;
  }

  /** True if both want the same, whatever their revision. */
  boolean wantsTheSame(Intent other) {
    return config.equals(other.config)
        && states.equals(other.states)
        && keeping.equals(other.keeping);
  }
}
