package dev.holdfast.config;

import dev.holdfast.config.PoolConfig.Affinity;
import dev.holdfast.config.PoolConfig.OnDown;
import dev.holdfast.config.PoolConfig.ProxyProtocol;
import dev.holdfast.config.PoolConfig.Timeouts;
import dev.holdfast.words.Overflow;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys of pools and servers. */
final class PoolKeys {
  /** The longest silence that a setting names. */
  static final Duration WEEK = Duration.ofHours(168);

  private static final Duration SHORT = Duration.ofMillis(10);
  private static final Duration YEAR = Duration.ofHours(8760);

  static final Key<Limit, Long> SESSIONS =
      Key.of("sessions", Leaves.limit(), Limit::sessions, null, "sessions over the whole cluster");

  static final Group<Limit> LIMIT =
      new Group<>(List.of(SESSIONS), values -> new Limit(values.get(SESSIONS)));

  static final Key<ServerConfig, ServerName> SERVER_NAME =
      Key.required(
          "name", Leaves.name(ServerName::new), ServerConfig::name, "the server's identity");
  static final Key<ServerConfig, String> HOST =
      Key.required("host", Leaves.host(), ServerConfig::host, "a name or an IP address");
  static final Key<ServerConfig, List<Integer>> PORTS =
      Key.required(
          "ports",
          new Listing<>(Leaves.whole(1, 65535), 1, 64, false),
          ServerConfig::ports,
          "several ports multiply the sessions a source address can hold");
  static final Key<ServerConfig, Integer> WEIGHT =
      Key.of(
          "weight",
          Leaves.whole(0, 1000),
          ServerConfig::weight,
          100,
          "share of the sources; 0: no new sources");
  static final Key<ServerLimits, Long> SERVER_SESSIONS =
      Key.of(
          "sessions",
          Leaves.limit(),
          ServerLimits::sessions,
          null,
          "sessions over the whole cluster");
  static final Key<ServerLimits, Long> SERVER_NEW_SESSIONS =
      Key.of(
          "new-sessions",
          Leaves.rate(),
          ServerLimits::newSessions,
          null,
          "new sessions over the whole cluster; who comes faster waits in the queue");
  static final Group<ServerLimits> SERVER_LIMIT =
      new Group<>(
          List.of(SERVER_SESSIONS, SERVER_NEW_SESSIONS),
          values -> new ServerLimits(values.get(SERVER_SESSIONS), values.get(SERVER_NEW_SESSIONS)));
  static final Key<ServerConfig, ServerLimits> SERVER_LIMITS =
      Key.group(
          "limits",
          SERVER_LIMIT,
          server -> new ServerLimits(server.sessions(), server.newSessions()),
          "limits of this server");

  static final Key<ServerConfig, ServerConfig.CheckAt> SERVER_CHECK =
      Key.group("check", CheckKeys.AT, ServerConfig::check, "where this server is checked");

  static final Group<ServerConfig> SERVER =
      new Group<>(
          List.of(SERVER_NAME, HOST, PORTS, WEIGHT, SERVER_LIMITS, SERVER_CHECK),
          values ->
              new ServerConfig(
                  values.get(SERVER_NAME),
                  values.get(HOST),
                  values.get(PORTS),
                  values.get(WEIGHT),
                  values.get(SERVER_LIMITS).sessions(),
                  values.get(SERVER_LIMITS).newSessions(),
                  values.get(SERVER_CHECK)),
          (values, faults) -> Contradictions.unique(values.items(PORTS), faults));

  static final Key<Affinity, Integer> IPV4_PREFIX =
      Key.of(
          "ipv4-prefix",
          Leaves.whole(0, 32),
          Affinity::ipv4Prefix,
          32,
          "bits of an IPv4 address that make a source");
  static final Key<Affinity, Integer> IPV6_PREFIX =
      Key.of(
          "ipv6-prefix",
          Leaves.whole(0, 128),
          Affinity::ipv6Prefix,
          64,
          "bits of an IPv6 address that make a source");
  static final Key<Affinity, Duration> TTL =
      Key.of(
          "ttl",
          Leaves.duration(Duration.ofMillis(100), WEEK),
          Affinity::ttl,
          Duration.ofMinutes(30),
          "how long a source without a session is remembered");
  static final Group<Affinity> AFFINITY =
      new Group<>(
          List.of(IPV4_PREFIX, IPV6_PREFIX, TTL),
          values ->
              new Affinity(values.get(IPV4_PREFIX), values.get(IPV6_PREFIX), values.get(TTL)));

