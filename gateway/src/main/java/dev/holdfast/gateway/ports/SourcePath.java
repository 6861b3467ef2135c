package dev.holdfast.gateway.ports;

import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way from one of our addresses to one address of servers, and whether it leads there. Any
 * thread; written by the loops, and a lost update only makes a path tried once more or once less.
 */
public final class SourcePath {
  private static final Logger LOG = LoggerFactory.getLogger(SourcePath.class);
  private static final long SUSPECT_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long MEMORY_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final int MOST_DOUBLINGS = 5;

  private final @Nullable InetAddress bind;
  private final InetAddress source;
  private final InetAddress target;
  private volatile boolean failing;
  private volatile boolean leftOut;
  private volatile long failedNanos;
  private volatile long untilNanos;
  private volatile int times;

  SourcePath(@Nullable InetAddress bind, InetAddress source, InetAddress target) {
    this.bind = bind;
    this.source = source;
    this.target = target;
  }

  /** What a socket is bound to, null where the system chooses. */
  public @Nullable InetAddress bind() {
    return bind;
  }

  /** Our address. */
  public InetAddress source() {
    return source;
  }

  InetAddress target() {
    return target;
  }

  /** Nobody answered, or the network said that nobody can. */
  public void failed(long nowNanos) {
    failedNanos = nowNanos;
    failing = true;
  }

  void worked() {
    if (failing || leftOut) {
      failing = false;
      leftOut = false;
      times = 0;
    }
  }

  /** Failed a short time ago and has not worked since. */
  boolean isSuspect(long nowNanos) {
    return failing && nowNanos - failedNanos < SUSPECT_NANOS;
  }

  /** True while it is left out, as far as there are others. */
  public boolean isLeftOut(long nowNanos) {
    return leftOut && nowNanos - untilNanos < 0;
  }

  /** Another path led there, so this one is at fault if it failed lately. */
  void compare(long nowNanos) {
    if (failing && nowNanos - failedNanos < MEMORY_NANOS && !isLeftOut(nowNanos)) {
      leaveOut(nowNanos, "nobody answers it there");
    }
  }

  /** Leaves it out for a while, longer each time that it did not work in between. */
  public void leaveOut(long nowNanos, String why) {
    if (isLeftOut(nowNanos)) {
      return;
    }
    long nanos = FIRST_NANOS << Math.min(times, MOST_DOUBLINGS);
    times = times + 1; // two loops at once: one doubling less
    untilNanos = nowNanos + nanos;
    leftOut = true;
    LOG.warn(
        "A source address is left out source={} target={} seconds={} cause={}",
        source.getHostAddress(),
        target.getHostAddress(),
        TimeUnit.NANOSECONDS.toSeconds(nanos),
        why);
  }
}
