package dev.holdfast.loadtest.run;

import dev.holdfast.loadtest.measure.Count;
import dev.holdfast.loadtest.measure.Latency;
import dev.holdfast.loadtest.measure.Sample;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What was taken down at a moment; rates are of the time since the one before, an absent time is
 * null.
 *
 * @param seconds since the start
 * @param open sessions established
 * @param opensPerSecond sessions established
 * @param echoesPerSecond exchanges
 * @param megabytesPerSecond sent by the clients
 * @param lost so far
 * @param refused so far
 * @param setupP99Micros from due to greeted
 * @param echoP50Micros from due to back
 * @param echoP99Micros from due to back
 * @param ownDelayP99Micros lateness of the load itself
 */
public record Tick(
    double seconds,
    long open,
    double opensPerSecond,
    double echoesPerSecond,
    double megabytesPerSecond,
    long lost,
    long refused,
    @Nullable Double setupP99Micros,
    @Nullable Double echoP50Micros,
    @Nullable Double echoP99Micros,
    @Nullable Double ownDelayP99Micros) {
  /** Between two samples. */
  static Tick between(Sample before, Sample now, double seconds, double elapsed) {
    return new Tick(
        Math.round(seconds * 10) / 10.0,
        now.open(),
        rate(before, now, Count.OPENED, elapsed),
        rate(before, now, Count.ECHOES, elapsed),
        rate(before, now, Count.BYTES_SENT, elapsed) / 1e6,
        now.lost(),
        now.count(Count.REFUSED) + now.count(Count.UNREACHABLE),
        micros(now, Latency.SETUP, 99),
        micros(now, Latency.ECHO, 50),
        micros(now, Latency.ECHO, 99),
        micros(now, Latency.OWN_DELAY, 99));
  }

  private static double rate(Sample before, Sample now, Count count, double elapsed) {
    double rate = (now.count(count) - before.count(count)) / Math.max(elapsed, 1e-3);
    return Math.round(rate * 10) / 10.0;
  }

  private static @Nullable Double micros(Sample sample, Latency latency, double percentile) {
    Histogram histogram = sample.times().get(latency);
    return histogram == null
        ? null
        : (Double) (Math.round(histogram.getValueAtPercentile(percentile) / 100.0) / 10.0);
  }
}
