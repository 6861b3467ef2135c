package dev.holdfast.gateway.path;

import dev.holdfast.config.Host;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** Whether this process could listen on an address, and holding it until it does. */
public final class Binding {
  private Binding() {}

  /**
   * What an address would have to be for this process to have it alone, or null if it could. What
   * is in the way for another reason than the address is not told: the real use says it.
   */
  public static @Nullable String hindrance(InetSocketAddress address) {
    if (!Host.has(address.getAddress())) {
      return "an address of this machine";
    }
    if (address.getPort() == 0 || free(address)) { // for 0 one is taken that is free
      return null;
    }
    return address.getPort() < 1024
        ? "a port that is not in use and that this user may take"
        : "a port that is not in use";
  }

  private static boolean free(InetSocketAddress address) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true); // connections of before may linger
      socket.bind(address); // listens, which finds out about more than a bind alone
      return true;
    } catch (BindException e) {
      return false;
    } catch (IOException | RuntimeException e) {
      return true;
    }
  }

  /**
   * Looks whether this process could have an address alone.
   *
   * @throws IOException with the system's words if not
   */
  static void tryAlone(InetSocketAddress address) throws IOException {
    try (SocketChannel probe = SocketChannel.open()) {
      probe.setOption(StandardSocketOptions.SO_REUSEADDR, true); // connections of before may linger
      probe.bind(address);
    }
  }

  /**
   * Holds an address for the listeners that will share it by {@code SO_REUSEPORT}: nobody else gets
   * it, and nobody is accepted on it. Connections that linger from before do not hinder it.
   *
   * @throws IOException if the address cannot be had any more
   */
  static SocketChannel hold(InetSocketAddress address) throws IOException {
    try {
      return bound(address, false); // whoever reuses addresses finds it taken, too
    } catch (IOException e) {
      return bound(address, true);
    }
  }

  private static SocketChannel bound(InetSocketAddress address, boolean reuse) throws IOException {
    SocketChannel socket = SocketChannel.open();
    try {
      socket.setOption(StandardSocketOptions.SO_REUSEADDR, reuse);
      socket.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      return socket.bind(address);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }
}
