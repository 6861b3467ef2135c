package dev.holdfast.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.admin.AdminVerticle;
import dev.holdfast.admin.FakeCluster;
import dev.holdfast.admin.FakeConfigurations;
import dev.holdfast.admin.Signals;
import dev.holdfast.admin.contract.Contract;
import dev.holdfast.config.NodeSettings;
import dev.holdfast.config.ServerConfig;
import dev.holdfast.config.Settings;
import dev.holdfast.gateway.ports.LocalPorts;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.ServerName;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands as they are typed, against a real admin API over a cluster of maps. */
class CliTest {
  private static Vertx vertx;

  private final FakeCluster cluster = new FakeCluster();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Map<String, String> environment = new HashMap<>();
  private final AtomicReference<Settings> ran = new AtomicReference<>();
  private AdminVerticle api;

  @BeforeAll
  static void open() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void close() {
    vertx.close().await();
  }

  @BeforeEach
  void start() {
    deploy(null);
  }

  @AfterEach
  void stop() {
    vertx.undeploy(api.deploymentID()).await();
  }

  private void deploy(Path tokens) {
    Signals signals =
        new Signals() {
          @Override
          public Signal ready() {
            return new Signal(true, "READY", null);
          }

          @Override
          public Signal route() {
            return ready();
          }
        };
    NodeSettings.Admin settings =
        new NodeSettings.Admin(new HostPort("127.0.0.1", 0), tokens, null);
    api =
        new AdminVerticle(
            settings,
            null,
            Contract.load(vertx),
            cluster.calls(),
            signals,
            () -> Future.succeededFuture(""));
    vertx.deployVerticle(api).await();
    environment.put("HOLDFAST_API", "http://127.0.0.1:" + api.port());
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    Console console =
        new Console(new PrintWriter(out, true), new PrintWriter(err, true), environment::get);
    NodeRun node =
        (settings, again) -> {
          ran.set(settings);
          return 0;
        };
    return new Cli(console, CliTest.class, node).execute(arguments);
  }

  private int words(String line) {
    return run(line.trim().split(" +"));
  }

