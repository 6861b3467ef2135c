package dev.holdfast.loadtest.crew;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.loadtest.drive.CrowdPlan;
import dev.holdfast.loadtest.drive.Plan;
import dev.holdfast.loadtest.io.Lane;
import dev.holdfast.loadtest.measure.Count;
import dev.holdfast.loadtest.run.Expectation;
import dev.holdfast.loadtest.run.Outcome;
import dev.holdfast.loadtest.run.Run;
import dev.holdfast.loadtest.serve.Servers;
import dev.holdfast.loadtest.serve.Tally;
import dev.holdfast.loadtest.words.Sources;
import dev.holdfast.loadtest.words.Target;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Workers in this process, met over real sockets. */
class WorkersTest {
  private static final Target ANY = Target.parse("127.0.0.1:0");
  private static final Token TOKEN = Token.of("0123456789abcdef");

  private final List<WorkerDoor> doors = new ArrayList<>();
  private final List<String> said = new CopyOnWriteArrayList<>();
  private Servers servers;

  @BeforeEach
  void open() {
    servers = new Servers(Lane.start("serve"), new Tally());
  }

  @AfterEach
  void close() throws IOException {
    for (WorkerDoor door : doors) {
      door.close();
    }
    servers.close();
  }

  private Target worker() throws IOException {
    WorkerDoor door = new WorkerDoor(ANY, TOKEN, false, said::add);
    doors.add(door);
    Thread thread = new Thread(door::serve, "worker");
    thread.setDaemon(true);
    thread.start();
    return Target.parse("127.0.0.1:" + door.address().getPort());
  }

  private Target server(String name) throws IOException {
    return Target.parse("127.0.0.1:" + servers.add(name, ANY, Servers.Kind.ECHO, true));
  }

  private static Plan plan(List<Target> targets, String sources) {
    return new Plan(
        "hold",
        List.of(CrowdPlan.steady(21, 0, 50, 64)),
        targets,
        List.of(Sources.parse(sources)),
        200,
        200,
        true,
        1,
        0,
        1);
  }

  private Outcome run(Plan plan, Target... places) throws Exception {
    try (Workers workers = new Workers(List.of(places), TOKEN, plan)) {
      return new Run(
              plan, Expectation.usual(), workers, Duration.ofSeconds(10), (tick, phase) -> {})
          .conduct();
    }
  }

  @Test
  void shareAPlanAndAddUpWhatTheySaw() throws Exception {
    Plan plan = plan(List.of(server("app-1")), "127.1.0.0/24");
    Outcome outcome = run(plan, worker(), worker(), worker());
    assertThat(outcome.passed()).as("%s", outcome.checks()).isTrue();
    assertThat(outcome.count(Count.OPENED)).isEqualTo(21);
    assertThat(servers.all().most()).isEqualTo(21);
    assertThat(outcome.seen().sourcesByServer()).containsExactly(Map.entry("app-1", 21));
    assertThat(outcome.times().values().stream().mapToLong(t -> t.getTotalCount()).sum())
        .isGreaterThan(outcome.count(Count.ECHOES));
  }

  @Test
  void seeASourceThatTwoOfThemSentToTwoServers() throws Exception {
    // one source: each worker alone sees one server only
    Plan plan = plan(List.of(server("app-1"), server("app-2")), "127.1.0.1");
    Outcome outcome = run(plan, worker(), worker());
    assertThat(outcome.checks())
        .filteredOn(check -> !check.passed())
        .singleElement()
        .satisfies(check -> assertThat(check.name()).isEqualTo("sticky"));
  }

  @Test
  void refuseWhoeverDoesNotKnowTheToken() throws Exception {
    Target worker = worker();
    Plan plan = plan(List.of(server("app-1")), "127.1.0.1");
    assertThatThrownBy(
            () -> new Workers(List.of(worker), Token.of("another token here"), plan).close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("worker " + worker + ": the tokens differ");
    try (Workers again = new Workers(List.of(worker), TOKEN, plan)) {
      assertThat(again.isOver()).isFalse();
    }
  }

  @Test
  void haveTheirOwnIdeaOfWhatIsNear() throws Exception {
    Target worker = worker();
    Plan plan = plan(List.of(Target.parse("8.8.8.8:53")), "127.1.0.1");
    assertThatThrownBy(() -> new Workers(List.of(worker), TOKEN, plan).close())
        .hasMessageContaining("target: 8.8.8.8:53 (expected: a loopback or private address");
  }

  @Test
  void sayWhenAWorkerIsNotThere() {
    Plan plan = plan(List.of(ANY), "127.1.0.1");
    assertThatThrownBy(() -> new Workers(List.of(Target.parse("127.0.0.1:1")), TOKEN, plan).close())
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("worker 127.0.0.1:1: ");
  }

  @Test
  void endTheLoadWhenTheControllerIsGone() throws Exception {
    Target worker = worker();
    Plan plan = plan(List.of(server("app-1")), "127.1.0.0/24");
    Workers workers = new Workers(List.of(worker), TOKEN, plan);
    workers.start();
    while (workers.sample().open() < 21) {
      Thread.onSpinWait();
    }
    workers.close();
    long bound = System.nanoTime() + 10_000_000_000L;
    while (servers.all().current() > 0 && System.nanoTime() < bound) {
      Thread.onSpinWait();
    }
    assertThat(servers.all().current()).as(WorkersTest::whatAllThreadsDo).isZero();
  }

  /** Seen to fail twice in one process, and never again: it tells what it was then. */
  private static String whatAllThreadsDo() {
    StringBuilder said = new StringBuilder();
    Thread.getAllStackTraces()
        .forEach(
            (thread, stack) -> {
              said.append(thread.getName()).append(' ').append(thread.getState()).append('\n');
              Arrays.stream(stack).forEach(at -> said.append("    ").append(at).append('\n'));
            });
    return said.toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"GET / HTTP/1.1", "[]", "{}", "{\"nonce\":\"x\",\"proof\":\"y\"}", "null", ""})
  void outliveStrangers(String words) throws Exception {
    Target worker = worker();
    try (Socket stranger = new Socket("127.0.0.1", worker.address().getPort())) {
      stranger.getOutputStream().write((words + "\n").getBytes(StandardCharsets.UTF_8));
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(stranger.getInputStream(), StandardCharsets.UTF_8));
      assertThat(in.readLine()).contains("loadtest worker");
      String answer = in.readLine();
      assertThat(answer == null || answer.contains("the tokens differ")).isTrue();
    } catch (SocketException e) {
      // broken off: as good
    }
    Plan plan = plan(List.of(server("app-1")), "127.1.0.1");
    try (Workers again = new Workers(List.of(worker), TOKEN, plan)) {
      assertThat(again.sample().open()).isZero();
    }
  }

  @Test
  void boundWhatIsSaid() throws Exception {
    Target worker = worker();
    try (Socket stranger = new Socket("127.0.0.1", worker.address().getPort())) {
      byte[] much = new byte[64 << 10];
      Arrays.fill(much, (byte) 'x');
      long bound = System.nanoTime() + 10_000_000_000L;
      while (said.isEmpty() && System.nanoTime() < bound) {
        try {
          stranger.getOutputStream().write(much);
        } catch (SocketException e) {
          Thread.onSpinWait(); // broken off, as it should be; now it says why
        }
      }
    }
    assertThat(said).first().asString().contains("more than 1048576 bytes at once");
  }

  @Test
  void aTokenIsNotShort() {
    assertThatThrownBy(() -> Token.of("short")).hasMessageContaining("at least 16");
  }
}
