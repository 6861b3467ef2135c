package dev.holdfast.gateway.relay;

import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/**
 * What one event loop does with sockets: accepts clients, connects them to servers and relays
 * between the two, all on that loop. There is one contract suite for all implementations, and no
 * proxy at all passes it too.
 */
public interface Relay {
  /** The loop. */
  EventLoop loop();

  /**
   * Listens on an address that other loops share. Any thread.
   *
   * @param address literal; port 0 takes a free one
   * @param settings of the listening socket and of those that it accepts
   * @param keeper is asked about each client first
   * @param accepted gets each client on the loop, paused, and must call {@link Link#watch} at once
   * @return completes when clients can connect; fails with the reason that the system gives
   */
  Future<Door> listen(
      InetSocketAddress address,
      SocketSettings settings,
      Doorkeeper keeper,
      Consumer<Link> accepted);

  /** A listening socket. */
  interface Door {
    /** Where it listens, with the port it got. */
    InetSocketAddress address();

    /**
     * Puts settings in force for clients to come. Buffer sizes that were set once stay until the
     * door is opened anew. Any thread.
     */
    void tune(SocketSettings settings);

    /**
     * Ends listening without a reset for anybody who connected: new connection requests are
     * dropped, those under way are accepted until nobody came for 50 ms. Any thread; may be called
     * twice.
     */
    Future<Void> stop();

    /** Times that accepting failed, as for want of descriptors. Any thread. */
    long faults();
  }
}
