package dev.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.holdfast.store.Rows;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.OnPartition;
import dev.holdfast.words.Overflow;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ConfigJsonTest {
  private static final ObjectMapper JSON = new JsonMapper();

  @Provide
  Arbitrary<SharedConfig> configs() {
    Arbitrary<Long> limit = Arbitraries.longs().between(1, 1_000_000_000L).injectNull(0.3);
    Arbitrary<Duration> time = Arbitraries.longs().between(3000, 3_600_000).map(Duration::ofMillis);
    Arbitrary<List<ServerConfig>> servers =
        Combinators.combine(Arbitraries.integers().between(1, 5), limit, limit)
            .as(
                (count, one, two) ->
                    IntStream.range(0, count)
                        .mapToObj(
                            i ->
                                new ServerConfig(
                                    new ServerName("s" + i),
                                    "h" + i,
                                    List.of(1 + i, 9000 + i),
                                    i * 100,
                                    i % 2 == 0 ? one : two,
                                    i % 2 == 0 ? two : null,
                                    new ServerConfig.CheckAt(
                                        i % 2 == 0 ? "c" : null, i % 3 == 0 ? 7 : null)))
                        .toList());
    return Combinators.combine(
            servers,
            limit,
            limit,
            time,
            time.injectNull(0.3),
            Arbitraries.of(Overflow.class),
            Arbitraries.of(OnPartition.class),
            Arbitraries.integers().between(0, 32))
        .as(
            (all, a, b, some, maybe, overflow, partition, number) -> {
              SocketConfig socket =
                  new SocketConfig(
                      maybe, some, number == 0 ? null : number, maybe, number % 2 == 0, 4096, null);
              return new SharedConfig(
                  number + 1,
                  partition,
                  some,
                  b,
                  List.of(
                      new ListenerConfig(
                          new ListenerName("l"),
                          List.of(new HostPort("::1", 1000 + number), HostPort.parse("h:1")),
                          new PoolName("p"),
                          new ListenerConfig.Limits(
                              a, b, b, new ListenerConfig.PerSource(number, 3), a, number, some),
                          List.of(Cidr.parse("10.0.0.0/8")),
                          List.of(Cidr.parse("fe80::/16")),
                          List.of(),
                          ListenerConfig.Refuse.CLOSE,
                          new ListenerConfig.Timeouts(Duration.ofMillis(30 + number)),
                          1 + number,
                          socket)),
                  List.of(
                      new PoolConfig(
                          new PoolName("p"),
                          new PoolConfig.Affinity(number, 128 - number, some),
                          overflow,
                          PoolConfig.ProxyProtocol.V1,
                          check(some, number, maybe),
                          new PoolConfig.Timeouts(
                              Duration.ofMillis(250), maybe, some, maybe, maybe, some, number),
                          a,
                          new PoolConfig.Queue(number, maybe),
                          PoolConfig.OnDown.LEAVE,
                          b,
                          1 + number % 16,
                          socket,
                          all)));
            });
  }

  /** Checks of every type, with what the type has a use for. */
  private static Check check(Duration some, int number, Duration maybe) {
    Check.Type type = Check.Type.values()[number % Check.Type.values().length];
    List<Check.Step> steps =
        List.of(
            new Check.Step(Check.Step.Kind.SEND, "PING\r\n"),
            new Check.Step(Check.Step.Kind.EXPECT_HEX, "2b 50"),
            new Check.Step(Check.Step.Kind.EXPECT_REGEX, "^[+]PO"));
    Check tcp = Check.tcp(some, some, 1 + number, 1);
    return new Check(
        type,
        tcp.timing(),
        new Check.Verdict(1 + number, 1, Check.Initial.values()[number % 3]),
        new Check.Passive(1 + number, number % 2 == 0 ? null : Duration.ofSeconds(1)),
        number == 0 ? null : number,
        type.usesTls() ? new Check.Tls("/ca.pem", maybe == null ? null : "h") : tcp.tls(),
        type.usesHttp()
            ? new Check.Http(
                "POST",
                "/a?b",
                "h:1",
                List.of(new Check.Codes(204, 204)),
                maybe == null ? null : "o")
            : tcp.http(),
        type.usesSteps() ? steps : List.of());
  }

  @Property(tries = 100)
  void whatIsWrittenIsReadAgain(@ForAll("configs") SharedConfig config) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(config);
    assertThat(JSON.readValue(bytes, SharedConfig.class)).isEqualTo(config);
    assertThat(ConfigJson.read(ConfigJson.of(config)).orThrow()).isEqualTo(config);
    assertThat(ConfigJson.replacement(JSON.readTree(bytes), config).orThrow()).isEqualTo(config);
    assertThat(Rows.value(Rows.bytes(config), SharedConfig.class)).isEqualTo(config);
  }

  @Example
  void theJsonIsTheFilesInCamelCaseWithoutWhatBelongsToANode() throws IOException {
    SharedConfig config = ConfigFileTest.parse(ConfigFileTest.EXAMPLE).orThrow().shared();
    assertThat(JSON.readTree(JSON.writeValueAsString(config)))
        .isEqualTo(
            JSON.readTree(
                """
                {"cluster":{"expectedNodes":3,"onPartition":"available","lease":"10s"},
                 "limits":{"sessions":200000},
                 "listeners":[{"name":"chat","bind":["0.0.0.0:7000"],"pool":"chat",
                   "limits":{"sessions":100000,"sessionsPerSource":200,
                     "newSessionsPerSource":"20/s","perSource":{"ipv4Prefix":32,"ipv6Prefix":64},
                     "newSessions":null,"queue":1000,"queueTimeout":"5s"},
                   "allow":["0.0.0.0/0"],"deny":[],"proxyProtocolFrom":["10.0.0.0/8"],
                   "refuseWith":"reset","timeouts":{"header":"5s"},"backlog":4096,
                   "socket":{"keepalive":"5m","keepaliveInterval":"30s","keepaliveProbes":4,
                     "userTimeout":null,"nodelay":true,"receiveBufferBytes":null,
                     "sendBufferBytes":null}}],
                 "pools":[{"name":"chat","affinity":{"ipv4Prefix":32,"ipv6Prefix":64,"ttl":"30m"},
                   "overflow":"queue","sendProxyProtocol":"none",
                   "check":{"type":"tcp","interval":"2s","fastInterval":"500ms","timeout":"1s",
                     "rise":2,"fall":3,"initial":"checked","errorLimit":10,"earlyClose":null,
                     "port":null,"caFile":null,"serverName":null,"method":"GET","path":"/",
                     "hostHeader":null,"status":["200-399"],"body":null,"steps":[]},
                   "timeouts":{"connect":"5s","idle":"1h","clientIdle":null,"serverIdle":null,
                     "halfClosed":"30s","maxAge":null,"maxAgeJitterPercent":10},
                   "limits":{"sessions":100000,"queue":null,"queueTimeout":null},"onDown":"leave","onDownPace":"1000/s",
                   "connectAttempts":4,
                   "socket":{"keepalive":"5m","keepaliveInterval":null,"keepaliveProbes":null,
                     "userTimeout":null,"nodelay":true,"receiveBufferBytes":null,
                     "sendBufferBytes":null},
                   "servers":[
                     {"name":"app-1","host":"127.0.0.1","ports":[9001,9011],"weight":100,
                      "limits":{"sessions":60000,"newSessions":null},"check":{"host":null,"port":null}},
                     {"name":"app-2","host":"127.0.0.1","ports":[9002],"weight":100,
                      "limits":{"sessions":null,"newSessions":null},"check":{"host":null,"port":null}}]}]}
                """));
  }

  @Example
  void aRequestMayBeYamlAsInTheFile() {
    SharedConfig example = ConfigFileTest.parse(ConfigFileTest.EXAMPLE).orThrow().shared();
    assertThat(ConfigJson.replacementText(ConfigFileTest.EXAMPLE, example).orThrow())
        .isEqualTo(example);
  }

  @Example
  void theExpectedNodesOfTheClusterStayUnlessARequestSaysOtherwise() {
    SharedConfig five = ConfigFileTest.parse(ConfigFileTest.MINIMAL).orThrow().shared();
    SharedConfig present =
        new SharedConfig(
            5, five.onPartition(), five.lease(), five.sessions(), five.listeners(), five.pools());
    Map<String, Object> json = ConfigJson.of(five);
    json.remove("cluster");
    assertThat(ConfigJson.replacement(json, present).orThrow().expectedNodes()).isEqualTo(5);
    assertThat(ConfigJson.read(json).orThrow().expectedNodes()).isEqualTo(1);
    String yaml = ConfigFileTest.MINIMAL;
    assertThat(ConfigJson.replacementText(yaml, present).orThrow().expectedNodes()).isEqualTo(5);
    String three = yaml + "cluster: { join: [127.0.0.1:1, 127.0.0.1:2, 127.0.0.1:3] }\n";
    assertThat(ConfigJson.replacementText(three, present).orThrow().expectedNodes()).isEqualTo(3);
  }

  @Example
  void unknownKeysAreFaultsInARequestAndIgnoredInARow() {
    SharedConfig config = ConfigFileTest.parse(ConfigFileTest.MINIMAL).orThrow().shared();
    Map<String, Object> json = ConfigJson.of(config);
    json.put("later", 1);
    assertThat(ConfigJson.read(json).found())
        .singleElement()
        .satisfies(fault -> assertThat(fault.pointer()).isEqualTo("/later"));
    assertThat(SharedConfig.ofJson(json)).isEqualTo(config);
    json.put("limits", Map.of("sessions", -1));
    assertThatThrownBy(() -> SharedConfig.ofJson(json)).hasMessageContaining("limits.sessions: -1");
  }

  @Example
  void aServerIsReadByTheRulesOfTheFile() {
    ServerName name = new ServerName("app-4");
    ServerConfig added =
        ConfigJson.readServer(name, Map.of("host", "h", "ports", List.of(9004)), null).orThrow();
    assertThat(added).isEqualTo(new ServerConfig(name, "h", List.of(9004), 100, null));
    ServerConfig changed =
        ConfigJson.readServer(name, Map.of("limits", Map.of("sessions", 5)), added).orThrow();
    assertThat(changed).isEqualTo(new ServerConfig(name, "h", List.of(9004), 100, 5L));
    assertThat(ConfigJson.readServer(name, Map.of("weight", 1001, "hosts", "h"), null).found())
        .extracting(Fault::pointer)
        .containsExactlyInAnyOrder("/weight", "/hosts", "/host", "/ports");
    assertThat(ConfigJson.readServer(name, Map.of("host", 5, "name", "x"), added).found())
        .extracting(Fault::pointer)
        .containsExactlyInAnyOrder("/host", "/name");
    assertThat(ConfigJson.readServer(name, List.of(), null).found()).hasSize(1);
  }
}
