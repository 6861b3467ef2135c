package dev.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every key of the schema, each wrong once. */
class SchemaTest {
  /** A valid value for every key of the schema; a list stands for one item of it. */
  private static final Map<String, String> GOOD =
      Map.ofEntries(
          Map.entry("node.name", "gw-1"),
          Map.entry("node.state-dir", "state"),
          Map.entry("node.member", "127.0.0.1:5701"),
          Map.entry("node.watch", "127.0.0.1:5801"),
          Map.entry("node.event-bus", "127.0.0.1:5901"),
          Map.entry("node.admin.bind", "127.0.0.1:8081"),
          Map.entry("node.admin.tokens-file", "tokens.yaml"),
          Map.entry("node.admin.tls.certificate", "c.pem"),
          Map.entry("node.admin.tls.key", "k.pem"),
          Map.entry("node.probe", "127.0.0.1:8082"),
          Map.entry("node.listeners", "{chat: \"127.0.0.1:7001\"}"),
          Map.entry("node.source-addresses", "{chat: [127.0.0.9]}"),
          Map.entry("node.max-sessions", "100"),
          Map.entry("node.access-log.to", "access.log"),
          Map.entry("node.access-log.format", "json"),
          Map.entry("node.access-log.interval", "1h"),
          Map.entry("node.access-log.rotate.bytes", "100000000"),
          Map.entry("node.access-log.rotate.age", "24h"),
          Map.entry("node.access-log.rotate.keep", "7"),
          Map.entry("node.shutdown.grace", "1s"),
          Map.entry("node.shutdown.deadline", "2s"),
          Map.entry("cluster.name", "c"),
          Map.entry("cluster.join", "[\"127.0.0.1:5701\"]"),
          Map.entry("cluster.expected-nodes", "3"),
          Map.entry("cluster.on-partition", "strict"),
          Map.entry("cluster.lease", "5s"),
          Map.entry("limits.sessions", "100"),
          Map.entry("listeners[0].name", "chat"),
          Map.entry("listeners[0].bind", "0.0.0.0:7000"),
          Map.entry("listeners[0].pool", "chat"),
          Map.entry("listeners[0].limits.sessions", "10"),
          Map.entry("listeners[0].limits.sessions-per-source", "10"),
          Map.entry("listeners[0].limits.new-sessions-per-source", "20/s"),
          Map.entry("listeners[0].limits.per-source.ipv4-prefix", "24"),
          Map.entry("listeners[0].limits.per-source.ipv6-prefix", "56"),
          Map.entry("listeners[0].limits.new-sessions", "500/s"),
          Map.entry("pools[0].limits.queue", "10"),
          Map.entry("pools[0].limits.queue-timeout", "none"),
          Map.entry("pools[0].servers[0].limits.new-sessions", "50/s"),
          Map.entry("listeners[0].limits.queue", "0"),
          Map.entry("listeners[0].limits.queue-timeout", "250ms"),
          Map.entry("listeners[0].allow", "[10.0.0.0/8]"),
          Map.entry("listeners[0].deny", "[10.1.0.0/16]"),
          Map.entry("listeners[0].proxy-protocol-from", "[10.2.0.0/16]"),
          Map.entry("listeners[0].refuse-with", "close"),
          Map.entry("listeners[0].timeouts.header", "2s"),
          Map.entry("listeners[0].backlog", "128"),
          Map.entry("listeners[0].socket.keepalive", "none"),
          Map.entry("listeners[0].socket.keepalive-interval", "10s"),
          Map.entry("listeners[0].socket.keepalive-probes", "3"),
          Map.entry("listeners[0].socket.user-timeout", "30s"),
          Map.entry("listeners[0].socket.nodelay", "false"),
          Map.entry("listeners[0].socket.receive-buffer-bytes", "65536"),
          Map.entry("listeners[0].socket.send-buffer-bytes", "none"),
          Map.entry("pools[0].socket.keepalive", "none"),
          Map.entry("pools[0].socket.keepalive-interval", "10s"),
          Map.entry("pools[0].socket.keepalive-probes", "3"),
          Map.entry("pools[0].socket.user-timeout", "30s"),
          Map.entry("pools[0].socket.nodelay", "false"),
          Map.entry("pools[0].socket.receive-buffer-bytes", "65536"),
          Map.entry("pools[0].socket.send-buffer-bytes", "none"),
          Map.entry("pools[0].timeouts.client-idle", "1h"),
          Map.entry("pools[0].timeouts.server-idle", "1h"),
          Map.entry("pools[0].timeouts.max-age", "24h"),
          Map.entry("pools[0].timeouts.max-age-jitter-percent", "20"),
          Map.entry("pools[0].name", "chat"),
          Map.entry("pools[0].affinity.ipv4-prefix", "24"),
          Map.entry("pools[0].affinity.ipv6-prefix", "56"),
          Map.entry("pools[0].affinity.ttl", "1h"),
          Map.entry("pools[0].overflow", "spill"),
          Map.entry("pools[0].send-proxy-protocol", "v2"),
          Map.entry("pools[0].check.type", "https"),
          Map.entry("pools[0].check.interval", "2s"),
          Map.entry("pools[0].check.fast-interval", "100ms"),
          Map.entry("pools[0].check.timeout", "2s"),
          Map.entry("pools[0].check.rise", "1"),
          Map.entry("pools[0].check.fall", "1"),
          Map.entry("pools[0].check.initial", "down"),
          Map.entry("pools[0].check.error-limit", "5"),
          Map.entry("pools[0].check.early-close", "1s"),
          Map.entry("pools[0].check.port", "9000"),
          Map.entry("pools[0].check.ca-file", "/etc/holdfast/ca.pem"),
          Map.entry("pools[0].check.server-name", "app.internal"),
          Map.entry("pools[0].check.method", "POST"),
          Map.entry("pools[0].check.path", "/healthz"),
          Map.entry("pools[0].check.host-header", "app.internal:8080"),
          Map.entry("pools[0].check.status", "[204, 300-399]"),
          Map.entry("pools[0].check.body", "ok"),
          Map.entry("pools[0].check.steps", "[]"),
          Map.entry("pools[0].timeouts.connect", "1s"),
          Map.entry("pools[0].timeouts.idle", "none"),
          Map.entry("pools[0].timeouts.half-closed", "none"),
          Map.entry("pools[0].limits.sessions", "none"),
          Map.entry("pools[0].on-down", "close"),
          Map.entry("pools[0].on-down-pace", "none"),
          Map.entry("pools[0].connect-attempts", "2"),
          Map.entry("pools[0].servers[0].name", "app-1"),
          Map.entry("pools[0].servers[0].host", "app-1.internal"),
          Map.entry("pools[0].servers[0].ports", "[9001]"),
          Map.entry("pools[0].servers[0].weight", "0"),
          Map.entry("pools[0].servers[0].limits.sessions", "7"),
          Map.entry("pools[0].servers[0].check.host", "127.0.0.1"),
          Map.entry("pools[0].servers[0].check.port", "none"));

