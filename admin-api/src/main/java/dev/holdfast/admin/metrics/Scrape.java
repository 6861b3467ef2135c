package dev.holdfast.admin.metrics;

import dev.holdfast.words.AdminState;
import dev.holdfast.words.Health;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.NodeState;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Refusal;
import dev.holdfast.words.Scope;
import dev.holdfast.words.ServerName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a node counts at one instant. Null, and a key that is not there, is a series that does not
 * apply. Totals count from the start of the process.
 *
 * @param node the node as a whole
 * @param listeners by listener
 * @param pools by pool
 * @param permits what this node holds, was lent and asked, by scope
 * @param ports local ports towards servers
 * @param cluster what every node says the same of
 */
public record Scrape(
    Node node,
    Map<ListenerName, Listener> listeners,
    Map<PoolName, Pool> pools,
    Map<Scope, Permits> permits,
    List<Ports> ports,
    Cluster cluster) {
  /** Copies the collections. */
  public Scrape {
    listeners = Map.copyOf(listeners);
    pools = Map.copyOf(pools);
    permits = Map.copyOf(permits);
    ports = List.copyOf(ports);
  }

  /**
   * The node as a whole.
   *
   * @param state where it is in its life
   * @param sessions now
   * @param maxSessions limit
   * @param revision of the shared configuration
   * @param drift its file differs from that
   * @param relayPendingBytes read from one side and not yet written to the other
   * @param logDropped lines of the access log that were lost
   * @param refusalsNotLogged refusals that came too fast to have a line each
   * @param acceptFaults times that accepting failed, as for want of descriptors
   * @param loops event loops, by index
   * @param storeCalls made to the shared store; none of them for a session
   */
  public record Node(
      NodeState state,
      long sessions,
      long maxSessions,
      long revision,
      boolean drift,
      long relayPendingBytes,
      long logDropped,
      long refusalsNotLogged,
      long acceptFaults,
      List<Loop> loops,
      Map<StoreCall, Long> storeCalls) {
    /** Copies the collections. */
    public Node {
      loops = List.copyOf(loops);
      storeCalls = Map.copyOf(storeCalls);
    }
  }

  /**
   * An event loop.
   *
   * @param sessions that it holds
   * @param lag how late it was at most, lately
   */
  public record Loop(long sessions, Duration lag) {}

  /**
   * One kind of call to the shared store.
   *
   * @param table that was called
   * @param operation read, write or the name of a step
   */
  public record StoreCall(String table, String operation) {}

  /**
   * One listener.
   *
   * @param sessions now
   * @param queued clients that wait
   * @param waits how long those waited that wait no more, null if nobody measured
   * @param limit over the cluster, or null
   * @param sessionsTotal admitted
   * @param bytesIn from clients
   * @param bytesOut to clients
   * @param denied turned away, by reason
   * @param ended sessions by their two letters
   */
  public record Listener(
      long sessions,
      long queued,
      @Nullable Histogram waits,
      @Nullable Long limit,
      long sessionsTotal,
      long bytesIn,
      long bytesOut,
      Map<Refusal, Long> denied,
      Map<String, Long> ended) {
    /** Copies the maps. */
    public Listener {
      denied = Map.copyOf(denied);
      ended = Map.copyOf(ended);
    }
  }

  /**
   * One pool.
   *
   * @param sessions now
   * @param queued clients that wait
   * @param epoch version of the slot table
   * @param pins of that epoch
   * @param panic too few servers would be UP
   * @param servers by server
   */
  public record Pool(
      long sessions,
      long queued,
      long epoch,
      long pins,
      boolean panic,
      Map<ServerName, Server> servers) {
    /** Copies the map. */
    public Pool {
      servers = Map.copyOf(servers);
    }
  }

  /**
   * One server.
   *
   * @param sessions of this node
   * @param limit over the cluster, or null
   * @param adminState what an operator wants of it
   * @param health what the majority measured, null before the first result
   * @param slots of the table that lead to it
   * @param connectionErrors failed attempts to connect
   * @param connects how long successful ones took, null if nobody measured
   * @param check what this node's checks found, null before the first
   */
  public record Server(
      long sessions,
      @Nullable Long limit,
      AdminState adminState,
      @Nullable Health health,
      long slots,
      long connectionErrors,
      @Nullable Histogram connects,
      @Nullable Check check) {}

  /**
   * What this node's checks of a server found.
   *
   * @param code of the last, as HAProxy calls it
   * @param tookSeconds the last
   * @param failures so far
   */
  public record Check(String code, double tookSeconds, long failures) {}

  /**
   * A distribution.
   *
   * @param upperBounds of the buckets in seconds, ascending, without infinity
   * @param counts of each bucket alone, one more than bounds: the last is above all bounds
   * @param sumSeconds of all values
   */
  public record Histogram(List<Double> upperBounds, List<Long> counts, double sumSeconds) {
    /**
     * Copies and checks the lists.
     *
     * @throws IllegalArgumentException if there is not one count more than bounds
     */
    public Histogram {
      upperBounds = List.copyOf(upperBounds);
      counts = List.copyOf(counts);
      if (counts.size() != upperBounds.size() + 1) {
        throw new IllegalArgumentException(
            "counts: " + counts.size() + " (expected: one more than " + upperBounds.size() + ")");
      }
    }
  }

  /**
   * Permits of this node in a scope.
   *
   * @param held in use
   * @param granted lent to this node
   * @param ledgerOperations requests that this node sent to the ledger
   */
  public record Permits(long held, long granted, long ledgerOperations) {}

  /**
   * Local ports from one address towards one port of a server.
   *
   * @param pool of the server
   * @param source local address
   * @param server the server
   * @param port of the server
   * @param used in use, TIME_WAIT included
   * @param limit how many there are
   * @param isShort above the threshold of the alarm
   * @param leftOut the address does not lead there and is not used for a while
   */
  public record Ports(
      PoolName pool,
      String source,
      ServerName server,
      int port,
      long used,
      long limit,
      boolean isShort,
      boolean leftOut) {}

  /**
   * What every node says the same of.
   *
   * @param sessions permits held over all nodes, by scope
   * @param excess sessions above limits, after nodes were cut off
   * @param nodes how many are in each state
   * @param majority this node sees one
   * @param headroom sessions that still fit if the largest node is lost; negative: so many do not
   * @param operations that are under way, or ended lately
   */
  public record Cluster(
      Map<Scope, Long> sessions,
      long excess,
      Map<NodeState, Integer> nodes,
      boolean majority,
      long headroom,
      List<Operation> operations) {
    /** Copies the collections. */
    public Cluster {
      sessions = Map.copyOf(sessions);
      nodes = Map.copyOf(nodes);
      operations = List.copyOf(operations);
    }
  }

  /**
   * A drain or a rebalance.
   *
   * @param drains it is a drain
   * @param id as {@code op-17}
   * @param target what it is about
   * @param state one of the words of the contract
   * @param closed sessions that it ended
   * @param remaining sessions that are still there
   */
  public record Operation(
      boolean drains, String id, String target, String state, long closed, long remaining) {}
}
