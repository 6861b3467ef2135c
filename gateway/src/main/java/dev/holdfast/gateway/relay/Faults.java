package dev.holdfast.gateway.relay;

import java.net.InetSocketAddress;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Times that accepting failed, counted, and logged at the first, second, fourth, eighth... */
final class Faults {
  /** How long accepting pauses after a failure, as for want of descriptors. */
  static final long PAUSE_MS = 100;

  private static final Logger LOG = LoggerFactory.getLogger(Faults.class);

  private final Supplier<InetSocketAddress> address;
  private volatile long count; // one writer

  Faults(Supplier<InetSocketAddress> address) {
    this.address = address;
  }

  long count() {
    return count;
  }

  void add(Throwable cause) {
    long now = count + 1;
    count = now;
    if (Long.bitCount(now) == 1) {
      LOG.warn(
          "Accepting failed and pauses address={} faults={} cause={}",
          address.get(),
          now,
          cause.toString());
    }
  }
}
