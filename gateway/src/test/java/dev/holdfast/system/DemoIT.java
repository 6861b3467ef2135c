package dev.holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.words.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo as somebody sees it who tries Holdfast for the first time. */
class DemoIT {
  private static final Pattern SERVER =
      Pattern.compile("server (app-\\d) address=(127\\.0\\.0\\.1:\\d+) pid=(\\d+)");
  private static final Pattern NODE =
      Pattern.compile(
          "node (gw-\\d) listener=(127\\.0\\.0\\.1:\\d+) admin=(127\\.0\\.0\\.1:\\d+) pid=(\\d+)");
  private static final Duration BOUND = Duration.ofSeconds(60);

  @TempDir Path folder;

  private Process demo;
  private Path out;
  private final List<ProcessHandle> children = new ArrayList<>();
  private final List<InetSocketAddress> listeners = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    out = folder.resolve("out");
    List<String> command = new ArrayList<>(GatewayCluster.command("demo"));
    command.add(1, "-Djava.io.tmpdir=" + Files.createDirectory(folder.resolve("tmp")));
    demo =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    Await.until("ready", BOUND, () -> !demo.isAlive() || says("try kill -9 \\d+ .*"));
    List<String> lines = Files.readAllLines(out);
    assertThat(lines).as("servers, nodes, ready, what to try").hasSizeGreaterThan(7);
    lines.subList(0, 3).forEach(line -> child(SERVER, line, 3));
    for (String line : lines.subList(3, 6)) {
      HostPort listener = HostPort.parse(child(NODE, line, 4).group(2));
      listeners.add(new InetSocketAddress(listener.host(), listener.port()));
    }
    assertThat(lines.get(6)).isEqualTo("ready nodes=3 servers=3");
    assertThat(lines.subList(7, lines.size())).allMatch(line -> line.startsWith("try "));
  }

  private Matcher child(Pattern pattern, String line, int pid) {
    Matcher matcher = pattern.matcher(line);
    assertThat(matcher.matches()).as(line).isTrue();
    children.add(ProcessHandle.of(Long.parseLong(matcher.group(pid))).orElseThrow());
    return matcher;
  }

  private boolean says(String line) throws IOException {
    return Files.readAllLines(out).stream().anyMatch(one -> one.matches(line));
  }

  @AfterEach
  void end() {
    demo.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
  }

  @Test
  void nodesAgreeAKilledOneIsToldAndAnInterruptEndsAll() throws Exception {
    try (Client one = Client.open("127.0.0.9", listeners.get(0), 5000);
        Client two = Client.open("127.0.0.9", listeners.get(1), 5000);
        Client three = Client.open("127.0.0.9", listeners.get(2), 5000)) {
      assertThat(two.server()).isEqualTo(one.server());
      assertThat(three.server()).isEqualTo(one.server());

      children.get(4).destroyForcibly(); // gw-2
      Await.until("its end is told", BOUND, () -> says("node gw-2 ended signal=9"));
      assertThat(one.alive()).isTrue();
      assertThat(three.alive()).isTrue();
    }
    new ProcessBuilder("kill", "-INT", Long.toString(demo.pid())).start().waitFor();
    assertThat(demo.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(demo.exitValue()).isZero();
    assertThat(children).noneMatch(ProcessHandle::isAlive);
    try (var left = Files.list(folder.resolve("tmp"))) {
      assertThat(left.filter(file -> file.getFileName().toString().startsWith("holdfast-demo")))
          .isEmpty();
    }
    assertThat(Files.readAllLines(out)).filteredOn(line -> line.contains(" ended ")).hasSize(1);
  }

  @Test
  void aDemoThatIsKilledTakesItsChildrenAlong() throws Exception {
    demo.destroyForcibly();
    Await.until("children end", BOUND, () -> children.stream().noneMatch(ProcessHandle::isAlive));
  }
}
