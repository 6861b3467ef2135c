package dev.holdfast.loadtest.measure;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.jspecify.annotations.Nullable;

/** Counts and times of one lane: written by its thread, read by one other. */
public final class Meter {
  /** Longer times are recorded as this: an hour. */
  static final long MOST_NANOS = 3_600_000_000_000L;

  private static final int DIGITS = 3;

  private final AtomicLongArray counts = new AtomicLongArray(Count.values().length);
  private final SingleWriterRecorder[] recorders =
      new SingleWriterRecorder[Latency.values().length];
  private final @Nullable Histogram[] spare = new Histogram[recorders.length];

  /** Everything is zero. */
  public Meter() {
    for (int i = 0; i < recorders.length; i++) {
      recorders[i] = new SingleWriterRecorder(DIGITS);
    }
  }

  /** An empty histogram of the kind that samples carry. */
  public static Histogram histogram() {
    return new Histogram(DIGITS);
  }

  /** One more. */
  public void add(Count count) {
    add(count, 1);
  }

  /** So many more. */
  public void add(Count count, long many) {
    counts.lazySet(count.ordinal(), counts.get(count.ordinal()) + many);
  }

  /** A time from when it was due. */
  public void took(Latency latency, long nanos) {
    recorders[latency.ordinal()].recordValue(Math.max(0, Math.min(nanos, MOST_NANOS)));
  }

  /** What is counted so far, and what was timed since the last sample. */
  public Sample sample() {
    Map<Count, Long> now = new EnumMap<>(Count.class);
    for (Count count : Count.values()) {
      now.put(count, counts.get(count.ordinal()));
    }
    Map<Latency, Histogram> times = new EnumMap<>(Latency.class);
    for (Latency latency : Latency.values()) {
      int i = latency.ordinal();
      Histogram interval = recorders[i].getIntervalHistogram(spare[i]);
      spare[i] = interval;
      if (interval.getTotalCount() > 0) {
        times.put(latency, interval.copy());
      }
    }
    return new Sample(now, times);
  }
}
