package dev.holdfast.loadtest.compare;

import dev.holdfast.loadtest.compare.Work.Part;
import dev.holdfast.loadtest.drive.CrowdPlan;
import dev.holdfast.loadtest.drive.Drive;
import dev.holdfast.loadtest.drive.Plan;
import dev.holdfast.loadtest.measure.Count;
import dev.holdfast.loadtest.measure.Latency;
import dev.holdfast.loadtest.measure.Meter;
import dev.holdfast.loadtest.measure.Sample;
import dev.holdfast.loadtest.peers.Calls;
import dev.holdfast.loadtest.peers.Heap;
import dev.holdfast.loadtest.peers.Kernel;
import dev.holdfast.loadtest.peers.Pauses;
import dev.holdfast.loadtest.peers.Running;
import dev.holdfast.loadtest.words.Sources;
import dev.holdfast.loadtest.words.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** One proxy in one round: warmed, then measured, one kind of work after the other. */
final class Bout {
  private static final Sources SOURCES = Sources.parse("127.1.0.0/23");
  private static final int ECHO_SESSIONS = 64;
  private static final int STREAMS = 16;
  private static final int ECHO_BYTES = 64;
  private static final int HOLD_PER_SECOND = 1000;
  private static final long SETTLE_MS = 300;

  /** A proxy that gets less than this part of a core is not waited for any longer. */
  private static final int MOST_WALL = 12;

  private static final long PATIENCE_MS = 20_000;

  private final Running proxy;
  private final Ground ground;
  private final Work work;
  private final Map<Measure, Double> figures = new EnumMap<>(Measure.class);

  Bout(Running proxy, Ground ground, Work work) {
    this.proxy = proxy;
    this.ground = ground;
    this.work = work;
  }

  /**
   * Measures.
   *
   * @return the figures of the parts that were asked for
   * @throws IOException if the proxy is gone or lost sessions; the message is one line
   */
  Map<Measure, Double> fight() throws IOException, InterruptedException {
    if (work.parts().contains(Part.IDLE)) {
      idle(); // first: later its heap would hold what the other work left behind
    }
    if (work.parts().contains(Part.CHURN)) {
      churn();
    }
    if (work.parts().contains(Part.ECHO)) {
      echo();
    }
    if (work.parts().contains(Part.BULK)) {
      bulk(1, Measure.BULK_1_CPU, Measure.BULK_1_RATE);
      bulk(STREAMS, Measure.BULK_16_CPU, Measure.BULK_16_RATE);
    }
    if (work.parts().contains(Part.SECOND)) {
      new SecondOpinion(proxy.handle(), ground, figures).ask(work.warmMs());
    }
    if (work.parts().contains(Part.CALLS)) {
      calls();
    }
    return figures;
  }

  private Plan plan(String name, String front, long rampMs, CrowdPlan crowd) {
    Target target = Target.parse("127.0.0.1:" + ground.port(front));
    return new Plan(
        name, List.of(crowd), List.of(target), List.of(SOURCES), rampMs, 0, true, 1, 0, 1);
  }

  /**
   * Lets a load go on until the proxy has used so much CPU for it, so that a figure is as sharp and
   * a proxy as warm on a machine that others use too; but not for ever.
   */
  private void work(long cpuMs) throws IOException, InterruptedException {
    double enough = cpu() + cpuMs / 1e3;
    long deadline = System.nanoTime() + cpuMs * 1_000_000 * MOST_WALL;
    while (cpu() < enough && System.nanoTime() < deadline) {
      Thread.sleep(20);
    }
  }

  private double cpu() throws IOException {
    return Kernel.cpuSeconds(proxy.handle());
  }

  private double compiling() throws IOException {
    return Kernel.compilerSeconds(proxy.handle());
  }

  /** Which part of the CPU its compilers took; nothing of a proxy that has none. */
  private void compiling(Measure measure, double before, double used) throws IOException {
    double now = compiling();
    if (now > 0) {
      figures.put(measure, Math.max(0, now - before) / used * 100);
    }
  }

  /** A load that is stopped and waited for, and has to be without a fault. */
  private final class Load implements AutoCloseable {
    private final String name;
    private final Drive drive;
    private boolean stopped;

    Load(Plan plan) {
      name = plan.scenario();
      drive = new Drive(plan);
      drive.start();
    }

    Sample sample() {
      return drive.sample();
    }

