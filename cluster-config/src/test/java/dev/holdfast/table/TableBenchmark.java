package dev.holdfast.table;

import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import java.util.Map;
import java.util.TreeMap;
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
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** What tables of 65,536 slots cost. {@link #main} takes the options of JMH. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class TableBenchmark {
  /** Servers of the pool, of mixed weights. */
  @Param({"3", "10", "100", "1000"})
  public int servers;

  private final Source[] sources = new Source[1024];
  private Map<ServerName, Integer> pool;
  private Map<ServerName, Integer> oneLess;
  private Map<ServerName, Integer> oneMore;
  private Map<ServerName, Integer> otherWeight;
  private SlotTable table;
  private SlotTable tableOfOneLess;
  private int asked;

  /** Runs the benchmark and prints the machine and the command first. */
  public static void main(String[] args) throws RunnerException, CommandLineOptionException {
    System.out.printf(
        "# machine: %s %s, %d processors; %s %s%n# command: java -cp CLASSPATH %s %s%n",
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.vm.name"),
        System.getProperty("java.vm.version"),
        TableBenchmark.class.getName(),
        String.join(" ", args));
    CommandLineOptions options = new CommandLineOptions(args);
    OptionsBuilder benchmarks = new OptionsBuilder();
    benchmarks.parent(options);
    if (options.getIncludes().isEmpty()) {
      benchmarks.include(TableBenchmark.class.getSimpleName());
    }
    new Runner(benchmarks.build()).run();
  }

  /** Makes pools and tables. */
  @Setup(Level.Trial)
  public void pools() {
    pool = new TreeMap<>();
    for (int i = 1; i <= servers; i++) {
      pool.put(Pools.server(i), 50 + i * 37 % 101);
    }
    ServerName middle = Pools.server(servers / 2 + 1);
    oneLess = Pools.without(pool, middle);
    oneMore = new TreeMap<>(pool);
    oneMore.put(Pools.server(servers + 1), 100);
    otherWeight = new TreeMap<>(pool);
    otherWeight.merge(middle, 50, Integer::sum);
    table = TablePlan.first(Pools.CHAT, pool);
    tableOfOneLess = TablePlan.next(table, oneLess);
    for (int i = 0; i < sources.length; i++) {
      sources[i] = Source.v4(0x0a00_0000L + i * 7919L, 32);
    }
  }

  /** The first table. */
  @Benchmark
  public SlotTable first() {
    return TablePlan.first(Pools.CHAT, pool);
  }

  /** A server goes down. */
  @Benchmark
  public SlotTable nextServerDown() {
    return TablePlan.next(table, oneLess);
  }

  /** It comes back. */
  @Benchmark
  public SlotTable nextServerBack() {
    return TablePlan.next(tableOfOneLess, pool);
  }

  /** A server is added to the configuration. */
  @Benchmark
  public SlotTable nextServerAdded() {
    return TablePlan.next(TablePlan.settle(table, oneMore), oneMore);
  }

  /** A weight changes in the configuration. */
  @Benchmark
  public SlotTable nextWeightChanged() {
    return TablePlan.next(TablePlan.settle(table, otherWeight), otherWeight);
  }

  /** Hash and array read of one source. */
  @Benchmark
  @OutputTimeUnit(TimeUnit.NANOSECONDS)
  public ServerName lookup() {
    asked = asked + 1 & 1023;
    return table.server(SlotHash.slot(sources[asked]));
  }
}
