package dev.holdfast.config;

import dev.holdfast.config.ListenerConfig.Limits;
import dev.holdfast.config.ListenerConfig.PerSource;
import dev.holdfast.config.ListenerConfig.Refuse;
import dev.holdfast.config.ListenerConfig.Timeouts;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.PoolName;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/** The keys of listeners. */
final class ListenerKeys {
  private static final int MOST_NETWORKS = 10_000;

  static final Key<Limits, Long> SESSIONS =
      Key.of("sessions", Leaves.limit(), Limits::sessions, null, "sessions over the whole cluster");
  static final Key<Limits, Long> PER_SOURCE =
      Key.of(
          "sessions-per-source",
          Leaves.limit(),
          Limits::sessionsPerSource,
          null,
          "sessions of one source");
  static final Key<Limits, Long> NEW_PER_SOURCE =
      Key.of(
          "new-sessions-per-source",
          Leaves.rate(),
          Limits::newSessionsPerSource,
          null,
          "new sessions of one source, on each node");
  static final Key<PerSource, Integer> PER_IPV4 =
      Key.of(
          "ipv4-prefix",
          Leaves.whole(0, 32),
          PerSource::ipv4Prefix,
          PerSource.ADDRESS.ipv4Prefix(),
          "bits of an IPv4 address that count");
  static final Key<PerSource, Integer> PER_IPV6 =
      Key.of(
          "ipv6-prefix",
          Leaves.whole(0, 128),
          PerSource::ipv6Prefix,
          PerSource.ADDRESS.ipv6Prefix(),
          "bits of an IPv6 address that count");
  static final Group<PerSource> PER =
      new Group<>(
          List.of(PER_IPV4, PER_IPV6),
          values -> new PerSource(values.get(PER_IPV4), values.get(PER_IPV6)));
  static final Key<Limits, PerSource> PER_SOURCE_OF =
      Key.group(
          "per-source", PER, Limits::perSource, "who counts as one source for the two before");
  static final Key<Limits, Long> NEW_SESSIONS =
      Key.of(
          "new-sessions",
          Leaves.rate(),
          Limits::newSessions,
          null,
          "new sessions over the whole cluster; who comes faster waits in the queue");
  static final Key<Limits, Integer> QUEUE =
      Key.of(
          "queue",
          Leaves.whole(0, 1_000_000),
          Limits::queue,
          1000,
          "clients that wait on one node at most");
  static final Key<Limits, Duration> QUEUE_TIMEOUT =
      Key.of(
          "queue-timeout",
          Leaves.duration(Duration.ofMillis(1), Duration.ofHours(1)),
          Limits::queueTimeout,
          Duration.ofSeconds(5),
          "how long a client waits");
  static final Group<Limits> LIMITS =
      new Group<>(
          List.of(
              SESSIONS,
              PER_SOURCE,
              NEW_PER_SOURCE,
              PER_SOURCE_OF,
              NEW_SESSIONS,
              QUEUE,
              QUEUE_TIMEOUT),
          values ->
              new Limits(
                  values.get(SESSIONS),
                  values.get(PER_SOURCE),
                  values.get(NEW_PER_SOURCE),
                  values.get(PER_SOURCE_OF),
                  values.get(NEW_SESSIONS),
                  values.get(QUEUE),
                  values.get(QUEUE_TIMEOUT)));

  static final Key<ListenerConfig, ListenerName> NAME =
      Key.required("name", Leaves.name(ListenerName::new), ListenerConfig::name, "the listener");
  static final Key<ListenerConfig, List<HostPort>> BIND =
      Key.required(
          "bind",
          new Listing<>(Leaves.address(1), 1, 16, true),
          ListenerConfig::bind,
          "where it listens, one address or a list");
  static final Key<ListenerConfig, PoolName> POOL =
      Key.required(
          "pool", Leaves.name(PoolName::new), ListenerConfig::pool, "the pool that it feeds");
  static final Key<ListenerConfig, Limits> LISTENER_LIMITS =
      Key.group("limits", LIMITS, ListenerConfig::limits, "whom it admits and who waits");
  static final Key<ListenerConfig, List<Cidr>> ALLOW =
      networks(
          "allow",
          ListenerConfig::allow,
          List.of(Cidr.parse("0.0.0.0/0"), Cidr.parse("::/0")),
          "networks that may connect; the longest match counts");
  static final Key<ListenerConfig, List<Cidr>> DENY =
      networks(
          "deny", ListenerConfig::deny, List.of(), "networks that may not connect; wins a tie");
  static final Key<ListenerConfig, List<Cidr>> PROXY_PROTOCOL_FROM =
      networks(
          "proxy-protocol-from",
          ListenerConfig::proxyProtocolFrom,
          List.of(),
          "networks that must send a PROXY header; from all others it is data");
  static final Key<ListenerConfig, Refuse> REFUSE_WITH =
      Key.of(
          "refuse-with",
          Leaves.choice(Refuse.class),
          ListenerConfig::refuse,
          Refuse.RESET,
          "how a client is turned away");

  static final Key<Timeouts, Duration> HEADER =
      Key.of(
          "header",
          Leaves.duration(Duration.ofMillis(10), Duration.ofMinutes(1)),
          Timeouts::header,
          Timeouts.USUAL.header(),
          "until a header that a client must send is there as a whole");
  static final Group<Timeouts> TIMEOUTS =
      new Group<>(List.of(HEADER), values -> new Timeouts(values.get(HEADER)));
  static final Key<ListenerConfig, Timeouts> LISTENER_TIMEOUTS =
      Key.group(
          "timeouts",
          TIMEOUTS,
          ListenerConfig::timeouts,
          "how long a client may take before it has a session");
  static final Key<ListenerConfig, Integer> BACKLOG =
      Key.of(
          "backlog",
          Leaves.whole(1, 65_535),
          ListenerConfig::backlog,
          ListenerConfig.BACKLOG,
          "connections that the kernel keeps until they are accepted; at most its somaxconn");
  static final Key<ListenerConfig, SocketConfig> SOCKET =
      Key.group(
          "socket",
          SocketKeys.CLIENTS.group(),
          ListenerConfig::socket,
          "how the sockets of clients are set up");

  static final Group<ListenerConfig> LISTENER =
      new Group<>(
          List.of(
              NAME,
              BIND,
              POOL,
              LISTENER_LIMITS,
              ALLOW,
              DENY,
              PROXY_PROTOCOL_FROM,
              REFUSE_WITH,
              LISTENER_TIMEOUTS,
              BACKLOG,
              SOCKET),
          values ->
              new ListenerConfig(
                  values.get(NAME),
                  values.get(BIND),
                  values.get(POOL),
                  values.get(LISTENER_LIMITS),
                  values.get(ALLOW),
                  values.get(DENY),
                  values.get(PROXY_PROTOCOL_FROM),
                  values.get(REFUSE_WITH),
                  values.get(LISTENER_TIMEOUTS),
                  values.get(BACKLOG),
                  values.get(SOCKET)));

  private ListenerKeys() {}

  private static Key<ListenerConfig, List<Cidr>> networks(
      String name, Function<ListenerConfig, List<Cidr>> get, List<Cidr> standard, String says) {
    return Key.of(
        name, new Listing<>(Leaves.network(), 0, MOST_NETWORKS, true), get, standard, says);
  }
}
