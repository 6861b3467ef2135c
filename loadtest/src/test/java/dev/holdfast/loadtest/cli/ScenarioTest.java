package dev.holdfast.loadtest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.loadtest.io.Lane;
import dev.holdfast.loadtest.serve.CountDoor;
import dev.holdfast.loadtest.serve.Servers;
import dev.holdfast.loadtest.serve.Tally;
import dev.holdfast.loadtest.words.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scenarios against servers of this process, without a proxy, and servers that misbehave. */
class ScenarioTest {
  private static final Target ANY = Target.parse("127.0.0.1:0");

  @TempDir private Path folder;
  private final Fixture cli = new Fixture();
  private Servers servers;
  private CountDoor door;

  @BeforeEach
  void open() throws IOException {
    servers = new Servers(Lane.start("serve"), new Tally());
    door = new CountDoor(ANY, servers);
  }

  @AfterEach
  void close() throws IOException {
    door.close();
    servers.close();
  }

  private String echo(String name) throws IOException {
    return "127.0.0.1:" + servers.add(name, ANY, Servers.Kind.ECHO, true);
  }

  private String counts() {
    return "127.0.0.1:" + door.address().getPort();
  }

  @Test
  void holdKeepsSessionsAndChecksThem() throws IOException {
    Path json = folder.resolve("run.json");
    Path html = folder.resolve("run.html");
    int exit =
        cli.run(
            "hold",
            "--target",
            echo("app-1"),
            "--sessions",
            "50",
            "--rate",
            "500/s",
            "--every",
            "100ms",
            "--duration",
            "400ms",
            "--sources",
            "127.1.0.0/24",
            "--count-at",
            counts(),
            "--limit",
            "50",
            "--server-limit",
            "app-1=50",
            "--json",
            json.toString(),
            "--html",
            html.toString());
    assertThat(cli.out()).contains("ok     lost", "ok     limit", "ok     kept", "app-1");
    assertThat(exit).as(cli.err()).isZero();
    JsonNode run = new ObjectMapper().readTree(json.toFile());
    assertThat(run.path("passed").asBoolean()).isTrue();
    assertThat(run.path("counts").path("opened").asInt()).isEqualTo(50);
    assertThat(run.path("counts").path("ended").asInt()).isEqualTo(50);
    assertThat(run.path("counts").path("echoes").asInt()).isPositive();
    assertThat(run.path("servers").path("all").path("max").asInt()).isEqualTo(50);
    assertThat(run.path("latencies").path("echo").path("count").asInt())
        .isEqualTo(run.path("counts").path("echoes").asInt());
    assertThat(Files.readString(html))
        .contains("uPlot", "\"scenario\":\"hold\"")
        .doesNotContain("/*DATA*/");
    assertThat(servers.all().current()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "[::1]"})
  void churnWorksInBothFamilies(String host) throws IOException {
    int port = servers.add("app-1", Target.parse(host + ":0"), Servers.Kind.ECHO, true);
    int exit =
        cli.run("churn", "--target", host + ":" + port, "--sessions", "8", "--duration", "300ms");
    assertThat(exit).as(cli.err()).isZero();
    assertThat(servers.all().total()).isGreaterThan(8);
    assertThat(servers.all().current()).isZero();
  }

  @Test
  void churnKeepsItsRate() throws IOException {
    Path json = folder.resolve("run.json");
    int exit =
        cli.run(
            "churn",
            "--target",
            echo("app-1"),
            "--rate",
            "200/s",
            "--duration",
            "500ms",
            "--json",
            json.toString());
    assertThat(exit).as(cli.err()).isZero();
    // how many are late when it ends is up to the machine, but never are there more
    assertThat(new ObjectMapper().readTree(json.toFile()).path("counts").path("opened").asInt())
        .isBetween(1, 102);
  }

  @Test
  void echoSaturates() throws IOException {
    assertThat(cli.run("echo", "--target", echo("app-1"), "--sessions", "4", "--duration", "300ms"))
        .as(cli.err())
        .isZero();
    assertThat(cli.out()).contains("ok     bytes");
  }

  @Test
  void bulkComparesEveryByte() throws IOException {
    assertThat(cli.run("bulk", "--target", echo("app-1"), "--streams", "2", "--duration", "300ms"))
        .as(cli.err())
        .isZero();
    int port = servers.add("sink", ANY, Servers.Kind.SINK, true);
    assertThat(
            cli.run(
                "bulk",
                "--target",
                "127.0.0.1:" + port,
                "--streams",
                "2",
                "--duration",
                "300ms",
                "--sink"))
        .as(cli.err())
        .isZero();
  }