    /** Waits until so many sessions are established. */
    void awaitOpen(int sessions) throws IOException, InterruptedException {
      long deadline = System.nanoTime() + PATIENCE_MS * 1_000_000;
      while (drive.sample().open() < sessions) {
        if (System.nanoTime() > deadline) {
          throw new IOException(
              name
                  + ": only "
                  + drive.sample().open()
                  + " of "
                  + sessions
                  + " sessions through the proxy: "
                  + proxy.tail());
        }
        Thread.sleep(10);
      }
    }

    Sample stop() throws IOException, InterruptedException {
      stopped = true;
      drive.stop();
      long deadline = System.nanoTime() + PATIENCE_MS * 1_000_000;
      while (!drive.isOver() && System.nanoTime() < deadline) {
        Thread.sleep(2);
      }
      Sample last = drive.sample();
      long bad =
          last.lost()
              + last.count(Count.WRONG_BYTES)
              + last.count(Count.UNSTICKY)
              + last.count(Count.REFUSED)
              + last.count(Count.UNREACHABLE)
              + last.count(Count.OWN_FAULTS)
              + last.alive();
      if (bad > 0) {
        throw new IOException(
            name + ": not as it should be: " + last.counts() + "; " + proxy.tail());
      }
      return last;
    }

    @Override
    public void close() {
      if (!stopped) {
        drive.stop();
      }
      drive.close();
    }
  }

  private void churn() throws IOException, InterruptedException {
    if (work.warmMs() > 0) { // a proxy that has just started is not asked for thousands at once
      shortSessions(work.warmMs());
    }
    try (Load held = held()) {
      Path pauses = proxy.folder().resolve(Pauses.FILE);
      long pausesBefore = Pauses.length(pauses);
      double before = cpu();
      double compiled = compiling();
      long start = System.nanoTime();
      Sample last = shortSessions(work.measureMs());
      double seconds = (System.nanoTime() - start) / 1e9;
      double used = cpu() - before;
      double sessions = last.count(Count.ENDED);
      Histogram times = last.times().getOrDefault(Latency.SESSION, Meter.histogram());
      figures.put(Measure.SESSION_CPU, used / sessions * 1e6);
      figures.put(Measure.SESSION_RATE, sessions / seconds);
      figures.put(Measure.SESSION_BUSY, used / seconds * 100);
      compiling(Measure.SESSION_COMPILING, compiled, used);
      percentiles(times, Measure.SESSION_P50, Measure.SESSION_P99, Measure.SESSION_P999);
      Histogram stops = Pauses.since(pauses, pausesBefore);
      if (stops.getTotalCount() > 0) {
        figures.put(Measure.PAUSES, (double) stops.getTotalCount());
        figures.put(Measure.PAUSE_P999, stops.getValueAtPercentile(99.9) / 1e3);
        figures.put(Measure.PAUSE_MAX, stops.getMaxValue() / 1e3);
      }
      held.stop();
    }
  }

  private Load held() throws IOException, InterruptedException {
    int count = Math.max(1, work.held());
    Load held =
        new Load(
            plan(
                "held", "chat", 1000L * count / HOLD_PER_SECOND, CrowdPlan.steady(count, 0, 0, 1)));
    try {
      held.awaitOpen(count);
    } catch (IOException | InterruptedException e) {
      held.close();
      throw e;
    }
    return held;
  }

  private Sample shortSessions(long ms) throws IOException, InterruptedException {
    try (Load load =
        new Load(plan("churn", "chat", 0, CrowdPlan.churn(work.sessions(), 0, 1, 1)))) {
      work(ms);
      return load.stop();
    }
  }

  private void percentiles(Histogram times, Measure p50, Measure p99, Measure p999) {
    figures.put(p50, times.getValueAtPercentile(50) / 1e3);
    figures.put(p99, times.getValueAtPercentile(99) / 1e3);
    figures.put(p999, times.getValueAtPercentile(99.9) / 1e3);
  }

