package dev.holdfast.loadtest.measure;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Counts up to a moment and times of an interval.
 *
 * @param counts absolute
 * @param times of the interval; those without a value are absent
 */
public record Sample(Map<Count, Long> counts, Map<Latency, Histogram> times) {
  /** The sum over lanes, processes or machines. */
  public static Sample sum(List<Sample> parts) {
    Map<Count, Long> counts = new EnumMap<>(Count.class);
    Map<Latency, Histogram> times = new EnumMap<>(Latency.class);
    for (Sample part : parts) {
      part.counts.forEach((count, many) -> counts.merge(count, many, Long::sum));
      addTo(times, part.times);
    }
    return new Sample(counts, times);
  }

  /** Adds times to a running sum. */
  public static void addTo(Map<Latency, Histogram> sum, Map<Latency, Histogram> times) {
    times.forEach(
        (latency, histogram) ->
            sum.computeIfAbsent(latency, any -> Meter.histogram()).add(histogram));
  }

  /** So many; 0 if none was counted. */
  public long count(Count count) {
    return counts.getOrDefault(count, 0L);
  }

  /** Sessions that are established at the moment. */
  public long open() {
    return count(Count.OPENED)
        - count(Count.ENDED)
        - count(Count.LOST_BY_FIN)
        - count(Count.LOST_BY_RESET);
  }

  /** Sessions that were begun and are neither refused nor over. */
  public long alive() {
    return open()
        + count(Count.STARTED)
        - count(Count.OPENED)
        - count(Count.REFUSED)
        - count(Count.UNREACHABLE)
        - count(Count.OWN_FAULTS);
  }

  /** Established sessions that the other side ended unasked. */
  public long lost() {
    return count(Count.LOST_BY_FIN) + count(Count.LOST_BY_RESET);
  }
}
