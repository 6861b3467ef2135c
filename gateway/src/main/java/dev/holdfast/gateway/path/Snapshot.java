package dev.holdfast.gateway.path;

import dev.holdfast.gateway.health.CheckResult;
import dev.holdfast.gateway.ports.PortUse;
import dev.holdfast.words.Health;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Refusal;
import dev.holdfast.words.ServerName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a node has counted, added up over its loops. Values of one moment, give or take what
 * happened while they were read.
 *
 * @param current sessions that the node holds, waiting ones too
 * @param max the most at once
 * @param limit of the node
 * @param pendingBytes received and not sent on yet
 * @param acceptFaults times that accepting failed
 * @param logDropped entries of the access log that were lost
 * @param refusalsNotLogged refusals that came too fast to have a line each
 * @param loops by index
 * @param listeners by name
 * @param pools by name
 */
public record Snapshot(
    int current,
    int max,
    int limit,
    long pendingBytes,
    long acceptFaults,
    long logDropped,
    long refusalsNotLogged,
    List<Loop> loops,
    Map<ListenerName, Listener> listeners,
    Map<PoolName, Pool> pools) {
  /**
   * An event loop.
   *
   * @param sessions that it holds, waiting ones too
   * @param lag how late it was at most within the last ten to twenty seconds
   */
  public record Loop(int sessions, Duration lag) {}

  /**
   * A listener.
   *
   * @param current sessions that hold a permit
   * @param max the most at once
   * @param queued clients that wait
   * @param waits how long those waited that wait no more, whatever became of them
   * @param total clients accepted, refused ones too
   * @param bytesIn from clients
   * @param bytesOut to clients
   * @param denied refused, by reason; without zeros
   * @param ended sessions ended, by their two letters
   */
  public record Listener(
      int current,
      int max,
      int queued,
      Distribution waits,
      long total,
      long bytesIn,
      long bytesOut,
      Map<Refusal, Long> denied,
      Map<String, Long> ended) {}

  /**
   * How long something took.
   *
   * @param counts by the time, not cumulated
   * @param bounds upper bounds in seconds; one count more is for the rest
   * @param sumSeconds sum of all
   */
  public record Distribution(long[] counts, double[] bounds, double sumSeconds) {}

  /**
   * A pool.
   *
   * @param current sessions that hold a permit
   * @param max the most at once
   * @param queued clients that wait
   * @param servers by name
   */
  public record Pool(int current, int max, int queued, Map<ServerName, Server> servers) {}

  /**
   * A server.
   *
   * @param current sessions that hold a permit, connecting ones too
   * @param max the most at once
   * @param connectionErrors attempts to connect that failed
   * @param vote of this node's checks, null before the first result
   * @param check last result of this node's checks, null before the first
   * @param checkFailures checks of this node that failed
   * @param connectCounts connections by the time they took, not cumulated
   * @param connectBounds upper bounds in seconds; one count more is for the rest
   * @param connectSumSeconds sum of all
   * @param ports local ports towards it
   */
  public record Server(
      int current,
      int max,
      long connectionErrors,
      @Nullable Health vote,
      @Nullable CheckResult check,
      long checkFailures,
      long[] connectCounts,
      double[] connectBounds,
      double connectSumSeconds,
      List<PortUse> ports) {}
}
