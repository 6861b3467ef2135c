package dev.holdfast.config;

import dev.holdfast.words.HostPort;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.PoolName;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An address that clients connect to.
 *
 * @param name the listener
 * @param bind where it listens, at least one address
 * @param pool the pool that it feeds
 * @param limits whom it admits and who waits
 * @param allow networks that may connect; the longest match counts
 * @param deny networks that may not; wins a tie
 * @param proxyProtocolFrom networks that must send a PROXY header
 * @param refuse how a client is turned away
 * @param timeouts how long a client may take before it has a session
 * @param backlog connections that the kernel keeps until they are accepted, at most
 * @param socket how the sockets of clients are set up
 */
public record ListenerConfig(
    ListenerName name,
    List<HostPort> bind,
    PoolName pool,
    Limits limits,
    List<Cidr> allow,
    List<Cidr> deny,
    List<Cidr> proxyProtocolFrom,
    Refuse refuse,
    Timeouts timeouts,
    int backlog,
    SocketConfig socket) {
  /** Connections that the kernel keeps by default. */
  public static final int BACKLOG = 4096;

  /** Copies the lists. */
  public ListenerConfig {
    bind = List.copyOf(bind);
    allow = List.copyOf(allow);
    deny = List.copyOf(deny);
    proxyProtocolFrom = List.copyOf(proxyProtocolFrom);
  }

  /** A listener whose sockets have the defaults. */
  public ListenerConfig(
      ListenerName name,
      List<HostPort> bind,
      PoolName pool,
      Limits limits,
      List<Cidr> allow,
      List<Cidr> deny,
      List<Cidr> proxyProtocolFrom,
      Refuse refuse) {
    this(
        name,
        bind,
        pool,
        limits,
        allow,
        deny,
        proxyProtocolFrom,
        refuse,
        Timeouts.USUAL,
        BACKLOG,
        SocketConfig.CLIENTS);
  }

  /**
   * Limits of a listener; null is none.
   *
   * @param sessions over the whole cluster
   * @param sessionsPerSource sessions of one source
   * @param newSessionsPerSource new sessions of one source a second, on each node
   * @param perSource who counts as one source of these two
   * @param newSessions new sessions a second over the whole cluster; who comes faster waits
   * @param queue clients that wait on one node at most, 0 or more
   * @param queueTimeout how long one waits
   */
  public record Limits(
      @Nullable Long sessions,
      @Nullable Long sessionsPerSource,
      @Nullable Long newSessionsPerSource,
      PerSource perSource,
      @Nullable Long newSessions,
      int queue,
      Duration queueTimeout) {
    /** Limits of which the rate of the listener is none and a source is what it is by default. */
    public Limits(
        @Nullable Long sessions,
        @Nullable Long sessionsPerSource,
        @Nullable Long newSessionsPerSource,
        int queue,
        Duration queueTimeout) {
      this(
          sessions,
          sessionsPerSource,
          newSessionsPerSource,
          PerSource.ADDRESS,
          null,
          queue,
          queueTimeout);
    }
  }

  /**
   * Who counts as one source for the limits of single sources, whatever the affinity of the pool.
   *
   * @param ipv4Prefix bits of an IPv4 address, 0 to 32
   * @param ipv6Prefix bits of an IPv6 address, 0 to 128
   */
  public record PerSource(int ipv4Prefix, int ipv6Prefix) {
    /** An IPv4 address; of IPv6 the network that one client owns, since it can use all of it. */
    public static final PerSource ADDRESS = new PerSource(32, 64);
  }

  /**
   * How long a client may take before it has a session.
   *
   * @param header until a header that it must send is there as a whole
   */
  public record Timeouts(Duration header) {
    /** Five seconds. */
    public static final Timeouts USUAL = new Timeouts(Duration.ofSeconds(5));
  }

  /** How a client is turned away. */
  public enum Refuse {
    /** By a reset: costs nobody anything. */
    RESET,
    /** By an orderly close. */
    CLOSE
  }
}
