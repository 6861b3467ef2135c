package dev.holdfast.directory;

import dev.holdfast.words.Health;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeState;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Scope;
import dev.holdfast.words.ServerName;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a node says of itself, each second; only it writes this row.
 *
 * @param id the process
 * @param sequence +1 at each writing
 * @param state where the node is in its life
 * @param version of the program
 * @param admin address of its admin API
 * @param sessions current, max since start, limit (max-sessions)
 * @param permits held and granted per scope
 * @param revision of the shared configuration that it runs
 * @param drift its file differs from that
 * @param driftKeys the first keys in which it does, as {@link dev.holdfast.config.Difference#key}
 * @param majority it sees a majority
 * @param listeners what it counts per listener
 * @param pools what it knows per pool
 * @param traffic what passed since it started
 */
public record NodeStatus(
    NodeId id,
    long sequence,
    NodeState state,
    String version,
    HostPort admin,
    Count sessions,
    Map<Scope, Permit> permits,
    long revision,
    boolean drift,
    List<String> driftKeys,
    boolean majority,
    Map<ListenerName, Count> listeners,
    Map<PoolName, Pool> pools,
    Traffic traffic) {
  /** Keys of a drift that are told at most. */
  public static final int DRIFT_KEYS = 5;

  /** Keeps the first keys; rows of before these were told have no keys and no traffic. */
  public NodeStatus {
    driftKeys = driftKeys == null ? List.of() : driftKeys.stream().limit(DRIFT_KEYS).toList();
    traffic = traffic == null ? Traffic.NONE : traffic;
  }

  /** True if it says more than that time passed and sessions came and went. */
  boolean isNews(NodeStatus before) {
    return !id.equals(before.id)
        || state != before.state
        || majority != before.majority
        || revision != before.revision
        || drift != before.drift
        || !pools.keySet().equals(before.pools.keySet())
        || pools.entrySet().stream()
            .anyMatch(pool -> pool.getValue().isNews(before.pools.get(pool.getKey())));
  }

  /**
   * Sessions.
   *
   * @param current now
   * @param max most at once since the start
   * @param limit or null
   */
  public record Count(long current, long max, @Nullable Long limit) {}

  /**
   * Permits of a scope.
   *
   * @param held in use
   * @param granted lent to this node
   */
  public record Permit(long held, long granted) {}

  /**
   * A pool as this node knows it.
   *
   * @param epoch it routes by
   * @param settled no change is under way
   * @param pins of that epoch
   * @param queued clients that wait here
   * @param sessions current, max, limit
   * @param servers per server
   */
  public record Pool(
      long epoch,
      boolean settled,
      long pins,
      long queued,
      Count sessions,
      Map<ServerName, Server> servers) {
    private boolean isNews(Pool before) {
      return epoch != before.epoch
          || settled != before.settled
          || !servers.keySet().equals(before.servers.keySet())
          || servers.entrySet().stream()
              .anyMatch(server -> server.getValue().isNews(before.servers.get(server.getKey())));
    }
  }

  /**
   * A server as this node knows it.
   *
   * @param sessions of this node
   * @param vote what this node measured, null before the first result
   * @param trouble why it is DOWN for this node, null if it is not
   */
  public record Server(Count sessions, @Nullable Health vote, @Nullable String trouble) {
    private boolean isNews(Server before) {
      return vote != before.vote || !Objects.equals(trouble, before.trouble);
    }
  }

  /**
   * What passed since the process started.
   *
   * @param atMs when it was counted, by a clock of the process that only goes forward
   * @param listeners per listener
   */
  public record Traffic(long atMs, Map<ListenerName, Flow> listeners) {
    /** Nothing is known. */
    public static final Traffic NONE = new Traffic(0, Map.of());
  }

  /**
   * What passed a listener.
   *
   * @param clients that came, refused ones too
   * @param refused of them
   * @param bytesIn from clients
   * @param bytesOut to clients
   * @param reasons refused clients by reason, as the metrics name it; without zeros
   */
  public record Flow(
      long clients, long refused, long bytesIn, long bytesOut, Map<String, Long> reasons) {
    /** Rows of before reasons were told have none. */
    public Flow {
      reasons = reasons == null ? Map.of() : Map.copyOf(reasons);
    }
  }
}