  static final Key<Timeouts, Duration> CONNECT =
      Key.of(
          "connect",
          Leaves.duration(SHORT, Duration.ofMinutes(10)),
          Timeouts::connect,
          Duration.ofSeconds(5),
          "of one attempt to connect to a server");
  static final Key<Timeouts, Duration> IDLE =
      Key.of(
          "idle",
          Leaves.orNone(Leaves.duration(SHORT, WEEK)),
          Timeouts::idle,
          Duration.ofHours(1),
          "without a byte in either direction");
  static final Key<Timeouts, Duration> HALF_CLOSED =
      Key.of(
          "half-closed",
          Leaves.orNone(Leaves.duration(SHORT, WEEK)),
          Timeouts::halfClosed,
          Duration.ofSeconds(30),
          "without a byte after one side has closed");
  static final Key<Timeouts, Duration> CLIENT_IDLE =
      Key.of(
          "client-idle",
          Leaves.orNone(Leaves.duration(SHORT, WEEK)),
          Timeouts::clientIdle,
          null,
          "without a byte from the client, whatever the server sends");
  static final Key<Timeouts, Duration> SERVER_IDLE =
      Key.of(
          "server-idle",
          Leaves.orNone(Leaves.duration(SHORT, WEEK)),
          Timeouts::serverIdle,
          null,
          "without a byte from the server, whatever the client sends");
  static final Key<Timeouts, Duration> MAX_AGE =
      Key.of(
          "max-age",
          Leaves.orNone(Leaves.duration(SHORT, YEAR)),
          Timeouts::maxAge,
          null,
          "how long a session lives at most, whatever is sent");
  static final Key<Timeouts, Integer> MAX_AGE_JITTER =
      Key.of(
          "max-age-jitter-percent",
          Leaves.whole(0, 100),
          Timeouts::maxAgeJitterPercent,
          Timeouts.JITTER_PERCENT,
          "sessions end up to so much before max-age, so that they do not end together");
  static final Group<Timeouts> TIMEOUTS =
      new Group<>(
          List.of(CONNECT, IDLE, CLIENT_IDLE, SERVER_IDLE, HALF_CLOSED, MAX_AGE, MAX_AGE_JITTER),
          values ->
              new Timeouts(
                  values.get(CONNECT),
                  values.get(IDLE),
                  values.get(CLIENT_IDLE),
                  values.get(SERVER_IDLE),
                  values.get(HALF_CLOSED),
                  values.get(MAX_AGE),
                  values.get(MAX_AGE_JITTER)));