  private void echo() throws IOException, InterruptedException {
    CrowdPlan crowd = CrowdPlan.steady(ECHO_SESSIONS, 0, 0, ECHO_BYTES).saturating();
    try (Load load = new Load(plan("echo", "chat", 0, crowd))) {
      load.awaitOpen(ECHO_SESSIONS);
      work(work.warmMs());
      double compiled = compiling();
      Window window = new Window(load);
      work(work.measureMs());
      window.end();
      compiling(Measure.ECHO_COMPILING, compiled, window.used);
      double echoes = window.count(Count.ECHOES);
      figures.put(Measure.ECHO_CPU, window.used / echoes * 1e6);
      figures.put(Measure.ECHO_RATE, echoes / window.seconds);
      figures.put(Measure.ECHO_BUSY, window.used / window.seconds * 100);
      percentiles(
          window.times(Latency.ECHO), Measure.ECHO_P50, Measure.ECHO_P99, Measure.ECHO_P999);
      load.stop();
    }
  }

  private void bulk(int streams, Measure cpu, Measure rate)
      throws IOException, InterruptedException {
    try (Load load = new Load(plan("bulk", "sink", 0, CrowdPlan.bulk(streams, true)))) {
      load.awaitOpen(streams);
      work(work.warmMs() / 2);
      Window window = new Window(load);
      work(work.measureMs() / 2);
      window.end();
      double bytes = window.count(Count.BYTES_SENT);
      figures.put(cpu, window.used / bytes * 1e9 * 1e3);
      figures.put(rate, bytes / window.seconds / 1e6);
      load.stop();
    }
  }

  /** What happens between two moments of a load that goes on. */
  private final class Window {
    private final Load load;
    private final Sample before;
    private final double cpuBefore;
    private final long start;
    private @Nullable Sample after;
    double used;
    double seconds;

    Window(Load load) throws IOException {
      this.load = load;
      before = load.sample();
      cpuBefore = cpu();
      start = System.nanoTime();
    }

    void end() throws IOException {
      seconds = (System.nanoTime() - start) / 1e9;
      used = cpu() - cpuBefore;
      after = load.sample();
    }

    double count(Count count) {
      return after == null ? 0 : after.count(count) - before.count(count);
    }

    Histogram times(Latency latency) {
      return after == null
          ? Meter.histogram()
          : after.times().getOrDefault(latency, Meter.histogram());
    }
  }

  /** Memory: a few sessions first, so that what is made once is not counted. */
  private void idle() throws IOException, InterruptedException {
    shortSessions(work.warmMs());
    Thread.sleep(SETTLE_MS);
    Memory empty = memory();
    long ramp = 1000L * work.idle() / HOLD_PER_SECOND;
    try (Load load = new Load(plan("idle", "chat", ramp, CrowdPlan.steady(work.idle(), 0, 0, 1)))) {
      load.awaitOpen(work.idle());
      Thread.sleep(SETTLE_MS);
      Memory full = memory();
      double sessions = work.idle();
      figures.put(Measure.IDLE_PRIVATE, full.privateBytes / 1e6);
      figures.put(
          Measure.IDLE_USER,
          full.live.isPresent()
              ? (full.live.getAsLong() - empty.live.orElse(0)) / sessions
              : (full.privateBytes - empty.privateBytes) / sessions);
      figures.put(Measure.IDLE_KERNEL, (full.kernelBytes - empty.kernelBytes) / sessions);
      figures.put(Measure.IDLE_FILES, (full.files - empty.files) / sessions);
      load.stop();
    }
  }

  private record Memory(OptionalLong live, long privateBytes, long kernelBytes, long files) {}

  private Memory memory() throws IOException, InterruptedException {
    OptionalLong live = Heap.liveBytes(proxy.handle());
    return new Memory(
        live,
        Kernel.privateBytes(proxy.handle()),
        Kernel.socketBytes(),
        Kernel.files(proxy.handle()));
  }

  private void calls() throws IOException, InterruptedException {
    long made;
    double sessions;
    try (Calls calls = Calls.of(proxy.handle(), proxy.folder())) {
      int few = 8;
      try (Load load = new Load(plan("calls", "chat", 0, CrowdPlan.churn(few, 0, 1, 1)))) {
        long deadline = System.nanoTime() + PATIENCE_MS * 1_000_000;
        while (load.sample().count(Count.ENDED) < work.calls() && System.nanoTime() < deadline) {
          Thread.sleep(1);
        }
        sessions = load.stop().count(Count.ENDED);
      }
      Map<String, Long> all = calls.end();
      made = all.values().stream().mapToLong(Long::longValue).sum();
      ground.note(all, sessions);
    }
    figures.put(Measure.SESSION_CALLS, made / sessions);
  }
}