  @Test
  void showsTheClusterInColumns() {
    assertThat(run("status")).isZero();
    assertThat(out.toString().lines())
        .contains(
            "cluster c  leader=gw-1 majority=yes revision=7 sessions=290 (max 300) headroom=710",
            "SCOPE          HELD  GRANTED  LIMIT",
            "listener/chat  290   300      300",
            "chat      127.0.0.1:7001  chat  290 (max 300, limit 300)",
            "chat  4      yes      0     0       290 (max 300)")
        .noneMatch(line -> line.endsWith(" "));
    assertThat(out.toString()).contains("gw-2  LOST").contains("chat/app-2  READY  -");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void printsTheBodyOfTheApi() {
    assertThat(run("status", "--json")).isZero();
    assertThat(out.toString()).startsWith("{\"name\":\"c\",").contains("\"leader\":\"gw-1\"");
  }

  @Test
  void explains() {
    assertThat(words("explain --listener chat --source 127.10.0.7")).isZero();
    assertThat(out.toString().lines())
        .contains("DECISION  admit", "SERVER    app-2 (READY, UP)", "PORTS     97 of 100")
        .contains("REASON    -", "BY        slot", "if server app-2 is drained: app-1")
        .contains("listener/chat      290   300      300    97         110");
    assertThat(words("explain --listener other --source 127.10.0.7")).isEqualTo(1);
    assertThat(err.toString()).isEqualTo("holdfast: unknown: no such listener: other\n");
    assertThat(words("explain --listener chat --source nonsense")).isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo(
            "holdfast: invalid: the request breaks rules; ?source (expected: an IP address)\n");
  }

  @Test
  void setsAndRemovesAServer() {
    ServerName app4 = new ServerName("app-4");
    assertThat(words("server set chat/app-4 --host 127.0.0.1 --ports 9004,9014")).isZero();
    assertThat(out.toString().lines())
        .containsExactly(
            "SERVER      WEIGHT  LIMIT  ADDRESS              DONE",
            "chat/app-4  100     -      127.0.0.1:9004,9014  added");
    assertThat(words("server set chat/app-4 --weight 50 --limit-sessions 60000")).isZero();
    assertThat(cluster.servers.get(app4).ports()).isEqualTo(List.of(9004, 9014));
    assertThat(cluster.servers.get(app4).weight()).isEqualTo(50);
    assertThat(cluster.servers.get(app4).sessions()).isEqualTo(60000);
    assertThat(words("server set chat/app-4 --limit-sessions none")).isZero();
    assertThat(cluster.servers.get(app4).weight()).isEqualTo(50);
    assertThat(cluster.servers.get(app4).sessions()).isNull();
    assertThat(words("server set chat/app-4 --check-host 10.0.0.9 --check-port 80")).isZero();
    assertThat(words("server set chat/app-4 --weight 60")).isZero();
    assertThat(cluster.servers.get(app4).check())
        .isEqualTo(new ServerConfig.CheckAt("10.0.0.9", 80));
    assertThat(words("server set chat/app-4 --check-host none --check-port none")).isZero();
    assertThat(cluster.servers.get(app4).check()).isEqualTo(ServerConfig.CheckAt.SAME);
    assertThat(words("server set chat/app-4 --check-port http")).isEqualTo(1);
    assertThat(words("server remove chat/app-4")).isZero();
    assertThat(out.toString()).isEqualTo("chat/app-4 removed\n");
    assertThat(words("server remove chat/app-4")).isEqualTo(1);
  }

  @Test
  void ordersDrainsAndRebalances() {
    assertThat(words("drain server chat/app-1 --pace 100/s --deadline 60s --on-deadline close"))
        .isZero();
    assertThat(out.toString())
        .isEqualTo(
            "op-17 drain-server server/chat/app-1 running total=600 closed=140 ended=3"
                + " remaining=457 pace=100/s\n");
    assertThat(words("drain server chat/app-1 --sticky keep --order idle-first")).isZero();
    assertThat(words("drain node gw-2 --grace 1s --pace 9/s --force")).isZero();
    assertThat(words("rebalance servers --pool chat --threshold 1.2 --budget 7")).isZero();
    assertThat(words("rebalance nodes --pace 5/s")).isZero();
    assertThat(words("ready server chat/app-1")).isZero();
    assertThat(words("maintenance server chat/app-1")).isZero();
    assertThat(words("ready node gw-2")).isZero();
    assertThat(cluster.ordered)
        .containsExactly(
            "drain-server server/chat/app-1 ServerDrain[pace=100, deadlineMs=60000, closes=true,"
                + " keeps=false] by local",
            "drain-server server/chat/app-1 ServerDrain[pace=null, deadlineMs=null, closes=false,"
                + " keeps=true] by local",
            "drain-node node/gw-2 NodeDrain[graceMs=1000, pace=9, deadlineMs=null, closes=false,"
                + " forced=true] by local",
            "rebalance-servers pool/chat Rebalance[pool=chat, pace=50, threshold=1.2, budget=7] by"
                + " local",
            "rebalance-nodes cluster Rebalance[pool=null, pace=5, threshold=1.1, budget=null] by"
                + " local",
            "app-1 READY",
            "app-1 MAINT",
            "gw-2 READY");
    assertThat(words("drain server chat/app-1 --pace fast")).isEqualTo(1);
    assertThat(err.toString()).contains("/pace (expected: N/s)");
    assertThat(words("drain server chat/app-9")).isEqualTo(1);
    assertThat(words("rebalance servers")).isEqualTo(64);
  }

  @Test
  void aDryRunShowsThePlan() {
    assertThat(words("rebalance servers --pool chat --dry-run")).isZero();
    assertThat(out.toString().lines())
        .containsExactly(
            "sessions  455",
            "slots     0",
            "from      app-1=46",
            "to        app-11=455",
            "max/mean  1.1 now, 1.01 then");
    assertThat(cluster.ordered).isEmpty();
  }

  @Test
  void followsAnOperationToItsEnd() {
    cluster.operationState = "done";
    assertThat(words("drain server chat/app-1 --wait")).isZero();
    assertThat(out.toString().lines())
        .containsExactly(
            "op-17 drain-server server/chat/app-1 done total=600 closed=140 ended=3"
                + " remaining=457 pace=100/s");
    cluster.operationState = "failed";
    assertThat(words("drain server chat/app-1 --wait")).isEqualTo(1);
    assertThat(words("operations op-17 --wait --json")).isEqualTo(1);
    cluster.operationState = "cancelled";
    assertThat(words("operations op-17 --wait")).isEqualTo(1);
  }

  @Test
  void listsOperationsAndSaysAWordToOne() {
    assertThat(words("operations")).isZero();
    assertThat(out.toString().lines())
        .containsExactly(
            "ID     KIND          TARGET             STATE    CLOSED  ENDED  REMAINING  PACE  "
                + " REASON",
            "op-17  drain-server  server/chat/app-1  running  140     3      457        100/s  -");
    assertThat(words("operations op-17")).isZero();
    assertThat(out.toString()).contains("ordered by ann at 2026-11-27T12:00:00Z", "app-11=455");
    assertThat(words("operations pause op-17")).isZero();
    assertThat(words("operations resume op-17")).isZero();
    assertThat(words("operations cancel op-17")).isZero();
    assertThat(cluster.ordered)
        .containsExactly("op-17 PAUSE by local", "op-17 RESUME by local", "op-17 CANCEL by local");
    assertThat(words("operations cancel op-9")).isEqualTo(1);
    assertThat(err.toString()).isEqualTo("holdfast: unknown: operation: op-9\n");
  }

  @Test
  void listsAndClosesSessions() {
    assertThat(words("sessions --limit 2 --server chat/app-2")).isZero();
    assertThat(out.toString())
        .startsWith("ID          SERVER      CLIENT ")
        .contains("gw-1~18c-1  chat/app-2  127.10.0.2:40001  127.10.0.2  RELAYING  1m0s  1s")
        .contains("more: --cursor gw-1~18c-3\n");
    assertThat(err.toString()).isEmpty();
    assertThat(words("sessions --cursor gw-1~18c-3")).isZero();
    assertThat(err.toString())
        .isEqualTo("holdfast: no answer from gw-3; their sessions are left out\n");
    assertThat(words("sources --limit 1")).isZero();
    assertThat(out.toString()).contains("127.10.0.2  2         gw-1:1 gw-2:1");
    assertThat(words("sessions close gw-1~18c-1")).isZero();
    assertThat(words("sessions close gw-1~18c-1")).isEqualTo(1);
    assertThat(words("sessions close --source 127.10.0.3 --pace 10/s")).isZero();
    assertThat(out.toString()).contains("all   2");
    assertThat(cluster.sessions.live).hasSize(2);
    assertThat(words("sessions close")).isEqualTo(64);
    assertThat(words("sessions close x --pool chat")).isEqualTo(64);
    assertThat(words("sessions close --pool chat --pace fast")).isEqualTo(1);
  }

  @Test
  void saysWhatTheApiSaysOfAWrongServer() {
    assertThat(words("server set chat/app-4 --weight 1001")).isEqualTo(1);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString())
        .startsWith("holdfast: invalid: the body breaks rules; /host (expected: ")
        .contains("/weight (expected: 0 to 1000)");
    cluster.alone = true;
    assertThat(words("server set chat/app-1 --weight 10")).isEqualTo(1);
    assertThat(err.toString()).startsWith("holdfast: no-majority: ");
  }