  static final Key<PoolConfig, PoolName> POOL_NAME =
      Key.required("name", Leaves.name(PoolName::new), PoolConfig::name, "the pool");
  static final Key<PoolConfig, OnDown> ON_DOWN =
      Key.of(
          "on-down",
          Leaves.choice(OnDown.class),
          PoolConfig::onDown,
          OnDown.LEAVE,
          "what happens to the sessions of a server that is DOWN");
  static final Key<PoolConfig, Long> ON_DOWN_PACE =
      Key.of(
          "on-down-pace",
          Leaves.rate(),
          PoolConfig::onDownPace,
          1000L,
          "sessions that on-down closes a second over the whole cluster; none: all at once");
  static final Key<PoolConfig, Integer> CONNECT_ATTEMPTS =
      Key.of(
          "connect-attempts",
          Leaves.whole(1, 16),
          PoolConfig::connectAttempts,
          4,
          "connections that are tried for one session, two at one server at most");
  static final Key<PoolConfig, ProxyProtocol> SEND_PROXY_PROTOCOL =
      Key.of(
          "send-proxy-protocol",
          Leaves.choice(ProxyProtocol.class),
          PoolConfig::sendProxyProtocol,
          ProxyProtocol.NONE,
          "the PROXY header that servers get");
  static final Key<PoolConfig, Overflow> OVERFLOW =
      Key.of(
          "overflow",
          Leaves.choice(Overflow.class),
          PoolConfig::overflow,
          Overflow.QUEUE,
          "what happens to a source whose server is full");
  static final Key<PoolConfig, Affinity> POOL_AFFINITY =
      Key.group("affinity", AFFINITY, PoolConfig::affinity, "who counts as one source");
  static final Key<PoolConfig, Check> POOL_CHECK =
      Key.group("check", CheckKeys.CHECK, PoolConfig::check, "how servers are checked");
  static final Key<PoolConfig, Timeouts> POOL_TIMEOUTS =
      Key.group(
          "timeouts",
          TIMEOUTS,
          PoolConfig::timeouts,
          "how long a session may wait, be silent or live");
  static final Key<PoolLimits, Long> POOL_SESSIONS =
      Key.of(
          "sessions",
          Leaves.limit(),
          PoolLimits::sessions,
          null,
          "sessions over the whole cluster");
  static final Key<PoolLimits, Integer> POOL_QUEUE =
      Key.of(
          "queue",
          Leaves.orNone(Leaves.whole(0, 1_000_000)),
          limits -> limits.queue().most(),
          null,
          "clients that wait for it on one node at most; none: as its listeners say");
  static final Key<PoolLimits, Duration> POOL_QUEUE_TIMEOUT =
      Key.of(
          "queue-timeout",
          Leaves.orNone(Leaves.duration(Duration.ofMillis(1), Duration.ofHours(1))),
          limits -> limits.queue().timeout(),
          null,
          "how long a client waits for it at most; none: as its listeners say");
  static final Group<PoolLimits> POOL_LIMIT =
      new Group<>(
          List.of(POOL_SESSIONS, POOL_QUEUE, POOL_QUEUE_TIMEOUT),
          values ->
              new PoolLimits(
                  values.get(POOL_SESSIONS),
                  new PoolConfig.Queue(values.get(POOL_QUEUE), values.get(POOL_QUEUE_TIMEOUT))));
  static final Key<PoolConfig, PoolLimits> POOL_LIMITS =
      Key.group(
          "limits",
          POOL_LIMIT,
          pool -> new PoolLimits(pool.sessions(), pool.queue()),
          "limits of this pool");
  static final Key<PoolConfig, SocketConfig> POOL_SOCKET =
      Key.group(
          "socket",
          SocketKeys.SERVERS.group(),
          PoolConfig::socket,
          "how the sockets towards servers are set up");
  static final Key<PoolConfig, List<ServerConfig>> SERVERS =
      Key.required(
          "servers",
          new Listing<>(SERVER, 1, 1000, false),
          PoolConfig::servers,
          "who offers the service; the order means nothing");

  static final Group<PoolConfig> POOL =
      new Group<>(
          List.of(
              POOL_NAME,
              POOL_AFFINITY,
              OVERFLOW,
              SEND_PROXY_PROTOCOL,
              POOL_CHECK,
              POOL_TIMEOUTS,
              POOL_LIMITS,
              ON_DOWN,
              ON_DOWN_PACE,
              CONNECT_ATTEMPTS,
              POOL_SOCKET,
              SERVERS),
          values ->
              new PoolConfig(
                  values.get(POOL_NAME),
                  values.get(POOL_AFFINITY),
                  values.get(OVERFLOW),
                  values.get(SEND_PROXY_PROTOCOL),
                  values.get(POOL_CHECK),
                  values.get(POOL_TIMEOUTS),
                  values.get(POOL_LIMITS).sessions(),
                  values.get(POOL_LIMITS).queue(),
                  values.get(ON_DOWN),
                  values.get(ON_DOWN_PACE),
                  values.get(CONNECT_ATTEMPTS),
                  values.get(POOL_SOCKET),
                  values.get(SERVERS)),
          (values, faults) -> Contradictions.uniqueNames(values, SERVERS, SERVER_NAME, faults));

  private PoolKeys() {}

  /**
   * The group {@code limits} of a server.
   *
   * @param sessions the limit, or null
   * @param newSessions a second, or null
   */
  record ServerLimits(@Nullable Long sessions, @Nullable Long newSessions) {}

  /**
   * The group {@code limits} of a pool.
   *
   * @param sessions the limit, or null
   * @param queue who may wait
   */
  record PoolLimits(@Nullable Long sessions, PoolConfig.Queue queue) {}

  /**
   * A group {@code limits} with nothing but {@code sessions}.
   *
   * @param sessions the limit, or null
   */
  record Limit(@Nullable Long sessions) {}
}
