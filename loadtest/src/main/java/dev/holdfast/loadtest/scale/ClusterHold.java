package dev.holdfast.loadtest.scale;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.loadtest.crew.LocalWorkers;
import dev.holdfast.loadtest.crew.Workers;
import dev.holdfast.loadtest.drive.CrowdPlan;
import dev.holdfast.loadtest.drive.Drive;
import dev.holdfast.loadtest.drive.Plan;
import dev.holdfast.loadtest.measure.Count;
import dev.holdfast.loadtest.measure.Sample;
import dev.holdfast.loadtest.report.Show;
import dev.holdfast.loadtest.run.Check;
import dev.holdfast.loadtest.run.Expectation;
import dev.holdfast.loadtest.run.Outcome;
import dev.holdfast.loadtest.run.Run;
import dev.holdfast.loadtest.run.Tick;
import dev.holdfast.loadtest.words.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Starts a cluster, fills it to its limit, holds it, and looks at what it did. */
public final class ClusterHold {
  private static final int PROBES = 20;

  /** They stand in line first. */
  private static final long PROBE_NANOS = 15_000_000_000L;

  private static final long READY_MS = 300_000;
  private static final long FREE_MS = 30_000;

  private final Size size;
  private final Path launcher;
  private final String javaOptions;
  private final Class<?> main;
  private final Consumer<String> says;
  private final List<Check> more = new ArrayList<>();
  private final List<String> figures = new ArrayList<>();
  private @Nullable Memory full;

  /**
   * Prepares.
   *
   * @param launcher of the gateways
   * @param javaOptions of each gateway
   * @param main the program's class; servers and workers are started from it
   * @param says hears what happens
   */
  public ClusterHold(
      Size size, Path launcher, String javaOptions, Class<?> main, Consumer<String> says) {
    this.size = size;
    this.launcher = launcher;
    this.javaOptions = javaOptions;
    this.main = main;
    this.says = says;
  }

  /** What was seen besides the run itself, for people. */
  public List<String> figures() {
    return List.copyOf(figures);
  }

  /** The plan of the sessions. */
  public Plan plan() {
    return new Plan(
        "cluster-hold",
        List.of(
            CrowdPlan.steady(size.sessions(), size.opensPerSecond(), 1000.0 / size.everyMs(), 64)),
        IntStream.range(0, size.nodes()).mapToObj(i -> Target.parse(Gateways.listener(i))).toList(),
        List.of(size.sources()),
        size.rampMs(),
        size.holdMs(),
        true,
        1,
        0,
        1);
  }

