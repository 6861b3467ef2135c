package dev.holdfast.directory;

import dev.holdfast.config.ListenerConfig;
import dev.holdfast.config.ServerConfig;
import dev.holdfast.directory.NodeStatus.Count;
import dev.holdfast.directory.PoolVerdict.Standing;
import dev.holdfast.epoch.Wish;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.NodeState;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Scope;
import dev.holdfast.words.ServerName;
import java.util.BitSet;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The cluster as this node knows it: a snapshot, at most about two seconds old, that any thread may
 * read. Sums count the nodes that are in contact; what a lost node still holds is not in them. A
 * maximum is the highest sum that this node has seen since it started, and no less than what any
 * one node counted at its own peak: a peak shared by nodes between two rows may be missed, and
 * where sessions end on one node while others begin elsewhere the rows may add up to more than
 * there ever were at once.
 *
 * @param atNanos when it was made, by the control loop's clock
 * @param intent what the operators want
 * @param drift this node's file differs from that
 * @param leader the oldest member of the side with the majority; null if this node sees none
 * @param majority this node sees a majority
 * @param sessions of all nodes; the limit is that of the cluster
 * @param nodes every node that has a row, sorted by name
 * @param scopes every configured scope, in the order of {@link Scope}
 * @param listeners every configured listener
 * @param pools every configured pool
 */
public record ClusterView(
    long atNanos,
    Intent intent,
    boolean drift,
    @Nullable NodeName leader,
    boolean majority,
    Count sessions,
    Map<NodeName, Node> nodes,
    Map<Scope, Sum> scopes,
    Map<ListenerName, Listener> listeners,
    Map<PoolName, Pool> pools) {
  /** Copies the maps, sorted. */
  public ClusterView {
    nodes = sorted(nodes);
    scopes = sorted(scopes);
    listeners = sorted(listeners);
    pools = sorted(pools);
  }

  /** Pools in a panic: their servers are tried, whatever checks say. */
  public Set<PoolName> panics() {
    return pools.entrySet().stream()
        .filter(pool -> pool.getValue().verdict().panic())
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  /**
   * Sessions that still fit if the READY node with the highest limit is lost with all it has, and
   * those come to the others; negative if they do not all fit.
   */
  public long headroom() {
    long room = 0;
    long largest = 0;
    for (Node node : nodes.values()) {
      Long limit = node.status().sessions().limit();
      if (node.state() == NodeState.READY && limit != null) {
        room += limit;
        largest = Math.max(largest, limit);
      }
    }
    long fits = room - largest - sessions.current();
    return sessions.limit() == null ? fits : Math.min(fits, sessions.limit() - sessions.current());
  }

  /**
   * What the epochs are to make of a pool: as the cluster acts on health now.
   *
   * @param givenBack slots that a rebalance gives back to the table
   */
  public Wish wish(PoolName pool, BitSet givenBack) {
    return new Wish(
        pools.get(pool).verdict().targets(),
        intent.config().pool(pool).map(intent::pinsInForce).orElse(Map.of()),
        givenBack);
  }

  private static <K extends Comparable<K>, V> Map<K, V> sorted(Map<K, V> map) {
    return Collections.unmodifiableMap(new TreeMap<>(map));
  }

  /**
   * A node.
   *
   * @param status the last that it said of itself
   * @param state what it says, or LOST if it is not heard or says nothing new for a lease
   * @param silentMs how long ago, in milliseconds, this node read something new of it
   */
  public record Node(NodeStatus status, NodeState state, long silentMs) {
    /** True if it is counted in sums and votes. */
    public boolean counts() {
      return state != NodeState.LOST && state != NodeState.LEFT;
    }
  }

  /**
   * The permits of a scope.
   *
   * @param held in use
   * @param granted lent to nodes
   * @param limit or null
   */
  public record Sum(long held, long granted, @Nullable Long limit) {}

  /**
   * A listener.
   *
   * @param config as wanted
   * @param sessions over all nodes
   * @param rates over all nodes, of the last second or two
   */
  public record Listener(ListenerConfig config, Count sessions, Rates rates) {}

  /**
   * A pool.
   *
   * @param epoch that this node routes by
   * @param settled all nodes route by it and no change is under way
   * @param pins of that epoch
   * @param queued clients that wait, over all nodes
   * @param sessions over all nodes
   * @param verdict health as the cluster acts on it
   * @param servers every configured server
   */
  public record Pool(
      long epoch,
      boolean settled,
      long pins,
      long queued,
      Count sessions,
      PoolVerdict verdict,
      Map<ServerName, Server> servers) {
    /** Copies the map, sorted. */
    public Pool {
      servers = sorted(servers);
    }
  }

  /**
   * A server.
   *
   * @param config as wanted
   * @param standing admin state, health and votes
   * @param slots that the table of this node gives it
   * @param sessions over all nodes
   */
  public record Server(ServerConfig config, Standing standing, int slots, Count sessions) {}
}
