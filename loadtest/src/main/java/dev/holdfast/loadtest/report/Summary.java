package dev.holdfast.loadtest.report;

import dev.holdfast.loadtest.measure.Count;
import dev.holdfast.loadtest.measure.Latency;
import dev.holdfast.loadtest.run.Check;
import dev.holdfast.loadtest.run.Outcome;
import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** The end of a run on a few lines. */
public final class Summary {
  private static final Map<Latency, String> NAMES = new EnumMap<>(Latency.class);

  static {
    NAMES.put(Latency.SETUP, "setup");
    NAMES.put(Latency.SESSION, "session");
    NAMES.put(Latency.ECHO, "echo");
    NAMES.put(Latency.RETURN, "return");
    NAMES.put(Latency.OWN_DELAY, "own delay");
  }

  private Summary() {}

  /** Prints it. */
  public static void print(Outcome outcome, PrintWriter out) {
    double seconds = Math.max(outcome.seconds(), 1e-3);
    long opened = outcome.count(Count.OPENED);
    long echoes = outcome.count(Count.ECHOES);
    out.println();
    out.printf(
        Locale.ROOT,
        "%s: %s, %d sessions opened (%s/s), %d echoes (%s/s), %s sent, %s received%n",
        outcome.plan().scenario(),
        Show.seconds(seconds),
        opened,
        Show.digits(opened / seconds),
        echoes,
        Show.digits(echoes / seconds),
        Show.bytes(outcome.count(Count.BYTES_SENT)),
        Show.bytes(outcome.count(Count.BYTES_RECEIVED)));
    out.println();
    out.printf(
        "%-10s %9s %9s %9s %9s %9s %9s%n", "LATENCY", "COUNT", "P50", "P90", "P99", "P99.9", "MAX");
    NAMES.forEach((latency, name) -> latency(out, name, outcome.times().get(latency)));
    if (!outcome.seen().sourcesByServer().isEmpty()) {
      out.println();
      out.printf("%-20s %9s %9s %9s%n", "SERVER", "SOURCES", "SESSIONS", "MAX");
      new TreeMap<>(outcome.seen().sourcesByServer())
          .forEach((server, sources) -> server(out, outcome, server, sources));
    }
    out.println();
    out.printf("%-6s %-12s %s%n", "CHECK", "", "");
    for (Check check : outcome.checks()) {
      out.printf("%-6s %-12s %s%n", check.passed() ? "ok" : "FAILED", check.name(), check.detail());
    }
    out.flush();
  }

  private static void latency(PrintWriter out, String name, @Nullable Histogram times) {
    if (times != null) {
      out.printf(
          "%-10s %9d %9s %9s %9s %9s %9s%n",
          name,
          times.getTotalCount(),
          at(times, 50),
          at(times, 90),
          at(times, 99),
          at(times, 99.9),
          Show.micros(times.getMaxValue() / 1e3));
    }
  }

  private static String at(Histogram times, double percentile) {
    return Show.micros(times.getValueAtPercentile(percentile) / 1e3);
  }

  private static void server(PrintWriter out, Outcome outcome, String server, int sources) {
    var servers = outcome.servers();
    var counted = servers == null ? null : servers.servers().get(server);
    out.printf(
        "%-20s %9d %9s %9s%n",
        server,
        sources,
        counted == null ? "-" : counted.total(),
        counted == null ? "-" : counted.max());
  }
}
