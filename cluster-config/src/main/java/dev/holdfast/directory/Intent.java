package dev.holdfast.directory;

import dev.holdfast.config.PoolConfig;
import dev.holdfast.config.SharedConfig;
import dev.holdfast.store.Table;
import dev.holdfast.words.AdminState;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the operators want of the cluster: the shared configuration and the admin states of the
 * servers, under one revision. One row of the store, changed only by compare-and-set.
 *
 * @param lineage names the history that the revision counts in: drawn when a cluster first takes
 *     its configuration from a file. Revisions of one lineage can be compared, others cannot
 * @param revision from 1, +1 at each change
 * @param config what all nodes share
 * @param states admin states that are not READY, of configured servers only
 */
public record Intent(
    String lineage,
    long revision,
    SharedConfig config,
    Map<PoolName, Map<ServerName, AdminState>> states) {
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
  }

  /** The admin state of a server, READY unless said otherwise. */
  public AdminState state(PoolName pool, ServerName server) {
    return states.getOrDefault(pool, Map.of()).getOrDefault(server, AdminState.READY);
  }

  /** The admin states of a pool's servers that are not READY. */
  public Map<ServerName, AdminState> states(PoolName pool) {
    return states.getOrDefault(pool, Map.of());
  }

  /** The next revision with another configuration; states of servers that are gone go. */
  Intent with(SharedConfig next) {
    return new Intent(lineage, revision + 1, next, states);
  }

  /** The next revision with another admin state of a server. */
  Intent with(PoolName pool, ServerName server, AdminState state) {
    Map<PoolName, Map<ServerName, AdminState>> all = new TreeMap<>(states);
    Map<ServerName, AdminState> servers = new TreeMap<>(states(pool));
    servers.put(server, state);
    all.put(pool, servers);
    return new Intent(lineage, revision + 1, config, all);
  }

  /** True if this one may replace the other because it is later in the same history. */
  boolean follows(Intent other) {
    return lineage.equals(other.lineage) && revision > other.revision;
  }

  /** True if both want the same, whatever their revision. */
  boolean wantsTheSame(Intent other) {
    return config.equals(other.config) && states.equals(other.states);
  }
}
