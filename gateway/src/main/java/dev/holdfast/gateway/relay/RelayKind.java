package dev.holdfast.gateway.relay;

import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import java.time.Duration;
import java.util.Locale;

/** Which relay moves the bytes. */
public enum RelayKind {
  /** Sockets in the loop's own epoll: plain TCP on Linux. */
  EPOLL,
  /** Netty channels: everywhere, and where the bytes are not plain. */
  NETTY;

  /** JVM property that names one, to compare them. */
  public static final String PROPERTY = "holdfast.relay";

  private static final Duration DELIVERY = Duration.ofSeconds(5);

  /**
   * The one for a loop: the quicker one that runs on it, unless the JVM property names one.
   *
   * @throws IllegalArgumentException if the property names none, or one that does not run on it
   */
  public static RelayKind best(EventLoop loop) {
    String named = System.getProperty(PROPERTY);
    boolean epoll = EpollRelay.runsOn(loop);
    if (named == null) {
      return epoll ? EPOLL : NETTY;
    }
    for (RelayKind kind : values()) {
      if (kind.name().toLowerCase(Locale.ROOT).equals(named) && (kind == NETTY || epoll)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        PROPERTY + ": " + named + " (expected: netty" + (epoll ? " or epoll)" : ")"));
  }

  /**
   * A relay on a loop that it runs on.
   *
   * @param memory of the node
   */
  public Relay on(EventLoop loop, RelayMemory memory) {
    return on(loop, memory, DELIVERY);
  }

  /** As above, with the time within which bytes before a reset are delivered or not at all. */
  Relay on(EventLoop loop, RelayMemory memory, Duration delivery) {
    return this == EPOLL
        ? new EpollRelay((IoEventLoop) loop, memory, delivery)
        : new NettyRelay(loop, memory, delivery);
  }
}
