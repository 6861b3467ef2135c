package dev.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.words.HostPort;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.OnPartition;
import dev.holdfast.words.Overflow;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {
  static final Host HOST = new Host("box-7", 20_000);
  static final Path FOLDER = Path.of("/etc/holdfast");
  static final String MINIMAL =
      """
      listeners:
        - { name: chat, bind: 0.0.0.0:7000, pool: chat }
      pools:
        - name: chat
          servers:
            - { name: app-1, host: 127.0.0.1, ports: [9001] }
      """;

  static final String EXAMPLE =
      """
      node:
        name: gw-1                                    # default: host name
        state-dir: ./state/gw-1
        member: 127.0.0.1:5701
        max-sessions: 60000
        admin: { bind: 127.0.0.1:8081, tokens-file: tokens.yaml }
        listeners: { chat: 127.0.0.1:7001 }
        source-addresses: { chat: [127.0.0.11, 127.0.0.12] }
      cluster:
        name: chat-prod
        join: [127.0.0.1:5701, 127.0.0.1:5702]
        expected-nodes: 3
        on-partition: available
        lease: 10s
      limits:
        sessions: 200000
      listeners:
        - name: chat
          bind: 0.0.0.0:7000
          pool: chat
          limits: { sessions: 100000, sessions-per-source: 200, new-sessions-per-source: 20/s, queue: 1000, queue-timeout: 5s }
          allow: [0.0.0.0/0]
          deny: []
          proxy-protocol-from: [10.0.0.0/8]
      pools:
        - name: chat
          affinity: { ipv4-prefix: 32, ipv6-prefix: 64, ttl: 30m }
          overflow: queue
          send-proxy-protocol: none
          check: { type: tcp, interval: 2s, timeout: 1s, rise: 2, fall: 3 }
          timeouts: { connect: 5s, idle: 1h, half-closed: 30s }
          limits: { sessions: 100000 }
          servers:
            - { name: app-1, host: 127.0.0.1, ports: [9001, 9011], weight: 100, limits: { sessions: 60000 } }
            - { name: app-2, host: 127.0.0.1, ports: [9002], weight: 100 }
      """;

  static Checked<Settings> parse(String text) {
    return ConfigFile.parse(text, "gw.yaml", FOLDER, HOST);
  }

  private static List<String> lines(String text) {
    return parse(text).found().stream().map(Fault::toString).toList();
  }

  @Test
  void theSmallestFileHasTheDefaultsOfTheContract() {
    Settings settings = parse(MINIMAL).orThrow();
    NodeSettings node = settings.node();
    assertThat(node)
        .isEqualTo(
            new NodeSettings(
                new NodeName("box-7"),
                Path.of("/etc/holdfast/state/box-7"),
                new HostPort("127.0.0.1", 5701),
                new HostPort("127.0.0.1", 0),
                new HostPort("127.0.0.1", 0),
                new NodeSettings.Admin(new HostPort("127.0.0.1", 8081), null, null),
                null,
                Map.of(),
                Map.of(),
                (20_000 - 512) / 2,
                new NodeSettings.AccessLog("stdout", false, null),
                new NodeSettings.Shutdown(Duration.ofSeconds(5), Duration.ofSeconds(20))));
    assertThat(settings.cluster()).isEqualTo(new ClusterSettings("holdfast", List.of(), null));
    assertThat(settings.shared())
        .isEqualTo(
            new SharedConfig(
                1,
                OnPartition.AVAILABLE,
                Duration.ofSeconds(10),
                null,
                List.of(
                    new ListenerConfig(
                        new ListenerName("chat"),
                        List.of(new HostPort("0.0.0.0", 7000)),
                        new PoolName("chat"),
                        new ListenerConfig.Limits(null, null, null, 1000, Duration.ofSeconds(5)),
                        List.of(Cidr.parse("0.0.0.0/0"), Cidr.parse("::/0")),
                        List.of(),
                        List.of(),
                        ListenerConfig.Refuse.RESET)),
                List.of(
                    new PoolConfig(
                        new PoolName("chat"),
                        new PoolConfig.Affinity(32, 64, Duration.ofMinutes(30)),
                        Overflow.QUEUE,
                        PoolConfig.ProxyProtocol.NONE,
                        Check.tcp(Duration.ofSeconds(2), Duration.ofSeconds(1), 2, 3),
                        new PoolConfig.Timeouts(
                            Duration.ofSeconds(5), Duration.ofHours(1), Duration.ofSeconds(30)),
                        null,
                        PoolConfig.OnDown.LEAVE,
                        1000L,
                        4,
                        List.of(
                            new ServerConfig(
                                new ServerName("app-1"),
                                "127.0.0.1",
                                List.of(9001),
                                100,
                                null))))));
  }

  @Test
  void theExampleOfTheDesignParses() {
    Settings settings = parse(EXAMPLE).orThrow();
    assertThat(settings.node().maxSessions()).isEqualTo(60_000);
    assertThat(settings.node().admin().tokensFile())
        .isEqualTo(Path.of("/etc/holdfast/tokens.yaml"));
    assertThat(settings.node().sourceAddresses())
        .containsEntry(new PoolName("chat"), List.of("127.0.0.11", "127.0.0.12"));
    assertThat(settings.cluster().members()).hasSize(2);
    assertThat(settings.shared().expectedNodes()).isEqualTo(3);
    ListenerConfig.Limits limits = settings.shared().listeners().get(0).limits();
    assertThat(limits.newSessionsPerSource()).isEqualTo(20);
    assertThat(settings.shared().pools().get(0).servers().get(0).sessions()).isEqualTo(60_000);
  }

  @Test
  void warnsOfWhatTheMachineCannotHold() {
    Checked.Good<Settings> good = (Checked.Good<Settings>) parse(EXAMPLE);
    assertThat(good.warnings())
        .extracting(Warning::toString)
        .containsExactly(
            "gw.yaml:5:17: node.max-sessions: 60000 (the open-file limit of 20000 suffices for"
                + " 9744)");
  }

  @Test
  void membersFoundByNameUseThePortOfThisNodesMember() {
    Checked.Good<Settings> good =
        (Checked.Good<Settings>) parse("cluster: { join: { dns: gateways.internal } }\n" + MINIMAL);
    assertThat(good.value().cluster())
        .isEqualTo(
            new ClusterSettings("holdfast", List.of(), new HostPort("gateways.internal", 5701)));
    assertThat(good.value().shared().expectedNodes()).isEqualTo(1);
    assertThat(good.warnings())
        .singleElement()
        .asString()
        .endsWith("(without expected-nodes the majority is counted from 1)");
  }

  @Test
  void theOrderOfListsIsNoDifference() {
    String more =
        """
        listeners:
          - { name: a, bind: "127.0.0.1:7001", pool: p }
          - { name: b, bind: ["127.0.0.1:7002"], pool: q }
        pools:
          - { name: p, servers: [{ name: s1, host: h1, ports: [1] }, { name: s2, host: h2, ports: [2] }] }
          - { name: q, servers: [{ name: s1, host: h1, ports: [1] }] }
        """;
    String turned =
        """
        pools:
          - { name: q, servers: [{ ports: [1], name: s1, host: h1 }] }
          - { servers: [{ name: s2, host: h2, ports: [2] }, { name: s1, host: h1, ports: [1] }], name: p }
        listeners:
          - { name: b, bind: "127.0.0.1:7002", pool: q }
          - { name: a, bind: "127.0.0.1:7001", pool: p }
        """;
    assertThat(parse(more).orThrow()).isEqualTo(parse(turned).orThrow());
  }

  @Test
  void allFaultsComeAtOnceInTheOrderOfTheText() {
    assertThat(
            lines(
                """
                cluster: { lease: 5 }
                listeners:
                  - name: chat
                    binf: 0.0.0.0:7000
                    pool: caht
                    limits: { qeue: 5, sessions: -1 }
                pools:
                  - name: chat
                    servers:
                      - { name: app-1, host: 127.0.0.1, ports: [0] }
                      - { name: app-1, host: 127.0.0.1, ports: [9001, 9001] }
                colour: blue
                """))
        .containsExactly(
            "gw.yaml:1:19: cluster.lease: 5 (expected: a duration as 250ms, 5s, 30m, 1h; 3s to"
                + " 1h)",
            "gw.yaml:3:5: listeners[0].bind: missing (expected: a list of 1 to 16: HOST:PORT, port"
                + " 1 to 65535)",
            "gw.yaml:4:5: listeners[0].binf: unknown key (expected: bind)",
            "gw.yaml:5:11: listeners[0].pool: caht (expected: a pool: chat)",
            "gw.yaml:6:15: listeners[0].limits.qeue: unknown key (expected: queue)",
            "gw.yaml:6:34: listeners[0].limits.sessions: -1 (expected: none, or a whole number, 1"
                + " to 1000000000)",
            "gw.yaml:10:49: pools[0].servers[0].ports[0]: 0 (expected: a whole number, 1 to"
                + " 65535)",
            "gw.yaml:11:17: pools[0].servers[1].name: app-1 (expected: each once; the first is"
                + " pools[0].servers[0].name)",
            "gw.yaml:11:55: pools[0].servers[1].ports[1]: 9001 (expected: each once; the first is"
                + " pools[0].servers[1].ports[0])",
            "gw.yaml:12:1: colour: unknown key (expected: one of node, cluster, limits, listeners,"
                + " pools)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gw.yaml:1:24: node.admin.bind: 0.0.0.0:8081 (expected: a loopback address, or a"
            + " tokens-file) <- node: { admin: { bind: 0.0.0.0:8081 } }",
        "gw.yaml:1:29: node.admin.tls.key: missing (expected: a path) <- node: { admin: {"
            + " tls:       { certificate: c } } }",
        "gw.yaml:1:22: node.listeners.chit: chit (expected: a listener: chat) <- node: {"
            + " listeners: { chit: 127.0.0.1:7001 } }",
        "gw.yaml:1:29: node.source-addresses.chit: chit (expected: a pool: chat) <- node: {"
            + " source-addresses: { chit: 127.0.0.1 } }",
        "gw.yaml:1:28: node.shutdown.grace: 30s (expected: at most deadline, 20s) <- node: {"
            + " shutdown: { grace: 30s } }",
        "gw.yaml:1:31: node.shutdown.deadline: 1s (expected: at least grace, 5s) <- node: {"
            + " shutdown: { deadline: 1s } }",
        "gw.yaml:1:24: node.admin.bind: 127.0.0.1:7000 (expected: an address of its own; also at"
            + " listeners[0].bind) <- node: { admin: { bind: 127.0.0.1:7000 } }",
        "gw.yaml:1:17: node.member: 127.0.0.1:8081 (expected: an address of its own; also at"
            + " node.admin.bind) <- node: { member: 127.0.0.1:8081 }",
        "gw.yaml:1:46: cluster.expected-nodes: 1 (expected: at least the length of join, 2) <-"
            + " cluster: { join: [a:1, b:1], expected-nodes: 1 }",
        "gw.yaml:1:24: cluster.join[1]: a:1 (expected: each once; the first is cluster.join[0]) <-"
            + " cluster: { join: [a:1, a:1] }",
        "gw.yaml:1:25: cluster.join.dns: a b (expected: NAME or NAME:PORT) <- cluster: { join: {"
            + " dns: a b } }",
        "gw.yaml:1:18: cluster.name: holdfast prod (expected: 1-63 characters: letters, digits,"
            + " '.', '_', '-', first a letter or digit) <- cluster: { name: holdfast prod }",
      })
  void contradictionsAreFaults(String row) {
    String[] parts = row.split(" <- ");
    assertThat(lines(parts[1] + "\n" + MINIMAL)).singleElement().isEqualTo(parts[0]);
  }

  @Test
  void listenersDoNotShareAnAddress() {
    String twice =
        MINIMAL.replace(
            "pools:\n", "  - { name: mqtt, bind: 127.0.0.1:7000, pool: chat }\npools:\n");
    assertThat(lines(twice))
        .containsExactly(
            "gw.yaml:3:25: listeners[1].bind: 127.0.0.1:7000 (expected: an address of its own;"
                + " also at listeners[0].bind)");
    assertThat(lines(twice.replace("bind: 127.0.0.1:7000", "bind: \"[::]:7000\""))).isEmpty();
  }

  @Test
  void aCheckIsOverBeforeTheNextBegins() {
    assertThat(lines(MINIMAL + "    check: { interval: 500ms }\n"))
        .singleElement()
        .asString()
        .contains("pools[0].check.interval: 500ms (expected: at least timeout, 1s)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "listeners: [",
        "a: b: c",
        "\tlisteners: []",
        "listeners: @x",
        "- 1\n- 2",
        "just text",
        "a: 1\n---\nb: 2",
        "listeners: !!javax.script.ScriptEngineManager []",
        "listeners: !mine {}",
        "listeners: &x [*x]",
        "? [a, b]\n: 1",
        "listeners: \u0007",
        "a: *nobody",
        "limits: &l { sessions: 5 }\nnode:\n  <<: *l"
      })
  void whatIsNoConfigurationIsAFaultAndNoException(String text) {
    assertThat(lines(text))
        .isNotEmpty()
        .allSatisfy(
            line ->
                assertThat(line)
                    .matches("gw\\.yaml:\\d+:\\d+: \\S*: .+ \\(expected: .+\\)")
                    .doesNotContain("\n"));
  }

  @Test
  void aliasesDoNotUnfoldWithoutBound() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 9; i++) {
      bomb.append("a").append(i).append(": &a").append(i).append(" [");
      bomb.append(("*a" + (i - 1) + ", ").repeat(9)).append("*a").append(i - 1).append("]\n");
    }
    assertThat(lines(bomb.toString())).anySatisfy(line -> assertThat(line).contains("at most"));
    assertThat(lines("a: " + "[".repeat(5000))).isNotEmpty();
  }

  @Test
  void aKeyGivenTwiceIsAFault() {
    assertThat(lines("limits: { sessions: 5, sessions: 6 }\n" + MINIMAL))
        .containsExactly(
            "gw.yaml:1:24: limits.sessions: given twice (expected: one value; the first is in line"
                + " 1)");
  }

  @Test
  void anchorsMayRepeatAValue() {
    assertThat(
            parse(
                    "limits: &l { sessions: 500 }\n"
                        + MINIMAL.replace("pool: chat }", "pool: chat, limits: *l }"))
                .orThrow()
                .shared()
                .listeners()
                .get(0)
                .limits()
                .sessions())
        .isEqualTo(500);
  }

  @Test
  void aHostNameThatCannotNameANodeIsAFaultOfTheDefault() {
    Checked<Settings> checked =
        ConfigFile.parse(MINIMAL, "gw.yaml", FOLDER, new Host("a b", 20_000));
    assertThat(checked.found()).singleElement().asString().contains("node.name: a b (expected: 1-");
  }

  @Test
  void readsAFileRelativeToItsFolder(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("holdfast.yaml");
    Files.writeString(file, MINIMAL);
    assertThat(ConfigFile.read(file, HOST).orThrow().node().stateDir())
        .isEqualTo(folder.resolve("state/box-7"));
    assertThat(ConfigFile.read(folder.resolve("none.yaml"), HOST).found())
        .singleElement()
        .asString()
        .isEqualTo(
            folder.resolve("none.yaml")
                + ":1:1: file: not found (expected: a file that can be read)");
    Files.write(file, new byte[] {'a', (byte) 0xff, 'b'});
    assertThat(ConfigFile.read(file, HOST).found())
        .singleElement()
        .asString()
        .endsWith("(expected: UTF-8)");
    assertThat(ConfigFile.read(folder, HOST).found()).hasSize(1);
  }

  @Test
  void theQuickFormNamesServersByTheirAddress() {
    Settings one =
        ConfigFile.quick("127.0.0.1:7000", List.of("127.0.0.1:1", "[::1]:2"), FOLDER, HOST)
            .orThrow();
    Settings other =
        ConfigFile.quick("127.0.0.1:7000", List.of("[::1]:2", "127.0.0.1:1"), FOLDER, HOST)
            .orThrow();
    assertThat(one).isEqualTo(other);
    assertThat(one.shared().pools().get(0).servers())
        .extracting(server -> server.name().value())
        .containsExactly("server---1-2", "server-127.0.0.1-1");
    assertThat(ConfigFile.quick("nowhere", List.of("x"), FOLDER, HOST).found())
        .extracting(Fault::toString)
        .containsExactly(
            "command line: --server: x (expected: HOST:PORT)",
            "command line: --listen: nowhere (expected: HOST:PORT)");
    assertThat(ConfigFile.quick("127.0.0.1:7000", List.of(), FOLDER, HOST).found()).hasSize(1);
  }

  @Test
  void openFilesAreReadFromTheKernelsTable(@TempDir Path folder) throws IOException {
    Path limits = folder.resolve("limits");
    Files.writeString(
        limits, "Limit  Soft Hard\nMax open files            20000    30000   files\n");
    assertThat(Host.openFilesOf(limits)).isEqualTo(20_000);
    Files.writeString(limits, "Max open files            unlimited    unlimited   files\n");
    assertThat(new Host("x", Host.openFilesOf(limits)).maxSessions()).isEqualTo(10_000_000);
    assertThat(new Host("x", Host.openFilesOf(folder.resolve("none"))).maxSessions())
        .isEqualTo(256);
  }
}
