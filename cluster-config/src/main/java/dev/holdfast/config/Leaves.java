package dev.holdfast.config;

import dev.holdfast.words.HostPort;
import dev.holdfast.words.Name;
import dev.holdfast.words.Source;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The shapes of single values. */
final class Leaves {
  /** The greatest limit: what the ledger can count. */
  static final long MOST_SESSIONS = 1_000_000_000L;

  private static final String RATE = "([1-9][0-9]{0,9})/s";

  private Leaves() {}

  /** A whole number. */
  static Leaf<Integer> whole(int min, int max) {
    Map<String, Object> schema = schema("integer");
    schema.put("minimum", min);
    schema.put("maximum", max);
    return new Leaf<>(
        "a whole number, " + min + " to " + max,
        schema,
        scalar -> (int) number(scalar, min, max),
        value -> value,
        false);
  }

  /** A limit of sessions, or none. */
  static Leaf<Long> limit() {
    Map<String, Object> schema = schema("integer");
    schema.put("minimum", 1);
    schema.put("maximum", MOST_SESSIONS);
    return orNone(
        new Leaf<>(
            "a whole number, 1 to " + MOST_SESSIONS,
            schema,
            scalar -> number(scalar, 1, MOST_SESSIONS),
            value -> value,
            false));
  }

  /** A number of bytes. */
  static Leaf<Long> bytes(long min, long max) {
    Map<String, Object> schema = schema("integer");
    schema.put("minimum", min);
    schema.put("maximum", max);
    return new Leaf<>(
        "a whole number of bytes, " + min + " to " + max,
        schema,
        scalar -> number(scalar, min, max),
        value -> value,
        false);
  }

  /** A rate a second, or none. */
  static Leaf<Long> rate() {
    Pattern shape = Pattern.compile(RATE);
    return orNone(
        new Leaf<>(
            "N/s, N from 1 to " + MOST_SESSIONS,
            pattern(RATE),
            scalar -> {
              var matcher = shape.matcher(text(scalar));
              check(matcher.matches());
              long value = Long.parseLong(matcher.group(1));
              check(value <= MOST_SESSIONS);
              return value;
            },
            value -> value + "/s",
            false));
  }

  /** A duration. */
  static Leaf<Duration> duration(Duration min, Duration max) {
    return new Leaf<>(
        "a duration as 250ms, 5s, 30m, 1h; " + Durations.text(min) + " to " + Durations.text(max),
        pattern(Durations.PATTERN),
        scalar -> {
          Duration value = Durations.parse(text(scalar));
          check(value.compareTo(min) >= 0 && value.compareTo(max) <= 0);
          return value;
        },
        Durations::text,
        false);
  }

  /** The same value, or none. */
  static <T> Leaf<T> orNone(Leaf<T> leaf) {
    Map<String, Object> none = new LinkedHashMap<>();
    none.put("enum", Arrays.asList("none", null));
    return new Leaf<>(
        "none, or " + leaf.rule(),
        Map.of("anyOf", List.of(leaf.schema(), none)),
        leaf.parse(),
        leaf.write(),
        true);
  }

  /** A name. */
  static <T> Leaf<T> name(Function<String, T> make) {
    return new Leaf<>(
        Name.RULE,
        pattern(Name.PATTERN),
        scalar -> make.apply(text(scalar)),
        String::valueOf,
        false);
  }

  /** An address to listen on or to connect to. */
  static Leaf<HostPort> address(int minPort) {
    return new Leaf<>(
        "HOST:PORT, port " + minPort + " to 65535",
        pattern("(\\[[0-9A-Fa-f:.%]+\\]|[A-Za-z0-9._-]+):[0-9]{1,5}"),
        scalar -> {
          HostPort address = HostPort.parse(text(scalar));
          hostText(address.host());
          check(address.port() >= minPort);
          return address;
        },
        HostPort::toString,
        false);
  }

  /** A host without a port. */
  static Leaf<String> host() {
    return new Leaf<>(
        "a host name or an IP address",
        pattern("[A-Za-z0-9:._%-]{1,253}"),
        scalar -> hostText(text(scalar)),
        value -> value,
        false);
  }

