package dev.holdfast.config;

import dev.holdfast.config.NodeSettings.AccessLog;
import dev.holdfast.config.NodeSettings.Admin;
import dev.holdfast.config.NodeSettings.Rotation;
import dev.holdfast.config.NodeSettings.Shutdown;
import dev.holdfast.config.NodeSettings.Tls;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.PoolName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys of {@code node}: what belongs to one node. */
final class NodeKeys {
  static final Key<Tls, Path> CERTIFICATE =
      Key.required("certificate", path("a path"), Tls::certificate, "certificate chain in PEM");
  static final Key<Tls, Path> TLS_KEY =
      Key.required("key", path("a path"), Tls::key, "private key in PEM");
  static final Group<Tls> TLS_GROUP =
      new Group<>(
          List.of(CERTIFICATE, TLS_KEY),
          values ->
              new Tls(
                  resolved(values, values.get(CERTIFICATE)),
                  resolved(values, values.get(TLS_KEY))));

  static final Key<Admin, HostPort> ADMIN_BIND =
      Key.of(
          "bind",
          Leaves.address(0),
          Admin::bind,
          new HostPort("127.0.0.1", 8081),
          "address of the admin API; not on loopback only with tokens-file");
  static final Key<Admin, Path> TOKENS_FILE =
      Key.of(
          "tokens-file", Leaves.orNone(path("a path")), Admin::tokensFile, null, "who may do what");
  static final Key<Admin, Tls> TLS =
      Key.of("tls", TLS_GROUP, Admin::tls, null, "certificate and key of the admin API");
  static final Group<Admin> ADMIN =
      new Group<>(
          List.of(ADMIN_BIND, TOKENS_FILE, TLS),
          values ->
              new Admin(
                  values.get(ADMIN_BIND),
                  resolved(values, values.get(TOKENS_FILE)),
                  values.get(TLS)),
          Contradictions::openAdmin);

  static final Key<AccessLog, String> LOG_TO =
      Key.of(
          "to",
          Leaves.path("stdout, none or a path"),
          AccessLog::to,
          "stdout",
          "where the access log goes: stdout, none or a path");
  static final Key<AccessLog, LogFormat> LOG_FORMAT =
      Key.of(
          "format",
          Leaves.choice(LogFormat.class),
          log -> log.json() ? LogFormat.JSON : LogFormat.TEXT,
          LogFormat.TEXT,
          "how a line looks");
  static final Key<AccessLog, Duration> LOG_INTERVAL =
      Key.of(
          "interval",
          Leaves.orNone(Leaves.duration(Duration.ofSeconds(1), PoolKeys.WEEK)),
          AccessLog::interval,
          null,
          "how often a long session is logged while it lives");
  static final Key<Rotation, Long> ROTATE_BYTES =
      Key.of(
          "bytes",
          Leaves.orNone(Leaves.bytes(64 << 10, 1L << 40)),
          Rotation::bytes,
          null,
          "a file that has so many is put aside");
  static final Key<Rotation, Duration> ROTATE_AGE =
      Key.of(
          "age",
          Leaves.orNone(Leaves.duration(Duration.ofSeconds(1), Duration.ofHours(8760))),
          Rotation::age,
          null,
          "a file that was begun so long ago is put aside");
  static final Key<Rotation, Integer> ROTATE_KEEP =
      Key.of(
          "keep",
          Leaves.whole(0, 1000),
          Rotation::keep,
          Rotation.NONE.keep(),
          "files put aside that are kept: NAME.1 is the newest");
  static final Group<Rotation> ROTATION =
      new Group<>(
          List.of(ROTATE_BYTES, ROTATE_AGE, ROTATE_KEEP),
          values ->
              new Rotation(
                  values.get(ROTATE_BYTES), values.get(ROTATE_AGE), values.get(ROTATE_KEEP)));
  static final Key<AccessLog, Rotation> LOG_ROTATE =
      Key.group("rotate", ROTATION, AccessLog::rotate, "when a file is put aside");
  static final Group<AccessLog> ACCESS_LOG =
      new Group<>(
          List.of(LOG_TO, LOG_FORMAT, LOG_INTERVAL, LOG_ROTATE),
          values ->
              new AccessLog(
                  logTarget(values),
                  values.get(LOG_FORMAT) == LogFormat.JSON,
                  values.get(LOG_INTERVAL),
                  values.get(LOG_ROTATE)),
          Contradictions::rotatedStream);

  static final Key<Shutdown, Duration> GRACE =
      Key.of(
          "grace",
          Leaves.duration(Duration.ZERO, Duration.ofHours(24)),
          Shutdown::grace,
          Duration.ofSeconds(5),
          "listening goes on so long after readiness failed; at most the deadline");
  static final Key<Shutdown, Duration> DEADLINE =
      Key.of(
          "deadline",
          Leaves.duration(Duration.ZERO, Duration.ofHours(24)),
          Shutdown::deadline,
          Duration.ofSeconds(20),
          "all sessions have ended so long after SIGTERM");
  static final Group<Shutdown> SHUTDOWN =
      new Group<>(
          List.of(GRACE, DEADLINE),
          values -> new Shutdown(values.get(GRACE), values.get(DEADLINE)),
          (values, faults) -> Contradictions.atMost(values, GRACE, DEADLINE, "deadline", faults));