  /** Wrong values by the rule of the shape: each is wrong for every key that has the rule. */
  private static List<String> wrong(Shape<?> shape) {
    String rule = shape.rule();
    List<String> all = new ArrayList<>(List.of("[[1]]"));
    if (shape instanceof Leaf<?> leaf) {
      all.add("{a: 1}");
      all.add("\"\"");
      if (!leaf.canBeNone()) {
        all.add("null");
      }
      if (rule.contains("whole number")) {
        all.addAll(List.of("-1", "1.5", "many", "\"5\"", "99999999999999999999", "0x10"));
      } else if (rule.contains("duration")) {
        all.addAll(List.of("5", "5 s", "-1s", "1d", "9999h", "1.5s"));
      } else if (rule.contains("N/s")) {
        all.addAll(List.of("5", "0/s", "5/m", "-1/s"));
      } else if (rule.contains("HOST:PORT")) {
        all.addAll(List.of("7000", "a:b", "127.0.0.1:70000", "1.2.3:80", "::1:80", "a b:1"));
      } else if (rule.contains("1-63")) {
        all.addAll(List.of("a b", "-a", "a/b", "x".repeat(64)));
      } else if (!rule.contains("path") && !rule.contains("text")) {
        all.addAll(List.of("sometimes?", "a b"));
      }
    } else {
      all.add("17.5?");
    }
    return all;
  }

  private static Map<String, Shape<?>> keys(Group<?> group, String prefix) {
    Map<String, Shape<?>> all = new LinkedHashMap<>();
    for (Key<?, ?> key : group.keys()) {
      String path = prefix + key.name();
      all.put(path, key.shape());
      if (key.shape() instanceof Group<?> inner) {
        all.putAll(keys(inner, path + "."));
      } else if (key.shape() instanceof Listing<?> list && list.item() instanceof Group<?> inner) {
        all.putAll(keys(inner, path + "[0]."));
      }
    }
    return all;
  }

