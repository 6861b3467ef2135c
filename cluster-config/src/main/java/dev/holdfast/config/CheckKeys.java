package dev.holdfast.config;

import dev.holdfast.config.Check.Codes;
import dev.holdfast.config.Check.Initial;
import dev.holdfast.config.Check.Step;
import dev.holdfast.config.Check.Type;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The keys of a pool's check, and of what differs for one server. */
final class CheckKeys {
  private static final Duration SHORT = Duration.ofMillis(10);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final String CODE = "[1-5][0-9]{2}";

  static final Key<Check, Type> TYPE =
      Key.of(
          "type",
          Leaves.choice(Type.class),
          Check::type,
          Type.TCP,
          "what a check does; none: the servers are always UP");
  static final Key<Check, Duration> INTERVAL =
      Key.of(
          "interval",
          Leaves.duration(Duration.ofMillis(50), HOUR),
          check -> check.timing().interval(),
          Duration.ofSeconds(2),
          "from the start of one check to the next, give or take a tenth");
  static final Key<Check, Duration> FAST_INTERVAL =
      Key.computed(
          "fast-interval",
          Leaves.duration(SHORT, HOUR),
          check -> check.timing().fastInterval(),
          "a quarter of the interval",
          "the interval after a failure, until the server is decided to be UP or DOWN");
  static final Key<Check, Duration> TIMEOUT =
      Key.of(
          "timeout",
          Leaves.duration(SHORT, HOUR),
          check -> check.timing().timeout(),
          Duration.ofSeconds(1),
          "of one check; at most the interval");
  static final Key<Check, Integer> RISE =
      Key.of(
          "rise",
          Leaves.whole(1, 1000),
          check -> check.verdict().rise(),
          2,
          "good checks in a row until UP");
  static final Key<Check, Integer> FALL =
      Key.of(
          "fall",
          Leaves.whole(1, 1000),
          check -> check.verdict().fall(),
          3,
          "bad checks in a row until DOWN");
  static final Key<Check, Initial> INITIAL =
      Key.of(
          "initial",
          Leaves.choice(Initial.class),
          check -> check.verdict().initial(),
          Initial.CHECKED,
          "what a server counts as that is added or comes back from MAINT: up, down until rise"
              + " checks were good, or checked: its first check decides");
  static final Key<Check, Integer> ERROR_LIMIT =
      Key.of(
          "error-limit",
          Leaves.orNone(Leaves.whole(1, 1000)),
          check -> check.passive().errorLimit(),
          10,
          "sessions in a row that failed at a server until this node counts it DOWN");
  static final Key<Check, Duration> EARLY_CLOSE =
      Key.of(
          "early-close",
          Leaves.orNone(Leaves.duration(SHORT, Duration.ofMinutes(1))),
          check -> check.passive().earlyClose(),
          null,
          "a session that the server ends within this time without having sent a byte has failed;"
              + " none: only failed connections count");
  static final Key<Check, Integer> PORT =
      Key.of(
          "port",
          Leaves.orNone(Leaves.whole(1, 65535)),
          Check::port,
          null,
          "the port that is checked; none: the first of each server");
  static final Key<Check, String> CA_FILE =
      Key.of(
          "ca-file",
          Leaves.orNone(Leaves.absolutePath()),
          check -> check.tls().caFile(),
          null,
          "PEM certificates on each node, one of which must have signed the server's; none: any"
              + " certificate is good");
  static final Key<Check, String> SERVER_NAME =
      Key.of(
          "server-name",
          Leaves.orNone(Leaves.host()),
          check -> check.tls().serverName(),
          null,
          "the name to ask for by SNI, which the certificate must have if there is a ca-file; none:"
              + " the server's host");
  static final Key<Check, String> METHOD =
      Key.of(
          "method",
          Leaves.shaped("an HTTP method in capitals", "[A-Z]{1,16}"),
          check -> check.http().method(),
          "GET",
          "of the request");
  static final Key<Check, String> PATH =
      Key.of(
          "path",
          Leaves.shaped("a path that begins with /, without spaces", "/[!-~]{0,1023}"),
          check -> check.http().path(),
          "/",
          "of the request");
  static final Key<Check, String> HOST_HEADER =
      Key.of(
          "host-header",
          Leaves.orNone(
              Leaves.shaped("a host with or without a port", "[A-Za-z0-9._:\\[\\]-]{1,255}")),
          check -> check.http().host(),
          null,
          "the Host of the request; none: the server's host");
  static final Key<Check, List<Codes>> STATUS =
      Key.of(
          "status",
          new Listing<>(codes(), 1, 16, true),
          check -> check.http().status(),
          List.of(new Codes(200, 399)),
          "status codes that are good");
  static final Key<Check, String> BODY =
      Key.of(
          "body",
          Leaves.orNone(Leaves.text(1024)),
          check -> check.http().body(),
          null,
          "a text that the first 64 KiB of the answer must contain");
  static final Key<Check, List<Step>> STEPS =
      Key.of(
          "steps",
          new Listing<>(new CheckStep(), 0, 32, false),
          Check::steps,
          List.of(),
          "what is sent and waited for, in this order; 16 KiB are read at most");

