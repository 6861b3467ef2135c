package dev.holdfast.gateway.session;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** A histogram of how long something took, as connecting or waiting. Any thread. */
public final class Times {
  private static final double[] BOUNDS = {
    .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5
  };

  private final AtomicLongArray counts = new AtomicLongArray(BOUNDS.length + 1);
  private final LongAdder nanos = new LongAdder();

  /** Nothing was measured yet. */
  public Times() {}

  void add(long tookNanos) {
    int bucket = 0;
    while (bucket < BOUNDS.length && tookNanos > BOUNDS[bucket] * 1e9) {
      bucket++;
    }
    counts.incrementAndGet(bucket);
    nanos.add(tookNanos);
  }

  /** Upper bounds of the buckets in seconds; one more bucket holds the rest. */
  public double[] bounds() {
    return BOUNDS.clone();
  }

  /** How many fell into each bucket alone, not cumulated. */
  public long[] counts() {
    long[] now = new long[BOUNDS.length + 1];
    for (int i = 0; i < now.length; i++) {
      now[i] = counts.get(i);
    }
    return now;
  }

  /** Sum of all in seconds. */
  public double sumSeconds() {
    return nanos.sum() / 1e9;
  }
}
