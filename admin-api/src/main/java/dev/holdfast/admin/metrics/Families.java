package dev.holdfast.admin.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Series under way to become metric families: a family exists once it has a series. Not
 * thread-safe; one for each scrape.
 */
final class Families {
  private final TreeMap<String, GaugeSnapshot.Builder> gauges = new TreeMap<>();
  private final TreeMap<String, CounterSnapshot.Builder> counters = new TreeMap<>();
  private final TreeMap<String, HistogramSnapshot.Builder> histograms = new TreeMap<>();

  /** Adds a series of a gauge, or none for null. Labels are names and values in turn. */
  void gauge(String name, String help, @Nullable Number value, String... labels) {
    if (value != null) {
      gauges
          .computeIfAbsent(name, key -> GaugeSnapshot.builder().name("holdfast_" + key).help(help))
          .dataPoint(
              GaugeSnapshot.GaugeDataPointSnapshot.builder()
                  .value(value.doubleValue())
                  .labels(Labels.of(labels))
                  .build());
    }
  }

  /** Adds a series of a counter; the name is given without its ending {@code _total}. */
  void counter(String name, String help, long value, String... labels) {
    counters
        .computeIfAbsent(name, key -> CounterSnapshot.builder().name("holdfast_" + key).help(help))
        .dataPoint(
            CounterSnapshot.CounterDataPointSnapshot.builder()
                .value(value)
                .labels(Labels.of(labels))
                .build());
  }

  /** Adds a series of a histogram, or none for null. */
  void histogram(String name, String help, Scrape.@Nullable Histogram value, String... labels) {
    if (value == null) {
      return;
    }
    List<Double> bounds = new ArrayList<>(value.upperBounds());
    bounds.add(Double.POSITIVE_INFINITY);
    histograms
        .computeIfAbsent(
            name, key -> HistogramSnapshot.builder().name("holdfast_" + key).help(help))
        .dataPoint(
            HistogramSnapshot.HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, value.counts()))
                .sum(value.sumSeconds())
                .labels(Labels.of(labels))
                .build());
  }

  /** All families that have a series. */
  List<MetricSnapshot> snapshots() {
    List<MetricSnapshot> all = new ArrayList<>();
    gauges.values().forEach(gauge -> all.add(gauge.build()));
    counters.values().forEach(counter -> all.add(counter.build()));
    histograms.values().forEach(histogram -> all.add(histogram.build()));
    return all;
  }
}
