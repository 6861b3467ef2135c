package dev.holdfast.gateway.session;

import dev.holdfast.config.ListenerConfig;
import dev.holdfast.config.PoolConfig;
import dev.holdfast.config.SocketConfig;
import dev.holdfast.gateway.relay.SocketSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Socket settings of the configuration in the units of the kernel. */
final class Sockets {
  private Sockets() {}

  static SocketSettings of(ListenerConfig listener) {
    return of(listener.socket(), listener.backlog());
  }

  static SocketSettings of(PoolConfig pool) {
    return of(pool.socket(), 0);
  }

  private static SocketSettings of(SocketConfig socket, int backlog) {
    return new SocketSettings(
        backlog,
        seconds(socket.keepalive()),
        seconds(socket.keepaliveInterval()),
        number(socket.keepaliveProbes()),
        socket.userTimeout() == null ? 0 : (int) socket.userTimeout().toMillis(),
        socket.nodelay(),
        number(socket.receiveBufferBytes()),
        number(socket.sendBufferBytes()));
  }

  /** The kernel counts whole seconds. */
  private static int seconds(@Nullable Duration duration) {
    return duration == null ? 0 : (int) duration.plusMillis(999).toSeconds();
  }

  private static int number(@Nullable Integer value) {
    return value == null ? 0 : value;
  }
}