  /** A literal address. */
  static Leaf<String> ip() {
    return new Leaf<>(
        "an IP address",
        schema("string"),
        scalar -> Source.parse(text(scalar)).toString(),
        value -> value,
        false);
  }

  /** A network. */
  static Leaf<Cidr> network() {
    return new Leaf<>(
        "ADDRESS/PREFIX, no bit set beyond the prefix",
        schema("string"),
        scalar -> Cidr.parse(text(scalar)),
        Cidr::toString,
        false);
  }

  /** A text on however many lines. */
  static Leaf<String> text(int maxBytes) {
    Map<String, Object> schema = schema("string");
    schema.put("minLength", 1);
    schema.put("maxLength", maxBytes);
    return new Leaf<>(
        "a text of 1 to " + maxBytes + " bytes",
        schema,
        scalar -> {
          String text = text(scalar);
          int bytes = text.getBytes(StandardCharsets.UTF_8).length;
          check(bytes > 0 && bytes <= maxBytes);
          return text;
        },
        value -> value,
        false);
  }

  /** A text of a shape. */
  static Leaf<String> shaped(String rule, String pattern) {
    return new Leaf<>(
        rule, pattern(pattern), scalar -> matching(scalar, pattern), value -> value, false);
  }

  /**
   * The text of a scalar.
   *
   * @throws IllegalArgumentException if it does not match as a whole
   */
  static String matching(Tree.Scalar scalar, String pattern) {
    String text = text(scalar);
    check(text.matches(pattern));
    return text;
  }

  /** A path that means the same whatever the folder. */
  static Leaf<String> absolutePath() {
    Leaf<String> path = path("an absolute path");
    return new Leaf<>(
        path.rule(),
        path.schema(),
        scalar -> {
          String text = path.parse().apply(scalar);
          check(Path.of(text).isAbsolute());
          return text;
        },
        path.write(),
        false);
  }

  /** A path, or a word that stands for none. */
  static Leaf<String> path(String rule) {
    return new Leaf<>(
        rule,
        pattern("[^\\u0000]{1,4096}"),
        scalar -> {
          String text = text(scalar);
          check(!text.isBlank() && text.length() <= 4096 && text.indexOf(0) < 0);
          return text;
        },
        value -> value,
        false);
  }

  /** Yes or no. */
  static Leaf<Boolean> flag() {
    return new Leaf<>(
        "true or false",
        schema("boolean"),
        scalar -> {
          check(scalar.kind() == Tree.Kind.OTHER);
          check(scalar.text().equals("true") || scalar.text().equals("false"));
          return Boolean.valueOf(scalar.text());
        },
        value -> value,
        false);
  }

  /** One of a few words. */
  static <E extends Enum<E>> Leaf<E> choice(Class<E> type) {
    List<String> words = Arrays.stream(type.getEnumConstants()).map(Leaves::word).toList();
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("enum", words);
    return new Leaf<>(
        words.size() == 2 ? String.join(" or ", words) : "one of " + String.join(", ", words),
        schema,
        scalar -> {
          int index = words.indexOf(text(scalar));
          check(index >= 0);
          return type.getEnumConstants()[index];
        },
        Leaves::word,
        false);
  }

  /** How a constant is written. */
  static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String hostText(String host) {
    HostPort checked = new HostPort(host, 0);
    if (host.matches("[0-9.]+") || host.contains(":")) {
      Source.parse(host);
    }
    return checked.host();
  }

  private static String text(Tree.Scalar scalar) {
    check(scalar.kind() == Tree.Kind.TEXT || scalar.plain());
    return scalar.text();
  }

  private static long number(Tree.Scalar scalar, long min, long max) {
    check(scalar.kind() == Tree.Kind.NUMBER);
    long value = Long.parseLong(scalar.text());
    check(value >= min && value <= max);
    return value;
  }

  private static void check(boolean good) {
    if (!good) {
      throw new IllegalArgumentException("breaks the rule");
    }
  }

  private static Map<String, Object> schema(String type) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", type);
    return schema;
  }

  private static Map<String, Object> pattern(String pattern) {
    Map<String, Object> schema = schema("string");
    schema.put("pattern", "^" + pattern + "$");
    return schema;
  }
}
