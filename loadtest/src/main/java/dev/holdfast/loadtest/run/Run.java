package dev.holdfast.loadtest.run;

import dev.holdfast.loadtest.drive.Crew;
import dev.holdfast.loadtest.drive.Plan;
import dev.holdfast.loadtest.drive.Seen;
import dev.holdfast.loadtest.measure.Latency;
import dev.holdfast.loadtest.measure.Meter;
import dev.holdfast.loadtest.measure.Sample;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Carries a plan through: start, a look each second, stop, wait for the ends, judge. */
public final class Run {
  private static final long LOOK_NANOS = 1_000_000_000L;
  private static final long LAST_LOOK_NANOS = 50_000_000L;

  /** Of longer runs the first hours are taken down second by second. */
  private static final int MOST_TICKS = 20_000;

  private final Plan plan;
  private final Expectation expected;
  private final Crew crew;
  private final long patienceNanos;
  private final BiConsumer<Tick, Phase> onTick;
  private final List<Tick> ticks = new ArrayList<>();
  private final Map<Latency, Histogram> times = new EnumMap<>(Latency.class);
  private final long startedAtMs = System.currentTimeMillis();
  private Sample before = Sample.sum(List.of());
  private long startNanos;
  private long beforeNanos;
  private volatile boolean cut;

  /** Where a run stands. */
  public enum Phase {
    /** Sessions are opened. */
    RAMP,
    /** All is under way. */
    HOLD,
    /** Sessions end. */
    END
  }

  /**
   * Prepares.
   *
   * @param patience sessions that were asked to end may take so long
   * @param onTick hears each second what was taken down
   */
  public Run(
      Plan plan,
      Expectation expected,
      Crew crew,
      Duration patience,
      BiConsumer<Tick, Phase> onTick) {
    this.plan = plan;
    this.expected = expected;
    this.crew = crew;
    this.patienceNanos = patience.toNanos();
    this.onTick = onTick;
  }

  /** Ends it early, in order; any thread. */
  public void cut() {
    cut = true;
  }

  /**
   * Runs it; the crew is still open afterwards.
   *
   * @throws IOException if a worker is lost
   */
  public Outcome conduct() throws IOException, InterruptedException {
    startNanos = System.nanoTime();
    beforeNanos = startNanos;
    long fullNanos = startNanos + plan.rampMs() * 1_000_000;
    long endNanos = fullNanos + plan.holdMs() * 1_000_000;
    crew.start();
    Sample full = before;
    while (!cut && System.nanoTime() < endNanos) {
      sleepUntil(Math.min(endNanos, beforeNanos + LOOK_NANOS));
      full = look(System.nanoTime() < fullNanos ? Phase.RAMP : Phase.HOLD);
    }
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    crew.stop();
    long patience = System.nanoTime() + patienceNanos;
    while (!crew.isOver() && System.nanoTime() < patience) {
      Thread.sleep(LAST_LOOK_NANOS / 1_000_000);
      if (System.nanoTime() - beforeNanos >= LOOK_NANOS) {
        look(Phase.END);
      }
    }
    Sample last = look(Phase.END);
    Seen seen = crew.seen();
    ServerCounts servers = null;
    String fault = null;
    if (!expected.countAt().isEmpty()) {
      try {
        servers = ServerCounts.ask(expected.countAt());
      } catch (IOException e) {
        fault = e.getMessage();
      }
    }
    return new Outcome(
        plan,
        startedAtMs,
        seconds,
        last.counts(),
        times,
        ticks,
        seen,
        servers,
        Checks.of(plan, expected, full, last, seen, servers, fault));
  }

  private void sleepUntil(long nanos) throws InterruptedException {
    while (!cut) {
      long left = nanos - System.nanoTime();
      if (left <= 0) {
        return;
      }
      Thread.sleep(Math.min(100, left / 1_000_000 + 1));
    }
  }

  private Sample look(Phase phase) throws IOException {
    Sample now = crew.sample();
    long nanos = System.nanoTime();
    Sample.addTo(times, now.times());
    Tick tick = Tick.between(before, now, (nanos - startNanos) / 1e9, (nanos - beforeNanos) / 1e9);
    if (ticks.size() < MOST_TICKS) {
      ticks.add(tick);
    }
    onTick.accept(tick, phase);
    before = now;
    beforeNanos = nanos;
    return now;
  }

  /** The histogram of a kind of time over a run; empty if there was none. */
  public static Histogram of(Outcome outcome, Latency latency) {
    @Nullable Histogram histogram = outcome.times().get(latency);
    return histogram == null ? Meter.histogram() : histogram;
  }
}