  @Test
  void forgetsANode() {
    assertThat(words("node forget gw-2")).isZero();
    assertThat(cluster.forgotten).containsExactly(new NodeName("gw-2"));
    assertThat(words("node forget gw-1")).isEqualTo(1);
    assertThat(err.toString()).isEqualTo("holdfast: conflict: gw-1 is in contact\n");
    assertThat(words("node forget gw-1 --json")).isEqualTo(1);
    assertThat(out.toString()).contains("\"type\":\"/problems/conflict\"");
  }

  @Test
  void bearsAToken(@TempDir Path dir) throws IOException {
    stop();
    Path tokens = dir.resolve("tokens.yaml");
    Files.writeString( // the hash of "abc"
        tokens,
        "- { name: ann, role: viewer, sha256:"
            + " \"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\" }");
    deploy(tokens);
    Path token = Files.writeString(dir.resolve("token"), "abc\n");
    assertThat(run("status")).isEqualTo(1);
    assertThat(err.toString()).startsWith("holdfast: unauthenticated: ");
    assertThat(run("status", "--token-file", token.toString())).isZero();
    assertThat(run("node", "forget", "gw-2", "--token-file", token.toString())).isEqualTo(1);
    assertThat(err.toString()).startsWith("holdfast: forbidden: ");
    assertThat(run("status", "--token-file", dir.resolve("none").toString())).isEqualTo(2);
    environment.put("HOLDFAST_TOKEN_FILE", token.toString());
    assertThat(run("status")).isZero();
    assertThat(run("status", "--token-file", dir.resolve("none").toString())).isEqualTo(2);
  }