  static final Key<NodeSettings, NodeName> NAME =
      Key.computed(
          "name",
          Leaves.name(NodeName::new),
          NodeSettings::name,
          "the host name",
          "the node's identity in the cluster");
  static final Key<NodeSettings, Path> STATE_DIR =
      Key.computed(
          "state-dir",
          path("a path"),
          NodeSettings::stateDir,
          "./state/NAME",
          "folder of this node's state, relative to this file");
  static final Key<NodeSettings, HostPort> MEMBER =
      Key.of(
          "member",
          Leaves.address(1),
          NodeSettings::member,
          new HostPort("127.0.0.1", 5701),
          "address of the store; never moves to another port");
  static final Key<NodeSettings, HostPort> WATCH =
      Key.computed(
          "watch",
          Leaves.address(0),
          NodeSettings::watch,
          "host of member, port 0",
          "address of the watch; port 0: a free one, announced");
  static final Key<NodeSettings, HostPort> EVENT_BUS =
      Key.computed(
          "event-bus",
          Leaves.address(0),
          NodeSettings::eventBus,
          "host of member, port 0",
          "address of the event bus; port 0: a free one, announced");
  static final Key<NodeSettings, Admin> NODE_ADMIN =
      Key.group("admin", ADMIN, NodeSettings::admin, "the admin API");
  static final Key<NodeSettings, HostPort> PROBE =
      Key.of(
          "probe",
          Leaves.orNone(Leaves.address(0)),
          NodeSettings::probe,
          null,
          "address that serves health and metrics alone, without a token");
  static final Key<NodeSettings, Map<ListenerName, HostPort>> LISTENERS =
      Key.of(
          "listeners",
          new Naming<>(Leaves.name(ListenerName::new), Leaves.address(1), 256),
          NodeSettings::listeners,
          Map.of(),
          "this node's address for a listener, instead of its bind");
  static final Key<NodeSettings, Map<PoolName, List<String>>> SOURCE_ADDRESSES =
      Key.of(
          "source-addresses",
          new Naming<>(Leaves.name(PoolName::new), new Listing<>(Leaves.ip(), 1, 1024, true), 256),
          NodeSettings::sourceAddresses,
          Map.of(),
          "this node's addresses towards a pool");
  static final Key<NodeSettings, Integer> MAX_SESSIONS =
      Key.computed(
          "max-sessions",
          Leaves.whole(1, 10_000_000),
          NodeSettings::maxSessions,
          "(open files - 512) / 2",
          "sessions that this node holds at most");
  static final Key<NodeSettings, AccessLog> NODE_ACCESS_LOG =
      Key.group("access-log", ACCESS_LOG, NodeSettings::accessLog, "one line per session");
  static final Key<NodeSettings, Shutdown> NODE_SHUTDOWN =
      Key.group("shutdown", SHUTDOWN, NodeSettings::shutdown, "what SIGTERM does");

  static final Group<NodeSettings> NODE =
      new Group<>(
          List.of(
              NAME,
              STATE_DIR,
              MEMBER,
              WATCH,
              EVENT_BUS,
              NODE_ADMIN,
              PROBE,
              LISTENERS,
              SOURCE_ADDRESSES,
              MAX_SESSIONS,
              NODE_ACCESS_LOG,
              NODE_SHUTDOWN),
          NodeKeys::settings,
          Contradictions::hostDefaults);

  private NodeKeys() {}

  /** How a line of the access log looks. */
  enum LogFormat {
    /** Words and numbers in their places. */
    TEXT,
    /** An object. */
    JSON
  }

  private static Leaf<Path> path(String rule) {
    Leaf<String> text = Leaves.path(rule);
    return new Leaf<>(
        rule, text.schema(), scalar -> Path.of(text.parse().apply(scalar)), Path::toString, false);
  }

  private static NodeSettings settings(Values values) {
    NodeName name = values.find(NAME).orElseGet(() -> new NodeName(values.reading().host().name()));
    HostPort member = values.get(MEMBER);
    HostPort free = new HostPort(member.host(), 0);
    return new NodeSettings(
        name,
        resolved(values, values.find(STATE_DIR).orElse(Path.of("state", name.value()))),
        member,
        values.find(WATCH).orElse(free),
        values.find(EVENT_BUS).orElse(free),
        values.get(NODE_ADMIN),
        values.get(PROBE),
        values.get(LISTENERS),
        values.get(SOURCE_ADDRESSES),
        values.find(MAX_SESSIONS).orElse(values.reading().host().maxSessions()),
        values.get(NODE_ACCESS_LOG),
        values.get(NODE_SHUTDOWN));
  }

  private static String logTarget(Values values) {
    String to = values.get(LOG_TO);
    boolean word = to.equals("stdout") || to.equals("none");
    return word ? to : resolved(values, Path.of(to)).toString();
  }

  private static @Nullable Path resolved(Values values, @Nullable Path path) {
    return path == null ? null : values.reading().folder().resolve(path).normalize();
  }
}
