package dev.holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a node says when it cannot start: one clear line, exit status not 0, no stack trace. */
class BadInputIT {
  private record End(int code, List<String> lines) {}

  /** Runs a command that must end by itself. */
  private static End run(Path folder, String... args) throws Exception {
    Path log = folder.resolve("out-" + System.nanoTime() + ".log");
    Process process =
        new ProcessBuilder(GatewayCluster.command(args))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS))
          .as("ends by itself: " + Files.readString(log))
          .isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new End(process.exitValue(), Files.readAllLines(log));
  }

  /** The start is refused: one clear line, code 2; what the log says before is of level INFO. */
  private static void refuses(End end, String... words) {
    refuses(2, end, words);
    assertThat(end.lines())
        .filteredOn(line -> !line.matches("\\d{4}-\\d\\d-\\d\\dT\\S+ INFO  .*"))
        .as(String.join("\n", end.lines()))
        .hasSize(1);
  }

  private static void refuses(int code, End end, String... words) {
    String text = String.join("\n", end.lines());
    assertThat(end.code()).as(text).isEqualTo(code);
    assertThat(text).doesNotContain("\tat ").doesNotContain("Exception");
    List<String> clear =
        end.lines().stream().filter(line -> Arrays.stream(words).allMatch(line::contains)).toList();
    assertThat(clear).as("one line with " + Arrays.toString(words) + " in:\n" + text).hasSize(1);
  }

  private static GatewayCluster prepared(NamedServers servers) throws Exception {
    return GatewayCluster.prepare(1, "", GatewayCluster.chat(null, null), servers, "app-1");
  }

  private static void edit(GatewayCluster.Node node, String from, String to) throws Exception {
    String text = Files.readString(node.file);
    assertThat(text).contains(from);
    Files.writeString(node.file, text.replace(from, to));
  }

  @Test
  void aListenerPortThatIsInUse() throws Exception {
    try (NamedServers servers = new NamedServers("app-1");
        GatewayCluster cluster = prepared(servers);
        ServerSocketChannel other = ServerSocketChannel.open()) {
      GatewayCluster.Node node = cluster.nodes.get(0);
      other.bind(node.listener);
      refuses(
          run(cluster.folder, "run", "-c", node.file.toString()),
          Integer.toString(node.listener.getPort()),
          "in use");
    }
  }

  @Test
  void aListenerPortThatAnotherGatewayShares() throws Exception {
    try (NamedServers servers = new NamedServers("app-1");
        GatewayCluster cluster = prepared(servers);
        ServerSocketChannel other = ServerSocketChannel.open()) {
      GatewayCluster.Node node = cluster.nodes.get(0);
      other.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      other.bind(node.listener);
      refuses(
          run(cluster.folder, "run", "-c", node.file.toString()),
          Integer.toString(node.listener.getPort()),
          "in use");
    }
  }

  @Test
  void aMemberOrAdminPortThatIsInUse() throws Exception {
    try (NamedServers servers = new NamedServers("app-1");
        GatewayCluster cluster = prepared(servers)) {
      GatewayCluster.Node node = cluster.nodes.get(0);
      for (int port : new int[] {node.member, node.admin}) {
        try (ServerSocketChannel other = ServerSocketChannel.open()) {
          other.bind(new InetSocketAddress("127.0.0.1", port));
          refuses(
              run(cluster.folder, "run", "-c", node.file.toString()),
              Integer.toString(port),
              "in use");
        }
      }
    }
  }

  @Test
  void aJoinAddressWhereNobodyAnswers() throws Exception {
    try (NamedServers servers = new NamedServers("app-1");
        GatewayCluster cluster = prepared(servers)) {
      GatewayCluster.Node node = cluster.nodes.get(0);
      int nobody = FreePorts.one();
      edit(node, "join: [127.0.0.1:" + node.member + "]", "join: [127.0.0.1:" + nobody + "]");
      refuses(run(cluster.folder, "run", "-c", node.file.toString()), "127.0.0.1:" + nobody);
    }
  }

  @Test
  void aJoinNameThatDoesNotResolve() throws Exception {
    try (NamedServers servers = new NamedServers("app-1");
        GatewayCluster cluster = prepared(servers)) {
      GatewayCluster.Node node = cluster.nodes.get(0);
      edit(node, "join: [127.0.0.1:" + node.member + "]", "join: [gone.invalid:5701]");
      refuses(run(cluster.folder, "run", "-c", node.file.toString()), "gone.invalid");
    }
  }

  @Test
  void aStateFolderThatCannotBeWritten() throws Exception {
    try (NamedServers servers = new NamedServers("app-1");
        GatewayCluster cluster = prepared(servers)) {
      GatewayCluster.Node node = cluster.nodes.get(0);
      Path file = Files.createFile(cluster.folder.resolve("a-file"));
      edit(node, "state-" + node.name, "a-file/state");
      refuses(run(cluster.folder, "run", "-c", node.file.toString()), "state-dir", file.toString());
    }
  }

  @Test
  void aStateFolderAClusterNameAndANodeNameThatAreTaken() throws Exception {
    try (NamedServers servers = new NamedServers("app-1");
        GatewayCluster cluster = prepared(servers);
        GatewayCluster second = prepared(servers)) {
      GatewayCluster.Node node = cluster.nodes.get(0);
      node.start();
      node.awaitReady(Duration.ofSeconds(60));
      GatewayCluster.Node other = second.nodes.get(0);
      String original = Files.readString(other.file);

      edit(
          other,
          second.folder.resolve("state-gw-1").toString(),
          cluster.folder.resolve("state-gw-1").toString());
      refuses(
          run(second.folder, "run", "-c", other.file.toString()), "state-dir", "no other process");

      Files.writeString(other.file, original);
      String join = "join: [127.0.0.1:" + other.member + "]";
      String both = "join: [127.0.0.1:%d, 127.0.0.1:%d]".formatted(node.member, other.member);
      edit(other, join, both);
      edit(other, "name: system-", "name: another-");
      refuses(run(second.folder, "run", "-c", other.file.toString()), "cluster.name");

      Files.writeString(other.file, original);
      edit(other, join, both);
      refuses(run(second.folder, "run", "-c", other.file.toString()), "node.name", "gw-1");
      assertThat(node.ready()).isTrue();
    }
  }

  @Test
  void anAdminApiThatIsOpenToOthersWithoutTokens() throws Exception {
    refusesEdited("admin: { bind: \"127.0.0.1:", "admin: { bind: \"0.0.0.0:", "node.admin.bind");
  }

  @Test
  void aTokensFileThatIsMissingOrWrong() throws Exception {
    refusesEdited("admin: {", "admin: { tokens-file: none.yaml,", "tokens-file", "none.yaml");
    refusesEdited("admin: {", "admin: { tokens-file: gw-1.yaml,", "tokens-file", "gw-1.yaml");
  }

  @Test
  void aListenerThatIsNotKnown() throws Exception {
    refusesEdited("listeners: { chat:", "listeners: { chatt:", "node.listeners", "chatt");
  }

  @Test
  void addressesThatAreNotLocal() throws Exception {
    refusesEdited("member: 127.0.0.1", "member: 192.0.2.1", "node.member", "this machine");
    refusesEdited("admin:", "watch: 192.0.2.1:0\n  admin:", "node.watch", "this machine");
    refusesEdited("admin:", "event-bus: 192.0.2.1:0\n  admin:", "node.event-bus", "this machine");
    refusesEdited("admin:", "probe: 192.0.2.1:1\n  admin:", "node.probe", "this machine");
    refusesEdited("chat: \"127.0.0.1", "chat: \"192.0.2.1", "listener chat", "this machine");
  }

  @Test
  void anAccessLogThatCannotBeWritten() throws Exception {
    refusesEdited("admin:", "access-log: { to: no/such.log }\n  admin:", "access-log", "such.log");
  }

  private static void refusesEdited(String from, String to, String... words) throws Exception {
    try (NamedServers servers = new NamedServers("app-1");
        GatewayCluster cluster = prepared(servers)) {
      GatewayCluster.Node node = cluster.nodes.get(0);
      edit(node, from, to);
      refuses(run(cluster.folder, "run", "-c", node.file.toString()), words);
    }
  }

  @Test
  void allFaultsOfAFileAtOnceEachWithItsPlace() throws Exception {
    try (NamedServers servers = new NamedServers("app-1");
        GatewayCluster cluster = prepared(servers)) {
      GatewayCluster.Node node = cluster.nodes.get(0);
      edit(node, "queue: 1000", "queue: many");
      edit(node, "pool: chat", "pool: nowhere");
      for (String command : new String[] {"check", "run"}) {
        End end = run(cluster.folder, command, "-c", node.file.toString());
        int code = command.equals("check") ? 1 : 2;
        refuses(code, end, "listeners", "queue: many", "(expected: ");
        refuses(code, end, "listeners", "pool: nowhere", "(expected: ");
        assertThat(end.lines())
            .filteredOn(line -> line.contains("(expected: "))
            .allMatch(line -> line.matches(".*gw-1\\.yaml:\\d+:\\d+: .*"));
      }
    }
  }

  @Test
  void unknownCommandsAndFilesThatAreNotThere() throws Exception {
    Path folder = Files.createTempDirectory("holdfast-bad");
    assertThat(run(folder, "fly").code()).isEqualTo(64);
    assertThat(run(folder, "run").code()).isEqualTo(64);
    refuses(1, run(folder, "check", "-c", folder.resolve("none.yaml").toString()), "none.yaml");
    refuses(run(folder, "status", "--api", "http://127.0.0.1:" + FreePorts.one()), "127.0.0.1");
  }
}