  /** The text with one key a line, and where the value of a path stands. */
  private static String text(String path, String value, int[] place) {
    Map<String, Object> root = new LinkedHashMap<>();
    for (Map.Entry<String, Shape<?>> key : keys(Schema.DOCUMENT, "").entrySet()) {
      boolean inside =
          !path.isEmpty()
              && (key.getKey().startsWith(path + ".") || key.getKey().startsWith(path + "["));
      if (key.getKey().equals(path)) {
        put(root, key.getKey(), value);
      } else if (!inside && GOOD.containsKey(key.getKey())) {
        put(root, key.getKey(), GOOD.get(key.getKey()));
      }
    }
    StringBuilder text = new StringBuilder();
    write(root, "", "", path, text, place);
    return text.toString();
  }

  @SuppressWarnings("unchecked")
  private static void put(Map<String, Object> root, String path, String value) {
    Map<String, Object> at = root;
    String[] parts = path.split("\\.");
    for (int i = 0; i < parts.length - 1; i++) {
      at = (Map<String, Object>) at.computeIfAbsent(parts[i], part -> new LinkedHashMap<>());
    }
    at.put(parts[parts.length - 1], value);
  }

  @SuppressWarnings("unchecked")
  private static void write(
      Map<String, Object> map,
      String indent,
      String prefix,
      String target,
      StringBuilder text,
      int[] place) {
    for (Map.Entry<String, Object> entry : map.entrySet()) {
      boolean list = entry.getKey().endsWith("[0]");
      String name = list ? entry.getKey().replace("[0]", "") : entry.getKey();
      text.append(indent).append(name).append(": ");
      if ((prefix + entry.getKey()).equals(target)) {
        place[0] = (int) text.chars().filter(c -> c == '\n').count() + 1;
        place[1] = text.length() - text.lastIndexOf("\n");
      }
      if (entry.getValue() instanceof String value) {
        text.append(value).append('\n');
      } else {
        text.append(list ? "\n" + indent + " -\n" : "\n");
        write(
            (Map<String, Object>) entry.getValue(),
            indent + (list ? "   " : "  "),
            prefix + entry.getKey() + ".",
            target,
            text,
            place);
      }
    }
  }

  static Stream<String> everyKeyWithEveryWrongValue() {
    List<String> rows = new ArrayList<>();
    keys(Schema.DOCUMENT, "")
        .forEach((path, shape) -> wrong(shape).forEach(value -> rows.add(path + " = " + value)));
    return rows.stream();
  }

  @ParameterizedTest
  @MethodSource("everyKeyWithEveryWrongValue")
  void aWrongValueIsOneFaultAtItsPlace(String row) {
    String path = row.substring(0, row.indexOf(" = "));
    int[] place = new int[2];
    String text = text(path, row.substring(row.indexOf(" = ") + 3), place);
    List<Fault> faults = ConfigFileTest.parse(text).found();
    assertThat(faults).as(text).hasSize(1);
    Fault fault = faults.get(0);
    assertThat(fault.key()).startsWith(path);
    assertThat(fault.line()).as(fault + "\n" + text).isEqualTo(place[0]);
    assertThat(fault.column()).as(fault + "\n" + text).isBetween(place[1], place[1] + 1);
  }

  @Test
  void theTableHasEveryKey() {
    Set<String> leaves = new TreeSet<>();
    keys(Schema.DOCUMENT, "")
        .forEach(
            (path, shape) -> {
              boolean groups =
                  shape instanceof Group<?>
                      || (shape instanceof Listing<?> list && list.item() instanceof Group<?>);
              if (!groups) {
                leaves.add(path);
              }
            });
    assertThat(GOOD.keySet()).containsExactlyInAnyOrderElementsOf(leaves);
    assertThat(ConfigFileTest.parse(text("", "", new int[2])).found()).isEmpty();
  }

  @Test
  void aFileWithEveryKeyIsReadWithoutAWarning() {
    Checked<Settings> checked = ConfigFileTest.parse(text("", "", new int[2]));
    assertThat(((Checked.Good<Settings>) checked).warnings()).isEmpty();
  }

  @Test
  void thePublishedSchemaIsTheOneOfTheCode() throws IOException {
    try (InputStream in = JsonSchema.class.getResourceAsStream("/holdfast.schema.json")) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .as("write JsonSchema.text() to src/main/resources/holdfast.schema.json")
          .isEqualTo(JsonSchema.text());
    }
    assertThat(new JsonMapper().readTree(JsonSchema.text()).at("/properties/node/properties"))
        .hasSize(NodeKeys.NODE.keys().size());
  }
}