  static final Group<Check> CHECK =
      new Group<>(
          List.of(
              TYPE,
              INTERVAL,
              FAST_INTERVAL,
              TIMEOUT,
              RISE,
              FALL,
              INITIAL,
              ERROR_LIMIT,
              EARLY_CLOSE,
              PORT,
              CA_FILE,
              SERVER_NAME,
              METHOD,
              PATH,
              HOST_HEADER,
              STATUS,
              BODY,
              STEPS),
          CheckKeys::check,
          CheckKeys::agree);

  static final Key<ServerConfig.CheckAt, String> AT_HOST =
      Key.of(
          "host",
          Leaves.orNone(Leaves.host()),
          ServerConfig.CheckAt::host,
          null,
          "where this server is checked; none: at its host");
  static final Key<ServerConfig.CheckAt, Integer> AT_PORT =
      Key.of(
          "port",
          Leaves.orNone(Leaves.whole(1, 65535)),
          ServerConfig.CheckAt::port,
          null,
          "where this server is checked; none: at the port of the pool's check, or its first");

  static final Group<ServerConfig.CheckAt> AT =
      new Group<>(
          List.of(AT_HOST, AT_PORT),
          values -> new ServerConfig.CheckAt(values.get(AT_HOST), values.get(AT_PORT)));

  private CheckKeys() {}

  private static Leaf<Codes> codes() {
    String pattern = CODE + "(-" + CODE + ")?";
    return new Leaf<>(
        "CODE or FROM-TO, 100 to 599",
        new TreeMap<>(Map.of("type", List.of("string", "integer"), "pattern", "^" + pattern + "$")),
        scalar -> {
          String[] ends =
              scalar.kind() == Tree.Kind.NUMBER && scalar.text().matches(CODE)
                  ? new String[] {scalar.text()}
                  : Leaves.matching(scalar, pattern).split("-", -1);
          Codes codes =
              new Codes(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
          if (codes.from() > codes.to()) {
            throw new IllegalArgumentException("from above to");
          }
          return codes;
        },
        Codes::toString,
        false);
  }

  private static Check check(Values values) {
    Duration interval = values.get(INTERVAL);
    return new Check(
        values.get(TYPE),
        new Check.Timing(
            interval,
            values.find(FAST_INTERVAL).orElse(Check.Timing.fast(interval)),
            values.get(TIMEOUT)),
        new Check.Verdict(values.get(RISE), values.get(FALL), values.get(INITIAL)),
        new Check.Passive(values.get(ERROR_LIMIT), values.get(EARLY_CLOSE)),
        values.get(PORT),
        new Check.Tls(values.get(CA_FILE), values.get(SERVER_NAME)),
        new Check.Http(
            values.get(METHOD),
            values.get(PATH),
            values.get(HOST_HEADER),
            values.get(STATUS),
            values.get(BODY)),
        values.get(STEPS));
  }

  private static void agree(Values values, Faults faults) {
    Contradictions.atMost(values, TIMEOUT, INTERVAL, "interval", faults);
    Contradictions.atMost(values, FAST_INTERVAL, INTERVAL, "interval", faults);
    Type type = values.find(TYPE).orElse(null);
    if (type == null) {
      return;
    }
    only(values, List.of(CA_FILE, SERVER_NAME), type, Type::usesTls, faults);
    only(values, List.of(METHOD, PATH, HOST_HEADER, STATUS, BODY), type, Type::usesHttp, faults);
    only(values, List.of(STEPS), type, Type::usesSteps, faults);
    if (type == Type.SEND_EXPECT && !values.faulty(STEPS) && values.items(STEPS).isEmpty()) {
      values.slot(STEPS).ifPresent(slot -> faults.add(slot, "at least one step"));
    }
    values
        .slot(BODY)
        .filter(slot -> slot.raw() != null)
        .filter(slot -> values.find(METHOD).filter("HEAD"::equals).isPresent())
        .ifPresent(slot -> faults.add(slot, "none; an answer to HEAD has no body"));
    values
        .slot(EARLY_CLOSE)
        .filter(slot -> slot.raw() != null)
        .filter(slot -> values.slot(ERROR_LIMIT).filter(limit -> limit.raw() == null).isPresent())
        .ifPresent(slot -> faults.add(slot, "none without an error-limit"));
  }

  /** Keys that only some types of checks have a use for. */
  private static void only(
      Values values, List<Key<Check, ?>> keys, Type type, Predicate<Type> uses, Faults faults) {
    if (uses.test(type)) {
      return;
    }
    List<String> users = Arrays.stream(Type.values()).filter(uses).map(Leaves::word).toList();
    for (Key<Check, ?> key : keys) {
      values
          .slot(key)
          .filter(slot -> differs(key, slot))
          .ifPresent(slot -> faults.add(slot, "only with type " + String.join(" or ", users)));
    }
  }

  /** JSON says every key: one that says the default says nothing. */
  private static <T> boolean differs(Key<Check, T> key, Slot slot) {
    @Nullable T value = slot.raw() == null ? null : key.shape().make(slot.raw());
    return !Objects.equals(value, key.standard());
  }
}
