package dev.holdfast.config;

import dev.holdfast.words.Overflow;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Servers that offer the same service.
 *
 * @param name the pool
 * @param affinity who counts as one source, and how long it is remembered
 * @param overflow what happens to a source whose server is full
 * @param sendProxyProtocol the PROXY header that servers get
 * @param check how servers are checked
 * @param timeouts how long a session may wait or be silent
 * @param sessions limit over the whole cluster, or null
 * @param queue who may wait for it
 * @param onDown what happens to the sessions of a server that is DOWN
 * @param onDownPace sessions that are closed for it a second over the whole cluster, or null for
 *     all at once
 * @param connectAttempts connections that are tried for one session, at least 1
 * @param socket how the sockets towards servers are set up
 * @param servers at least one, kept sorted by name
 */
public record PoolConfig(
    PoolName name,
    Affinity affinity,
    Overflow overflow,
    ProxyProtocol sendProxyProtocol,
    Check check,
    Timeouts timeouts,
    @Nullable Long sessions,
    Queue queue,
    OnDown onDown,
    @Nullable Long onDownPace,
    int connectAttempts,
    SocketConfig socket,
    List<ServerConfig> servers) {
  /** Sorts the servers by name. */
  public PoolConfig {
    servers = servers.stream().sorted(Comparator.comparing(ServerConfig::name)).toList();
  }

  /** A pool whose sockets and queue have the defaults. */
  public PoolConfig(
      PoolName name,
      Affinity affinity,
      Overflow overflow,
      ProxyProtocol sendProxyProtocol,
      Check check,
      Timeouts timeouts,
      @Nullable Long sessions,
      OnDown onDown,
      @Nullable Long onDownPace,
      int connectAttempts,
      List<ServerConfig> servers) {
    this(
        name,
        affinity,
        overflow,
        sendProxyProtocol,
        check,
        timeouts,
        sessions,
        Queue.AS_LISTENERS,
        onDown,
        onDownPace,
        connectAttempts,
        SocketConfig.SERVERS,
        servers);
  }

  /** The same pool with other servers. */
  public PoolConfig with(List<ServerConfig> others) {
    return with(check, others);
  }

  /** The same pool, checked otherwise. */
  public PoolConfig with(Check other) {
    return with(other, servers);
  }

  private PoolConfig with(Check how, List<ServerConfig> who) {
    return new PoolConfig(
        name,
        affinity,
        overflow,
        sendProxyProtocol,
        how,
        timeouts,
        sessions,
        queue,
        onDown,
        onDownPace,
        connectAttempts,
        socket,
        who);
  }

  /** The server of a name. */
  public Optional<ServerConfig> server(ServerName server) {
    return servers.stream().filter(known -> known.name().equals(server)).findFirst();
  }

  /**
   * Who counts as one source.
   *
   * @param ipv4Prefix bits of an IPv4 address, 0 to 32
   * @param ipv6Prefix bits of an IPv6 address, 0 to 128
   * @param ttl how long a source without a session is remembered
   */
  public record Affinity(int ipv4Prefix, int ipv6Prefix, Duration ttl) {
    /** The source that an address is. */
    public Source cut(Source address) {
      return address.cut(ipv4Prefix, ipv6Prefix);
    }
  }

  /**
   * How long a session may wait, be silent or live.
   *
   * @param connect of one attempt to connect to a server
   * @param idle without a byte in either direction, or null
   * @param clientIdle without a byte from the client, whatever the server sends, or null
   * @param serverIdle without a byte from the server, whatever the client sends, or null
   * @param halfClosed without a byte after one side has closed, or null
   * @param maxAge since accept, whatever is sent, or null
   * @param maxAgeJitterPercent sessions end so much before their maximum age at random, at most, so
   *     that those that came together do not end together; 0 to 100
   */
  public record Timeouts(
      Duration connect,
      @Nullable Duration idle,
      @Nullable Duration clientIdle,
      @Nullable Duration serverIdle,
      @Nullable Duration halfClosed,
      @Nullable Duration maxAge,
      int maxAgeJitterPercent) {
    /** A tenth. */
    public static final int JITTER_PERCENT = 10;

    /** Those that are not off by default. */
    public Timeouts(Duration connect, @Nullable Duration idle, @Nullable Duration halfClosed) {
      this(connect, idle, null, null, halfClosed, null, JITTER_PERCENT);
    }
  }

  /**
   * Who may wait for a pool, besides what its listeners allow: the smaller one counts.
   *
   * @param most clients that wait on one node at most, or null
   * @param timeout how long one waits, or null
   */
  public record Queue(@Nullable Integer most, @Nullable Duration timeout) {
    /** What the listeners allow. */
    public static final Queue AS_LISTENERS = new Queue(null, null);
  }

  /** The PROXY header that servers get. */
  public enum ProxyProtocol {
    /** None. */
    NONE,
    /** The text form. */
    V1,
    /** The binary form. */
    V2
  }

  /** What happens to the sessions of a server that is DOWN. */
  public enum OnDown {
    /** They go on. */
    LEAVE,
    /** They are closed. */
    CLOSE
  }
}
