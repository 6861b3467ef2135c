package dev.holdfast.gateway.admit;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * So many new sessions a second, evenly. Shared by all loops of a node; any thread. What it does
 * not let begin is not counted here: it waits or is refused by its owner.
 *
 * <p>The algorithm is GCRA: one number, the moment when the next may begin. Who did not use its
 * moments has at most a tenth of a second's worth of them left, so a second never sees more than
 * 1.1 times the rate and one.
 *
 * <p>The rate is the cluster's; this node has a part of it, by default all. Parts are shares of
 * what the nodes were asked for, so they follow the clients; while they move the nodes together may
 * let begin more than the rate for a second.
 */
public final class Pace {
  private static final long BURST_NANOS = 100_000_000L;
  private static final double NANOS = 1e9;

  private final AtomicLong dueNanos = new AtomicLong(System.nanoTime() - BURST_NANOS);
  private final LongAdder asked = new LongAdder();
  private final AtomicInteger standing = new AtomicInteger();
  private long told;
  private volatile double limit = Double.POSITIVE_INFINITY;
  private volatile double part = 1;
  private volatile boolean isPartKnown;

  /** No rate. */
  public Pace() {}

  /** Sets the rate of the cluster, null for none. */
  public void limit(@Nullable Long perSecond) {
    limit = perSecond == null ? Double.POSITIVE_INFINITY : perSecond;
    hasten();
  }

  /**
   * Sets the part of the rate that this node has.
   *
   * @param share above 0, at most 1
   */
  public void part(double share) {
    isPartKnown = true;
    part = sound(share);
    hasten();
  }

  /** Sets the part of this node while nobody has said one. */
  public void usualPart(double share) {
    if (!isPartKnown) {
      part = sound(share);
    }
  }

  private static double sound(double share) {
    return Math.max(1e-6, Math.min(1, share));
  }

  /** What was slow a moment ago need not be waited for any more. */
  private void hasten() {
    long latest = System.nanoTime() + intervalNanos();
    dueNanos.accumulateAndGet(latest, (due, most) -> due - most > 0 ? most : due);
  }

  /** True if there is a rate. */
  public boolean isOn() {
    return limit != Double.POSITIVE_INFINITY;
  }

  /** New sessions a second on this node now; infinite without a rate. */
  public double perSecond() {
    return limit * part;
  }

  private long intervalNanos() {
    return isOn() ? (long) (NANOS / perSecond()) : 0;
  }

  /**
   * Takes the next moment if it has come.
   *
   * @param nowNanos monotonic
   */
  public boolean take(long nowNanos) {
    if (!isOn()) {
      return true;
    }
    long interval = intervalNanos();
    for (; ; ) {
      long due = dueNanos.get();
      long begins = nowNanos - BURST_NANOS - due > 0 ? nowNanos - BURST_NANOS : due;
      if (begins - nowNanos > 0) {
        return false;
      }
      if (dueNanos.compareAndSet(due, begins + interval)) {
        return true;
      }
    }
  }

  /** A moment that was taken is not used. */
  public void giveBack() {
    dueNanos.addAndGet(-intervalNanos());
  }

  /** How long until the next moment comes; 0 if it has. */
  public long waitNanos(long nowNanos) {
    return isOn() ? Math.max(0, dueNanos.get() - nowNanos) : 0;
  }

  /** A session asks for the first time. */
  public void asked() {
    asked.increment();
  }

  /** So many more, or fewer, wait for their moment. */
  public void stand(int more) {
    standing.addAndGet(more);
  }

  /** What was asked for since the last call, and waits. One thread. */
  public long demand() {
    long all = asked.sum();
    long since = all - told;
    told = all;
    return since + standing.get();
  }
}
