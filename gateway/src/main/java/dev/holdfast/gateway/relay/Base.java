package dev.holdfast.gateway.relay;

import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a link needs of the relay it belongs to.
 *
 * @param <S> the kind of socket
 */
interface Base<S extends Side<S>> {
  EventLoop loop();

  RelayMemory memory();

  /** Links that wait for a time or for the kernel. */
  Lingering lingering();

  /**
   * Opens a socket and connects it. Later, never within this call, the link is told by {@link
   * TwoSidedLink#connected} or {@link TwoSidedLink#connectFailed}.
   *
   * @return null if there is no socket to be had
   */
  @Nullable S connect(
      TwoSidedLink<S> link,
      InetSocketAddress target,
      @Nullable InetAddress from,
      int timeoutMs,
      SocketSettings settings);
}
