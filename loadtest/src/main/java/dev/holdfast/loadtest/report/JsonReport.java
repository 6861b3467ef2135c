package dev.holdfast.loadtest.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.holdfast.loadtest.run.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** A run as one JSON object; durations in the names' units. */
public final class JsonReport {
  static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
  private static final double[] PERCENTILES = {50, 75, 90, 95, 99, 99.5, 99.9, 99.99, 100};

  private JsonReport() {}

  /**
   * Writes it.
   *
   * @throws IOException if the file cannot be written
   */
  public static void write(Outcome outcome, Path file) throws IOException {
    Files.writeString(
        file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(tree(outcome)) + "\n");
  }

  /** What is written. */
  static Map<String, Object> tree(Outcome outcome) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("scenario", outcome.plan().scenario());
    all.put("passed", outcome.passed());
    all.put("startedAt", Instant.ofEpochMilli(outcome.startedAtMs()).toString());
    all.put("seconds", outcome.seconds());
    all.put("plan", outcome.plan());
    all.put("machine", Machine.describe());
    all.put("checks", outcome.checks());
    Map<String, Object> counts = new LinkedHashMap<>();
    outcome.counts().forEach((count, many) -> counts.put(camel(count.name()), many));
    all.put("counts", counts);
    Map<String, Object> times = new LinkedHashMap<>();
    outcome.times().forEach((latency, t) -> times.put(camel(latency.name()), times(t)));
    all.put("latencies", times);
    all.put("servers", outcome.servers());
    all.put("sourcesByServer", outcome.seen().sourcesByServer());
    all.put("ticks", outcome.ticks());
    return all;
  }

  private static Map<String, Object> times(Histogram times) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("count", times.getTotalCount());
    all.put("meanMicros", Math.round(times.getMean() / 100) / 10.0);
    Map<String, Object> percentiles = new LinkedHashMap<>();
    for (double p : PERCENTILES) {
      percentiles.put(String.format(Locale.ROOT, "%.2f", p), times.getValueAtPercentile(p) / 1e3);
    }
    all.put("percentilesMicros", percentiles);
    return all;
  }

  /** An enum's name as a JSON key. */
  static String camel(String name) {
    StringBuilder camel = new StringBuilder();
    for (String word : name.toLowerCase(Locale.ROOT).split("_")) {
      camel.append(
          camel.length() == 0 ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    return camel.toString();
  }
}
