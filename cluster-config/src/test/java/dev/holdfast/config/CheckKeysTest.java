package dev.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.config.Check.Codes;
import dev.holdfast.config.Check.Step;
import dev.holdfast.words.ServerName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Health checks as operators write them. */
class CheckKeysTest {
  private static Check check(String text) {
    return pool("check: " + text).check();
  }

  private static PoolConfig pool(String line) {
    return ConfigFileTest.parse(ConfigFileTest.MINIMAL + "    " + line + "\n")
        .orThrow()
        .shared()
        .pools()
        .get(0);
  }

  private static List<String> faults(String text) {
    return ConfigFileTest.parse(ConfigFileTest.MINIMAL + "    check: " + text + "\n")
        .found()
        .stream()
        .map(fault -> fault.key().replace("pools[0].check.", "") + ": " + fault.rule())
        .toList();
  }

  @Test
  void stepsAreTextHexOrExpressions() {
    Check redis =
        check(
            """
            { type: send-expect, steps: [
                  { send: "PING\\r\\n" }, { expect: +PONG },
                  { send-hex: "51 0d0A" }, { expect-hex: 2b }, { expect-regex: "^[+]OK" } ] }""");
    assertThat(redis.type()).isEqualTo(Check.Type.SEND_EXPECT);
    assertThat(redis.steps())
        .containsExactly(
            new Step(Step.Kind.SEND, "PING\r\n"),
            new Step(Step.Kind.EXPECT, "+PONG"),
            new Step(Step.Kind.SEND_HEX, "51 0d0A"),
            new Step(Step.Kind.EXPECT_HEX, "2b"),
            new Step(Step.Kind.EXPECT_REGEX, "^[+]OK"));
    assertThat(redis.steps().get(2).bytes()).containsExactly(0x51, 0x0d, 0x0a);
    assertThat(redis.steps().get(1).bytes()).isEqualTo("+PONG".getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void anHttpCheckAsksForAPath() {
    Check http =
        check(
            "{ type: https, path: \"/healthz?full=1\", method: POST, host-header: \"app:8080\","
                + " status: [204, 300-399], body: fine, ca-file: /ca.pem, server-name: app }");
    assertThat(http.http())
        .isEqualTo(
            new Check.Http(
                "POST",
                "/healthz?full=1",
                "app:8080",
                List.of(new Codes(204, 204), new Codes(300, 399)),
                "fine"));
    assertThat(http.tls()).isEqualTo(new Check.Tls("/ca.pem", "app"));
    assertThat(http.http().accepts(204)).isTrue();
    assertThat(http.http().accepts(205)).isFalse();
    assertThat(check("{ type: http, status: 200 }").http().status())
        .containsExactly(new Codes(200, 200));
  }

  @Test
  void theFastIntervalIsAQuarterUnlessGiven() {
    assertThat(check("{}").timing())
        .isEqualTo(
            new Check.Timing(Duration.ofSeconds(2), Duration.ofMillis(500), Duration.ofSeconds(1)));
    assertThat(check("{ interval: 10s, fast-interval: 1s }").timing().fastInterval())
        .isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void aServerMayBeCheckedElsewhere() {
    String text =
        ConfigFileTest.MINIMAL.replace(
            "ports: [9001]", "ports: [9001], check: { host: 10.0.0.9, port: 80 }");
    ServerConfig server =
        ConfigFileTest.parse(text).orThrow().shared().pools().get(0).servers().get(0);
    Check atPort = check("{ port: 8080 }");
    assertThat(server.checkHost()).isEqualTo("10.0.0.9");
    assertThat(server.checkPort(atPort)).isEqualTo(80);
    ServerConfig plain = new ServerConfig(new ServerName("a"), "h", List.of(1, 2), 100, null);
    assertThat(plain.checkHost()).isEqualTo("h");
    assertThat(plain.checkPort(atPort)).isEqualTo(8080);
    assertThat(plain.checkPort(Check.none())).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ path: /x }|path: only with type http or https",
        "{ type: tcp, steps: [{ send: x }] }|steps: only with type send-expect or tls",
        "{ type: http, ca-file: /ca }|ca-file: only with type tls or https",
        "{ type: send-expect }|steps: at least one step",
        "{ type: http, method: HEAD, body: x }|body: none; an answer to HEAD has no body",
        "{ early-close: 1s, error-limit: none }|early-close: none without an error-limit",
        "{ interval: 2s, fast-interval: 3s }|fast-interval: at most interval, 2s",
        "{ type: tls, ca-file: ca.pem }|ca-file: none, or an absolute path",
        "{ type: http, path: x }|path: a path that begins with /, without spaces",
        "{ type: http, status: [700] }|status[0]: CODE or FROM-TO, 100 to 599",
        "{ type: http, status: [300-200] }|status[0]: CODE or FROM-TO, 100 to 599",
        "{ type: tls, steps: [{ sent: x }] }|steps[0].sent: send",
        "{ type: tls, steps: [{ send: x, expect: y }] }"
            + "|steps[0]: one of send, send-hex, expect, expect-hex, expect-regex",
        "{ type: tls, steps: [{ send-hex: 5 }] }|steps[0].send-hex: pairs of hex digits, 1 to 4096",
        "{ type: tls, steps: [{ expect-regex: '(' }] }"
            + "|steps[0].expect-regex: a regular expression (RE2)",
        "{ type: tls, steps: [{ send: '' }] }|steps[0].send: a text of 1 to 4096 bytes"
      })
  void contradictionsAreFaults(String text, String fault) {
    assertThat(faults(text)).containsExactly(fault);
  }

  @Test
  void manyFaultsComeAtOnce() {
    assertThat(faults("{ type: tcp, path: /x, steps: [{ send: a }], rise: 0, timeout: 3s }"))
        .containsExactlyInAnyOrder(
            "path: only with type http or https",
            "steps: only with type send-expect or tls",
            "rise: a whole number, 1 to 1000",
            "timeout: at most interval, 2s");
  }

  @Test
  void onDownClosesAtAPace() {
    assertThat(pool("on-down: close").onDownPace()).isEqualTo(1000);
    assertThat(pool("on-down-pace: 20/s").onDownPace()).isEqualTo(20);
    assertThat(pool("on-down-pace: none").onDownPace()).isNull();
    assertThat(pool("connect-attempts: 1").connectAttempts()).isEqualTo(1);
  }
}