  @Test
  void saysThatNoNodeAnswers() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    assertThat(run("status", "--api", "http://127.0.0.1:" + port)).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo(
            "holdfast: no node answers at http://127.0.0.1:%d/ (connection refused or timed out)%n"
                .formatted(port));
  }

  @ParameterizedTest
  @CsvSource({
    "'bogus',                      unknown command: bogus",
    "'server bogus',               unknown command: bogus",
    "'server',                     a command is missing",
    "'status --bogus',             Unknown option",
    "'status --json extra',        Unmatched argument",
    "'run',                        Missing required argument",
    "'run --listen 127.0.0.1:1',   --server",
    "'check',                      --config",
    "'explain --listener chat',    --source",
    "'server set',                 POOL/SERVER",
    "'server set chat --weight 1', expected: POOL/SERVER",
    "'server set a/b --weight x',  --weight",
    "'node forget',                NODE",
    "'demo --nodes 0',             1 to 20",
    "'echo-server --name a --listen b', HOST:PORT"
  })
  void wrongUseIsSaidOnOneLine(String line, String said) {
    assertThat(words(line)).isEqualTo(64);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).startsWith("holdfast: ").contains(said).contains("--help");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void usageWithoutACommandIsWrong() {
    assertThat(run()).isEqualTo(64);
  }

  @Test
  void helpAndVersionAreDone() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("status").doesNotContain("echo-server");
    assertThat(words("server set --help")).isZero();
    assertThat(out.toString()).contains("--limit-sessions");
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).startsWith("holdfast ");
    assertThat(run("completion")).isZero();
    assertThat(out.toString()).contains("complete -F").contains("rebalance").contains("--pace");
  }

  @Test
  void everyCommandSaysItsExitCodes() {
    for (String command :
        List.of(
            "run",
            "check",
            "status",
            "top",
            "events",
            "sessions",
            "sessions close",
            "sources",
            "explain",
            "server set",
            "node forget",
            "drain server",
            "operations pause",
            "apply",
            "completion",
            "demo",
            "rebalance nodes")) {
      assertThat(words(command + " --help")).isZero();
      assertThat(out.toString()).as(command).contains("Exit codes: 0 ");
    }
  }

  @Test
  void showsTheClusterLiveInAPipe() {
    assertThat(words("top --count 2")).isZero();
    assertThat(out.toString())
        .contains("cluster c  leader=gw-1 majority=yes revision=7  2")
        .contains("sessions 290 (max 300)  new 13/s  refused 0.5/s  in 1.0kB/s  out 2.0kB/s")
        .contains("gw-2  LOST   97   99   1000")
        .contains("chat      290  300  300    13")
        .contains("chat/app-1  READY  UP")
        .contains("op-17 drain-server server/chat/app-1 running")
        .doesNotContain("\033");
    assertThat(words("top --json --count 1")).isZero();
    assertThat(out.toString()).startsWith("{\"at\":").contains("\"operations\":[");
  }

  @Test
  void endsWhenNobodyReadsThePipe() {
    Writer closed =
        new Writer() {
          @Override
          public void write(char[] chars, int from, int length) throws IOException {
            throw new IOException("Broken pipe");
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    for (String command : List.of("top", "events --follow")) {
      Console console =
          new Console(new PrintWriter(closed, true), new PrintWriter(err, true), environment::get);
      Cli cli = new Cli(console, CliTest.class, (settings, again) -> 0);
      assertThat(cli.execute(command.split(" "))).isZero();
    }
  }

  @Test
  void showsWhatHappened() {
    assertThat(words("events --limit 2")).isZero();
    assertThat(out.toString().lines())
        .containsExactly(
            "2026-11-27T17:20:00.002Z server chat/app-2 is DOWN (0 of 3 nodes say up)",
            "2026-11-27T17:20:00.003Z server chat/app-3 is DOWN (0 of 3 nodes say up)");
  }

  @Test
  void aFrameFitsTheTerminal() throws Exception {
    JsonNode view =
        new ObjectMapper()
            .readTree("{\"at\":\"now\",\"cluster\":{\"name\":\"c\",\"majority\":false}}");
    List<String> lines = TopFrame.lines(view, List.of("a", "b"), 30, 100);
    assertThat(lines).contains("a", "b").allMatch(line -> line.length() <= 30);
    assertThat(lines.get(0)).isEqualTo("cluster c  leader=- majority=…");
    List<String> few = TopFrame.lines(view, List.of("a", "b"), 100, 4);
    assertThat(few).hasSize(4);
    assertThat(few.get(3)).endsWith("more lines; holdfast status shows all");
  }

  private static final String GOOD =
      """
      node: { name: gw-1, source-addresses: { chat: [127.0.0.11, 127.0.0.12] } }
      listeners: [{ name: chat, bind: "127.0.0.1:7001", pool: chat, limits: { sessions: 300 } }]
      pools:
        - { name: chat, servers: [{ name: app-1, host: 127.0.0.1, ports: [9001, 9011] }] }
      """;

  @Test
  void checksAConfiguration(@TempDir Path dir) throws IOException {
    Path good = Files.writeString(dir.resolve("good.yaml"), GOOD);
    assertThat(run("check", "-c", good.toString())).as(err.toString()).isZero();
    assertThat(out.toString().lines())
        .anyMatch(line -> line.startsWith("chat      127.0.0.1:7001  chat  300"));
    long ports = 4L * LocalPorts.here().limit();
    assertThat(out.toString()).contains("chat/app-1  100     none      none   " + ports);

    Path bad = Files.writeString(dir.resolve("bad.yaml"), GOOD.replace("300", "0") + "x: 1\n");
    assertThat(run("check", "-c", bad.toString())).isEqualTo(1);
    assertThat(err.toString().lines())
        .hasSize(2)
        .allMatch(line -> line.startsWith(bad + ":") && line.contains("(expected: "));
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void saysWhatTheMachineAllows(@TempDir Path dir) throws IOException {
    assertThat(run("doctor")).as(out + "" + err).isIn(0, 1);
    assertThat(out.toString()).contains("LIMIT ", "open-files ", "this node can hold ");
    out.getBuffer().setLength(0);
    assertThat(run("doctor", "--json")).isIn(0, 1);
    assertThat(new ObjectMapper().readTree(out.toString()).get("limits").get(0).get("sessions"))
        .isEqualTo(new ObjectMapper().readTree(out.toString()).get("sessions"));
    Path good = Files.writeString(dir.resolve("good.yaml"), GOOD);
    assertThat(run("doctor", "-c", good.toString())).as(err.toString()).isIn(0, 1);
    Path strange =
        Files.writeString(dir.resolve("strange.yaml"), GOOD.replace("127.0.0.11", "192.0.2.77"));
    out.getBuffer().setLength(0);
    assertThat(run("doctor", "-c", strange.toString())).isEqualTo(2);
    assertThat(out.toString())
        .contains(
            "fault: node.source-addresses.chat: 192.0.2.77 (expected: an address of this machine)");
    Path bad = Files.writeString(dir.resolve("bad.yaml"), GOOD + "x: 1\n");
    assertThat(run("doctor", "-c", bad.toString())).isEqualTo(2);
  }

  @Test
  void appliesAFileAndShowsTheDifference(@TempDir Path dir) throws IOException {
    String text =
        FakeConfigurations.FILE.replace("ports: [9001]", "ports: [9001], weight: 50")
            + "      - { name: app-3, host: 127.0.0.1, ports: [9003] }\n";
    Path file = Files.writeString(dir.resolve("gw.yaml"), text);
    assertThat(run("apply", "-f", file.toString(), "--dry-run")).as(err.toString()).isZero();
    assertThat(out.toString().lines())
        .containsExactly(
            "~ pools[chat].servers[app-1].weight  100 -> 50",
            "+ pools[chat].servers[app-3]  host: 127.0.0.1, ports: [9003], weight: 100",
            "",
            "pool chat: 32768 of 65536 slots move; sources that have sessions stay where they are",
            "  SERVER  SLOTS  AFTER  SESSIONS",
            "  app-2   32768  0      12",
            "server/chat/app-2 goes; its 12 sessions go on",
            "sessions ended: none",
            "dry run: it would be revision 8");
    assertThat(cluster.configurations.revision).isEqualTo(7);
    assertThat(run("apply", "-f", file.toString(), "--force", "--json")).isZero();
    assertThat(out.toString()).startsWith("{\"revision\":8,\"dryRun\":false,");
    assertThat(cluster.configurations.order.force()).isTrue();
    assertThat(cluster.configurations.config.pools().get(0).servers()).hasSize(3);
  }

  @Test
  void aFaultyFileIsNotApplied(@TempDir Path dir) throws IOException {
    Path bad = Files.writeString(dir.resolve("bad.yaml"), GOOD.replace("300", "0") + "x: 1\n");
    assertThat(run("apply", "-f", bad.toString())).isEqualTo(1);
    assertThat(err.toString().lines())
        .hasSize(2)
        .allMatch(line -> line.startsWith(bad + ":") && line.contains("(expected: "));
    assertThat(cluster.configurations.order).isNull();
    assertThat(run("apply", "-f", dir.resolve("none.yaml").toString())).isEqualTo(1);
    assertThat(words("apply")).isEqualTo(64);
    assertThat(words("apply -f a --revision 1")).isEqualTo(64);
  }

  @Test
  void appliesARevisionThatIsKept() {
    assertThat(words("apply --revision 7")).as(err.toString()).isZero();
    assertThat(out.toString()).isEqualTo("nothing differs: revision 8\n");
    assertThat(words("apply --revision 99")).isEqualTo(1);
    assertThat(err.toString()).startsWith("holdfast: unknown: revision: 99");
  }

  @Test
  void runsANode(@TempDir Path dir) throws IOException {
    Path good = Files.writeString(dir.resolve("good.yaml"), GOOD);
    assertThat(run("run", "-c", good.toString())).isZero();
    assertThat(ran.get().node().name()).isEqualTo(new NodeName("gw-1"));
    assertThat(words("run --listen 127.0.0.1:7000 --server 127.0.0.1:1 --server 127.0.0.1:2"))
        .isZero();
    assertThat(ran.get().shared().pools().get(0).servers()).hasSize(2);
  }

  @Test
  void doesNotRunWhatIsFaulty(@TempDir Path dir) throws IOException {
    Path bad = Files.writeString(dir.resolve("bad.yaml"), "x: 1\n");
    assertThat(run("run", "-c", bad.toString())).isEqualTo(2);
    assertThat(words("run --listen here --server 127.0.0.1:1")).isEqualTo(2);
    assertThat(err.toString()).contains("--listen: here (expected: HOST:PORT)");
    assertThat(ran.get()).isNull();
  }
}
