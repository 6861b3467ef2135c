package dev.holdfast.gateway.session;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many refusals of one loop have a line of their own in the access log: the first thousand of
 * each second. A flood of them would cost the lines of sessions; the others are counted, and said
 * in one line a second. Confined to its loop, but for {@link #left}.
 */
final class RefusalLog {
  /** Lines of a second. */
  static final int MOST = 1000;

  private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private long beganNanos = System.nanoTime();
  private int lines;
  private long told;
  private volatile long left;

  /** True if the next refusal has a line. */
  boolean mayWrite(long nowNanos) {
    tell(nowNanos);
    if (lines < MOST) {
      lines++;
      return true;
    }
    left = left + 1; // one writer
    return false;
  }

  /** Says what was left out in the second that is over. */
  void tell(long nowNanos) {
    if (nowNanos - beganNanos < SECOND) {
      return;
    }
    beganNanos = nowNanos;
    lines = 0;
    if (left != told) {
      LOG.warn("Refusals came too fast to be logged one by one count={}", left - told);
      told = left;
    }
  }

  /** Refusals without a line so far. Any thread. */
  long left() {
    return left;
  }
}
