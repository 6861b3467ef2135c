package dev.holdfast.directory;

import dev.holdfast.config.PoolConfig;
import dev.holdfast.config.SharedConfig;
import dev.holdfast.words.AdminState;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the operators want of the cluster: the shared configuration, the admin states of the servers
 * and the operators' pins, under one revision. In one row of the store ({@link IntentRow}), changed
 * only by compare-and-set.
 *
 * @param lineage names the history that the revision counts in: drawn when a cluster first takes
 *     its configuration from a file. Revisions of one lineage can be compared, others cannot
 * @param revision from 1, +1 at each change
 * @param config what all nodes share
 * @param states admin states that are not READY, of configured servers only
 * @param keeping servers in DRAIN to which the sources that they have come back
 * @param pins sources that stay at a configured server whatever the table says
 * @param made who made this revision, when, and what it changed
 */
public record Intent(
    String lineage,
    long revision,
    SharedConfig config,
    Map<PoolName, Map<ServerName, AdminState>> states,
    Map<PoolName, Set<ServerName>> keeping,
    Map<PoolName, Map<Source, ServerName>> pins,
    Made made) {
  /** Operators' pins of one pool at most. */
  public static final int MOST_PINS = 1000;

  /** Keeps the states that say something and the pins to configured servers, sorted. */
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
    pins = known(config, pins);
    made = made == null ? Made.UNKNOWN : made;
  }

  /** The first revision of a history. */
  static Intent first(String lineage, SharedConfig config, Made made) {
    return new Intent(lineage, 1, config, Map.of(), Map.of(), Map.of(), made);
  }

  /** Keeps the pins to configured servers, sorted. */
  private static Map<PoolName, Map<Source, ServerName>> known(
      SharedConfig config, @Nullable Map<PoolName, Map<Source, ServerName>> pins) {
    Map<PoolName, Map<Source, ServerName>> kept = new TreeMap<>();
    for (PoolConfig pool : config.pools()) {
      Map<Source, ServerName> sources = new TreeMap<>();
      if (pins != null) {
        sources.putAll(pins.getOrDefault(pool.name(), Map.of()));
      }
      sources.values().removeIf(server -> pool.server(server).isEmpty());
      if (!sources.isEmpty()) {
        kept.put(pool.name(), Collections.unmodifiableMap(sources));
      }
    }
    return Collections.unmodifiableMap(kept);
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

  /** The operators' pins of a pool, by source as the operators named it. */
  public Map<Source, ServerName> pins(PoolName pool) {
    return pins.getOrDefault(pool, Map.of());
  }

  /**
   * The operators' pins of a pool as they are in force: cut to the prefixes that the pool has now.
   * Of several that become one source the lowest address counts.
   */
  public Map<Source, ServerName> pinsInForce(PoolConfig pool) {
    Map<Source, ServerName> cut = new TreeMap<>();
    pins(pool.name())
        .forEach((source, server) -> cut.putIfAbsent(pool.affinity().cut(source), server));
    return cut;
  }

  /** The next revision with another configuration; states and pins of servers that are gone go. */
  Intent with(SharedConfig next) {
    return new Intent(lineage, revision + 1, next, states, keeping, pins, Made.UNKNOWN);
  }

  /** The next revision with a source pinned, or with null not pinned any more. */
  Intent with(PoolName pool, Source source, @Nullable ServerName server) {
    Map<PoolName, Map<Source, ServerName>> all = new TreeMap<>(pins);
    Map<Source, ServerName> sources = new TreeMap<>(pins(pool));
    if (server == null) {
      sources.remove(source);
    } else {
      sources.put(source, server);
    }
    all.put(pool, sources);
    return new Intent(lineage, revision + 1, config, states, keeping, all, Made.UNKNOWN);
  }

  /** The same under another revision. */
  Intent at(long number) {
    return new Intent(lineage, number, config, states, keeping, pins, made);
  }

  /** The same, saying how it came about. */
  Intent made(String who, long atMs, Intent before) {
    return new Intent(
        lineage,
        revision,
        config,
        states,
        keeping,
        pins,
        new Made(who, atMs, IntentDifference.lines(before, this)));
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
    return new Intent(lineage, revision + 1, config, all, keepers, pins, Made.UNKNOWN);
  }

  /** True if this one may replace the other because it is later in the same history. */
  boolean follows(Intent other) {
    return lineage.equals(other.lineage) && revision > other.revision;
  }

  /** True if both want the same, whatever their revision. */
  boolean wantsTheSame(Intent other) {
    return config.equals(other.config)
        && states.equals(other.states)
        && keeping.equals(other.keeping)
        && pins.equals(other.pins);
  }
}
