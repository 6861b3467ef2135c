package dev.holdfast.gateway.relay;

import dev.holdfast.gateway.ports.LocalPorts;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * Connects, also where more than half of the ports towards a server are used. By itself the kernel
 * looks at every second port of its range first, so that from then on each connect looks at
 * thousands in vain: 1.4 to 1.9 ms each, seen from 14,116 of 28,232 on. A socket that names the
 * range has each port looked at in turn, and connects in 17 to 50 µs up to 18,500 (Linux 6.18;
 * known since 6.3).
 *
 * <p>That costs a call, so it is done for a minute after a connect was slow. Who counts only its
 * own ports does not know: other processes take some of the same. Confined to the loop.
 */
final class PortSearch {
  private static final long SLOW_NANOS = TimeUnit.MICROSECONDS.toNanos(300);
  private static final long WHILE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final long slowNanos;
  private long untilNanos;

  /** The range as the option takes it; 0 while connects are quick. */
  private int range;

  private boolean unknown;

  PortSearch() {
    this(SLOW_NANOS);
  }

  /** With another measure of what is slow. */
  PortSearch(long slowNanos) {
    this.slowNanos = slowNanos;
  }

  /**
   * Begins to connect.
   *
   * @return when that call was done
   * @throws IOException if the kernel refuses
   */
  long connect(Socket socket, InetSocketAddress target) throws IOException {
    long before = System.nanoTime();
    if (range != 0) {
      name(socket, before);
    }
    socket.connect(target);
    long after = System.nanoTime();
    if (after - before > slowNanos && range == 0 && !unknown) {
      LocalPorts ports = LocalPorts.here();
      range = ports.last() << 16 | ports.first();
      untilNanos = after + WHILE_NANOS;
    }
    return after;
  }

  private void name(Socket socket, long now) {
    if (now - untilNanos >= 0) {
      range = 0;
      return;
    }
    try {
      Kernel.lookAtEachPort(socket, range);
    } catch (IOException e) {
      EpollRelay.LOG.info("This kernel does not know ranges of ports by socket", e);
      unknown = true;
      range = 0;
    }
  }
}
