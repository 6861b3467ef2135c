package dev.holdfast.epoch;

import dev.holdfast.words.Source;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** What an answer costs, in time and heap. {@link #main} takes the options of JMH. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class RoutesBenchmark {
  /** Pins of the epoch, none of them of a source that is asked for. */
  @Param({"0", "1000"})
  public int pins;

  private final Source[] sources = new Source[1024];
  private LoopRoutes routes;
  private int asked;

  /** Runs the benchmark and counts what it allocates. */
  public static void main(String[] args) throws RunnerException, CommandLineOptionException {
    OptionsBuilder benchmarks = new OptionsBuilder();
    benchmarks.parent(new CommandLineOptions(args));
    benchmarks.include(RoutesBenchmark.class.getSimpleName());
    benchmarks.addProfiler(GCProfiler.class);
    new Runner(benchmarks.build()).run();
  }

  /** Makes an open lane. */
  @Setup(Level.Trial)
  public void open() {
    Map<Source, Epoch.Pin> pinned = new HashMap<>();
    for (int i = 0; i < pins; i++) {
      pinned.put(Source.v4(0x0b00_0000L + i, 32), new Epoch.Pin(Fleet.X, false));
    }
    Lane lane = new Lane(Runnable::run, System::nanoTime, Duration.ofMinutes(5), null);
    Wish wish = Fleet.wish(100, 50, 75);
    lane.apply(Epoch.first(Fleet.POOL, new ChangeId(1, 1), wish).with(pinned), (BitSet) null);
    lane.gate(Lease.until(System.nanoTime() + Duration.ofHours(1).toNanos()));
    for (int i = 0; i < sources.length; i++) {
      sources[i] = Source.v4(0x0a00_0000L + i * 7919L, 32);
    }
    routes = lane;
  }

  /** The common path: lease, slot, server. */
  @Benchmark
  public LoopRoutes.Answer answer() {
    return routes.answer(sources[asked++ & 1023]);
  }
}