  @Test
  void workersOfThisMachineShareTheWork() throws IOException {
    int exit =
        cli.run(
            "hold",
            "--target",
            echo("app-1"),
            "--sessions",
            "30",
            "--every",
            "100ms",
            "--duration",
            "500ms",
            "--sources",
            "127.1.0.0/24",
            "--workers",
            "2");
    assertThat(exit).as(cli.err()).isZero();
    assertThat(cli.out()).contains("30 of 30 sessions were there at the end", "30 sources");
    assertThat(servers.all().most()).isEqualTo(30);
  }

  @Test
  void mixedDoesAllAtOnce() throws IOException {
    assertThat(
            cli.run(
                "mixed",
                "--target",
                echo("app-1"),
                "--sessions",
                "20",
                "--every",
                "50ms",
                "--rate",
                "50/s",
                "--streams",
                "1",
                "--duration",
                "300ms"))
        .as(cli.err())
        .isZero();
  }

  @Test
  void saysWhenALimitIsBroken() throws IOException {
    int exit =
        cli.run(
            "hold",
            "--target",
            echo("app-1"),
            "--sessions",
            "20",
            "--duration",
            "100ms",
            "--count-at",
            counts(),
            "--limit",
            "10");
    assertThat(exit).isEqualTo(Exit.FAILED);
    assertThat(cli.errLines())
        .last()
        .asString()
        .contains("failed: limit (the servers had at most 20 sessions at once of 10)");
  }

  @Test
  void saysWhenASourceReachesTwoServers() throws IOException {
    String two = echo("app-1") + "," + echo("app-2");
    assertThat(cli.run("hold", "--target", two, "--sessions", "10", "--duration", "100ms"))
        .isEqualTo(Exit.FAILED);
    assertThat(cli.errLines()).last().asString().contains("failed: sticky (", "app-1", "app-2");
    assertThat(
            cli.run(
                "hold", "--target", two, "--sessions", "10", "--duration", "100ms", "--may-move"))
        .isZero();
  }

  @Test
  void saysWhenNobodyListens() {
    assertThat(cli.run("hold", "--target", "127.0.0.1:1", "--sessions", "3", "--duration", "100ms"))
        .isEqualTo(Exit.FAILED);
    assertThat(cli.errLines())
        .last()
        .asString()
        .contains("refused (0 sessions were refused, 3 found nobody)", "kept (0 of 3");
  }

  @Test
  void saysWhenServersDoNotTellTheirCounts() throws IOException {
    assertThat(
            cli.run(
                "hold",
                "--target",
                echo("app-1"),
                "--sessions",
                "3",
                "--duration",
                "100ms",
                "--count-at",
                "127.0.0.1:1",
                "--limit",
                "9"))
        .isEqualTo(Exit.FAILED);
    assertThat(cli.errLines()).last().asString().contains("limit (count-at: 127.0.0.1:1: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"CLOSE", "RESET", "GARBLE", "REFUSE", "MUTE"})
  void seesWhatABadServerDoes(String how) throws IOException {
    try (BadServer bad = new BadServer(BadServer.How.valueOf(how))) {
      int exit =
          cli.run(
              "hold",
              "--target",
              "127.0.0.1:" + bad.port(),
              "--sessions",
              "4",
              "--every",
              "100ms",
              "--duration",
              "600ms",
              "--patience",
              "200ms");
      assertThat(exit).isEqualTo(Exit.FAILED);
      assertThat(cli.errLines())
          .last()
          .asString()
          .contains(
              switch (how) {
                case "CLOSE" -> "lost (4 of 4 sessions were lost: 4 by an end, 0 by a reset)";
                case "RESET" -> "lost (4 of 4 sessions were lost: 0 by an end, 4 by a reset)";
                case "GARBLE" -> "bytes (4 sessions received wrong bytes or too few)";
                case "REFUSE" -> "refused (4 sessions were refused, 0 found nobody)";
                default -> "kept (0 of 4 sessions were there at the end)";
              });
    }
  }

  @Test
  void aStormIsOverWhenAllAreBack() throws IOException {
    try (BadServer bad = new BadServer(BadServer.How.RESET_ONCE)) {
      int exit =
          cli.run(
              "storm",
              "--target",
              "127.0.0.1:" + bad.port(),
              "--sessions",
              "5",
              "--every",
              "50ms",
              "--duration",
              "1s");
      assertThat(exit).as(cli.out() + cli.err()).isZero();
      assertThat(cli.out()).contains("5 were lost (0 by an end, 5 by a reset), 5 came back");
    }
  }
}
