package dev.holdfast.gateway.ports;

import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The local ports from one of our addresses to one address and port of a server: how many are in
 * use. Any thread; guarded by its own lock.
 */
public final class PortTuple {
  private static final Logger LOG = LoggerFactory.getLogger(PortTuple.class);

  /** Seconds that are told apart; more than a minute. */
  private static final int RING = 64;

  private static final long EXHAUSTED_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final double LOUD = 0.75;
  private static final double QUIET = 0.6;

  private final Ports book;
  private final SourcePath path;
  private final InetSocketAddress target;
  private int live;
  private int waiting;
  private int[] endings = {}; // of TIME_WAIT, by second
  private long second;
  private boolean exhausted;
  private long exhaustedNanos;
  private boolean loud;

  PortTuple(Ports book, SourcePath path, InetSocketAddress target) {
    this.book = book;
    this.path = path;
    this.target = target;
  }

  /** The way to the server. */
  public SourcePath path() {
    return path;
  }

  /** The server's end. */
  public InetSocketAddress target() {
    return target;
  }

  /** Ports in use, those in TIME_WAIT included. */
  public synchronized int used(long nowNanos) {
    advance(nowNanos);
    return live + waiting;
  }

  /** Ports in use, or {@link Integer#MAX_VALUE} if there is none to be had. */
  synchronized int load(long nowNanos) {
    advance(nowNanos);
    return isFull(nowNanos) ? Integer.MAX_VALUE : live + waiting;
  }

  private boolean isFull(long nowNanos) {
    return live + waiting >= book.limit()
        || exhausted && nowNanos - exhaustedNanos < EXHAUSTED_NANOS;
  }

  /**
   * Takes a port if there is one.
   *
   * @return false if there is none: nothing was taken
   */
  synchronized boolean take(long nowNanos) {
    advance(nowNanos);
    if (isFull(nowNanos)) {
      return false;
    }
    exhausted = false;
    live++;
    int used = live + waiting;
    if (!loud && used >= book.limit() * LOUD) {
      loud = true;
      LOG.warn(
          "Local ports run short source={} target={}:{} used={} limit={}",
          path.source().getHostAddress(),
          target.getAddress().getHostAddress(),
          target.getPort(),
          used,
          book.limit());
    }
    return true;
  }

  /**
   * Gives a port back; once for each that was taken.
   *
   * @param timeWait this side ended its direction first, and both ended in order
   */
  public synchronized void release(boolean timeWait, long nowNanos) {
    advance(nowNanos);
    if (live <= 0) {
      throw new IllegalStateException(
          "port of " + target + ": released (expected: once for each that was taken)");
    }
    live--;
    if (timeWait) {
      if (endings.length == 0) {
        endings = new int[RING];
      }
      int seconds = Math.min(RING - 2, book.timeWaitSeconds(target.getAddress()));
      endings[(int) ((second + seconds + 1) % RING)]++; // the present second is not over
      waiting++;
    }
    exhausted = false;
    if (loud && live + waiting < book.limit() * QUIET) {
      loud = false;
    }
  }

  /** The kernel had none although there should be some. */
  public synchronized void exhausted(long nowNanos) {
    exhausted = true;
    exhaustedNanos = nowNanos;
    if (!loud) {
      loud = true;
      LOG.warn(
          "The system has no local port source={} target={}:{} used={} limit={}",
          path.source().getHostAddress(),
          target.getAddress().getHostAddress(),
          target.getPort(),
          live + waiting,
          book.limit());
    }
  }

  /** How it is used now. */
  synchronized PortUse use(long nowNanos) {
    advance(nowNanos);
    return new PortUse(
        path.source(),
        target.getPort(),
        live + waiting,
        waiting,
        book.limit(),
        loud,
        path.isLeftOut(nowNanos));
  }

  private void advance(long nowNanos) {
    long now = book.seconds(nowNanos);
    if (now <= second) {
      return;
    }
    if (waiting > 0) {
      long from = Math.max(second + 1, now - RING + 1);
      for (long at = from; at <= now; at++) {
        int slot = (int) (at % RING);
        waiting -= endings[slot];
        endings[slot] = 0;
      }
      if (loud && live + waiting < book.limit() * QUIET) {
        loud = false;
      }
    }
    second = now;
  }
}
