package dev.holdfast.gateway.session;

import dev.holdfast.gateway.admit.Gauge;
import dev.holdfast.gateway.hosts.Hosts;
import dev.holdfast.gateway.log.AccessLog;
import dev.holdfast.gateway.ports.PortUse;
import dev.holdfast.gateway.ports.Ports;
import dev.holdfast.ledger.Admission;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** What all loops share of the node. {@link #closing} may be set once. */
public final class NodePlace {
  /** Between the name of a node and the id of a session of it; no name has it. */
  public static final char MARK = '~';

  private final NodeName self;
  private final int maxSessions;
  private final Map<PoolName, List<InetAddress>> sourceAddresses;
  private final Ports ports;
  private final Admission admission;
  private final Hosts hosts;
  private final AccessLog log;
  private final Suspicion suspicion;
  private final LongSupplier wallMs;
  private final long startMs;
  private final Gauge sessions = new Gauge();
  private volatile boolean closing;

  /** Hears of servers at which sessions fail. On the loop of the session; quick. */
  @FunctionalInterface
  public interface Suspicion {
    /**
     * A session failed at a server.
     *
     * @param inARow since the last that did not, at least 1
     */
    void failed(PoolName pool, ServerName server, int inARow);
  }

  /**
   * A node without sessions.
   *
   * @param self its name
   * @param maxSessions held at once at most
   * @param sourceAddresses local addresses towards a pool
   * @param ports local ports of the node
   * @param admission where permits come from
   * @param hosts where addresses of servers come from
   * @param log the access log
   * @param suspicion hears of servers at which sessions fail
   * @param wallMs wall clock, milliseconds since 1970
   */
  public NodePlace(
      NodeName self,
      int maxSessions,
      Map<PoolName, List<InetAddress>> sourceAddresses,
      Ports ports,
      Admission admission,
      Hosts hosts,
      AccessLog log,
      Suspicion suspicion,
      LongSupplier wallMs) {
    this.self = self;
    this.maxSessions = maxSessions;
    this.sourceAddresses = Map.copyOf(sourceAddresses);
    this.ports = ports;
    this.admission = admission;
    this.hosts = hosts;
    this.log = log;
    this.suspicion = suspicion;
    this.wallMs = wallMs;
    this.startMs = wallMs.getAsLong();
  }

  /** Sessions held now. */
  public Gauge sessions() {
    return sessions;
  }

  /** Sessions held at once at most. */
  public int maxSessions() {
    return maxSessions;
  }

  /** From now on whoever comes is refused. */
  public void close() {
    closing = true;
  }

  boolean closing() {
    return closing;
  }

  List<InetAddress> sourceAddresses(PoolName pool) {
    return sourceAddresses.getOrDefault(pool, List.of());
  }

  Ports ports() {
    return ports;
  }

  /** The local ports towards a server, none while its address is not known. Any thread. */
  public List<PortUse> portUses(PoolName pool, ServerPlace server) {
    InetAddress address = hosts.address(server.config().host());
    return address == null
        ? List.of()
        : ports
            .plan(sourceAddresses(pool), address, server.config().ports())
            .uses(System.nanoTime());
  }

  Admission admission() {
    return admission;
  }

  Hosts hosts() {
    return hosts;
  }

  AccessLog log() {
    return log;
  }

  Suspicion suspicion() {
    return suspicion;
  }

  long wallMs() {
    return wallMs.getAsLong();
  }

  /** The text of an id: never the same again, also after a restart. */
  String text(long id) {
    return Long.toHexString(startMs) + "-" + Long.toHexString(id);
  }

  /** The node. */
  NodeName self() {
    return self;
  }

  /** The id of a session in the whole cluster. */
  String inCluster(long id) {
    return self.value() + MARK + text(id);
  }

  /** The number in the text of an id; -1 if it is of no session of this process. */
  public long number(String text) {
    String start = Long.toHexString(startMs) + "-";
    if (!text.startsWith(start) || !text.substring(start.length()).matches("[0-9a-f]{1,15}")) {
      return -1;
    }
    return Long.parseLong(text.substring(start.length()), 16);
  }
}
