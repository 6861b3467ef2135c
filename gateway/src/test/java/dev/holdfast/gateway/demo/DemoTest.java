package dev.holdfast.gateway.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.Main;
import dev.holdfast.words.HostPort;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real processes: echo servers as they are, nodes that are ready at once. */
@Timeout(90)
class DemoTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private static Commands commands(String word) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> run =
        List.of(java, "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"));
    return new Commands() {
      @Override
      public List<String> server(String name, HostPort address) {
        return concat(
            run,
            Main.class.getName(),
            "echo-server",
            "--name",
            name,
            "--listen",
            address.toString(),
            "--end-with-parent");
      }

      @Override
      public List<String> node(Path file) {
        return concat(run, StubNode.class.getName(), word, file.toString());
      }
    };
  }

  private static List<String> concat(List<String> first, String... second) {
    return Stream.concat(first.stream(), List.of(second).stream()).toList();
  }

  private Demo demo(Path folder, int nodes, int servers, String word) throws IOException {
    Files.createDirectory(folder);
    return new Demo(
        Layout.find(nodes, servers, DemoTest::isFree),
        commands(word),
        folder,
        null,
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        Duration.ofSeconds(60));
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void saysWhatStartedAndWhatEnded(@TempDir Path dir) throws Exception {
    Path folder = dir.resolve("demo");
    Demo demo = demo(folder, 2, 1, "serve");
    CompletableFuture<Integer> run = CompletableFuture.supplyAsync(() -> run(demo));
    await(() -> out.toString().contains("try kill -9"));
    List<String> lines = out.toString().lines().toList();
    assertThat(lines.get(0)).matches("server app-1 address=127\\.0\\.0\\.1:\\d+ pid=\\d+");
    assertThat(lines.get(1))
        .matches("node gw-1 listener=127\\.0\\.0\\.1:\\d+ admin=127\\.0\\.0\\.1:\\d+ pid=\\d+");
    assertThat(lines.get(2)).startsWith("node gw-2 ");
    assertThat(lines.get(3)).isEqualTo("ready nodes=2 servers=1");
    assertThat(lines.subList(4, lines.size())).allMatch(line -> line.startsWith("try "));

    Matcher pids = Pattern.compile("pid=(\\d+)").matcher(out.toString());
    List<ProcessHandle> children =
        pids.results().map(pid -> ProcessHandle.of(Long.parseLong(pid.group(1))).get()).toList();
    assertThat(children.get(2).destroyForcibly()).isTrue();
    await(() -> out.toString().endsWith("node gw-2 ended signal=9\n"));

    demo.stop();
    assertThat(run.get(10, TimeUnit.SECONDS)).isZero();
    assertThat(children).noneMatch(ProcessHandle::isAlive);
    assertThat(folder).doesNotExist();
    assertThat(out.toString()).endsWith("node gw-2 ended signal=9\n");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void saysWhyANodeDidNotStart(@TempDir Path dir) throws Exception {
    Path folder = dir.resolve("demo");
    assertThat(run(demo(folder, 1, 1, "fail"))).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo(
            "holdfast demo: node gw-1 ended exit=2 before it was ready:"
                + " holdfast: the port is in use\n");
    assertThat(out.toString()).doesNotContain("ready");
    assertThat(folder).doesNotExist();
  }

  @Test
  void aChildEndsWhenItsParentIsGone() throws Exception {
    HostPort address = new HostPort("127.0.0.1", 0);
    Process child = new ProcessBuilder(commands("").server("app-1", address)).start();
    try (var said = child.errorReader()) {
      assertThat(said.readLine()).startsWith("app-1 listens on 127.0.0.1:");
      child.getOutputStream().close(); // what the kernel does when a parent is killed
      assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
    } finally {
      child.destroyForcibly();
    }
  }

  @ParameterizedTest
  @CsvSource({"0,exit=0", "2,exit=2", "137,signal=9", "143,signal=15", "255,exit=255"})
  void tellsASignalFromAnExit(int value, String ending) {
    assertThat(Child.ending(value)).isEqualTo(ending);
  }

  private static int run(Demo demo) {
    try {
      return demo.run();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(out + "\n" + err).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }
}