  /**
   * Does it.
   *
   * @throws IOException if a process cannot be started or ends; the message is one line
   */
  public Outcome run(BiConsumer<Tick, Run.Phase> onTick) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("holdfast-scale-");
    boolean done = false;
    try (AppServers servers = new AppServers(size.servers(), main, folder);
        Gateways gateways = new Gateways(folder, size)) {
      long begin = System.nanoTime();
      says.accept("starting " + size.nodes() + " gateways, " + size.servers() + " servers");
      gateways.start(launcher, javaOptions);
      awaitReady(gateways);
      figures.add(
          "%d gateways ready after %s"
              .formatted(size.nodes(), Show.seconds((System.nanoTime() - begin) / 1e9)));
      Outcome outcome = hold(gateways, servers, onTick);
      done = true;
      return outcome;
    } finally {
      if (done) {
        remove(folder);
      } else {
        says.accept("what the processes said is in " + folder);
      }
    }
  }

  private void awaitReady(Gateways gateways) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + READY_MS * 1_000_000;
    int before = -1;
    for (int ready = gateways.ready(); ready < size.nodes(); ready = gateways.ready()) {
      if (ready != before) {
        says.accept("ready " + ready + " of " + size.nodes());
        before = ready;
      }
      if (System.nanoTime() > deadline) {
        throw new IOException("only " + ready + " of " + size.nodes() + " gateways became ready");
      }
      Thread.sleep(500);
    }
  }

  private Outcome hold(Gateways gateways, AppServers servers, BiConsumer<Tick, Run.Phase> onTick)
      throws IOException, InterruptedException {
    Plan plan = plan();
    Expectation expectation =
        new Expectation(true, false, false, servers.countAt(), (long) size.sessions(), Map.of());
    Memory empty = Memory.of(gateways.handles());
    Outcome outcome;
    try (LocalWorkers workers = new LocalWorkers(size.workers(), main, List.of());
        Workers crew = new Workers(workers.places(), workers.token(), plan)) {
      Thread looks = new Thread(() -> lookWhenFull(gateways), "looks");
      looks.setDaemon(true);
      looks.start();
      outcome = new Run(plan, expectation, crew, Duration.ofSeconds(30), onTick).conduct();
      looks.join();
    }
    report(empty);
    gateways.requireAlive();
    free(gateways);
    List<Check> checks = new ArrayList<>(outcome.checks());
    checks.addAll(more);
    return new Outcome(
        outcome.plan(),
        outcome.startedAtMs(),
        outcome.seconds(),
        outcome.counts(),
        outcome.times(),
        outcome.ticks(),
        outcome.seen(),
        outcome.servers(),
        checks);
  }

  /** Early in the hold: that one more session is refused, then memory. */
  private void lookWhenFull(Gateways gateways) {
    try {
      Thread.sleep(size.rampMs() + size.holdMs() / 3);
      probe();
      full = Memory.of(gateways.handles());
    } catch (IOException e) {
      more.add(new Check("look", false, String.valueOf(e.getMessage())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void probe() throws InterruptedException {
    Plan probes =
        new Plan(
            "probe",
            List.of(CrowdPlan.steady(PROBES, 0, 0, 1)),
            plan().targets(),
            List.of(size.sources()),
            100,
            0,
            true,
            1,
            0,
            1);
    try (Drive drive = new Drive(probes)) {
      drive.start();
      long deadline = System.nanoTime() + PROBE_NANOS;
      Sample sample = drive.sample();
      while (sample.count(Count.REFUSED) < PROBES && System.nanoTime() < deadline) {
        Thread.sleep(100);
        sample = drive.sample();
      }
      more.add(
          new Check(
              "full",
              sample.count(Count.REFUSED) == PROBES && sample.count(Count.OPENED) == 0,
              "%d of %d more sessions were refused at the limit, %d admitted"
                  .formatted(sample.count(Count.REFUSED), PROBES, sample.count(Count.OPENED))));
    }
  }

  private void report(Memory empty) {
    Memory now = full;
    if (now == null) {
      return;
    }
    double sessions = size.sessions();
    double ofHeaps = sessions / size.nodes() * now.heaps();
    figures.add(
        "gateways: %s private memory, %s before; %s a session"
            .formatted(
                Show.bytes(now.privateBytes()),
                Show.bytes(empty.privateBytes()),
                Show.bytes((now.privateBytes() - empty.privateBytes()) / sessions)));
    if (ofHeaps > 0) {
      figures.add(
          "live heap after a collection: %s a session"
              .formatted(Show.bytes((now.liveBytes() - empty.liveBytes()) / ofHeaps)));
    }
    figures.add(
        "kernel memory: %s a session, for its 4 sockets"
            .formatted(Show.bytes((now.kernelBytes() - empty.kernelBytes()) / sessions)));
    figures.add(
        "CPU of all gateways, opening %d sessions and a third of the hold: %s s"
            .formatted(size.sessions(), Show.digits(now.cpuSeconds() - empty.cpuSeconds())));
  }

  /** After the last session the cluster holds nothing. */
  private void free(Gateways gateways) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + FREE_MS * 1_000_000;
    long current = -1;
    while (System.nanoTime() < deadline) {
      JsonNode cluster = gateways.cluster(0);
      current = cluster.path("sessions").path("current").asLong(-1);
      if (current == 0) {
        break;
      }
      Thread.sleep(500);
    }
    more.add(
        new Check("free", current == 0, current + " sessions are held after the last has ended"));
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
