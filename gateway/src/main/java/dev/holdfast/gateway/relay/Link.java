package dev.holdfast.gateway.relay;

import dev.holdfast.words.Source;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A client's socket and, once connected, its server's. Confined to its loop. A link ends once, says
 * so once, and holds neither descriptor nor buffer from then on.
 */
public interface Link {
  /** What a link tells its owner, on the loop. Before {@link #ended} both sockets are closed. */
  interface Events {
    /** The server connection stands; nothing is relayed before {@link Link#start}. */
    void connected();

    /**
     * The server connection failed and is closed, so it can never complete.
     *
     * @param cause of the system, {@link java.net.ConnectException} for refused, a {@link
     *     io.netty.channel.ConnectTimeoutException} for too late
     */
    void connectFailed(Throwable cause);

    /** The client has sent its FIN before relaying began. It may still wait for an answer. */
    void clientEnded();

    /** There are more {@link Link#first} bytes, as {@link Link#readFirst} wanted. */
    default void firstBytes() {}

    /** The link is over, by its two ends or by an order. */
    void ended();
  }

  /** Why and how a link ended. */
  enum Cause {
    /** Both sides ended in order. */
    BOTH_ENDED,
    /** The client reset. */
    CLIENT_RESET,
    /** The server reset. */
    SERVER_RESET,
    /** The owner ordered it. */
    ORDERED,
    /** The memory of the node for pending bytes did not suffice. */
    MEMORY,
    /** A fault of this program. */
    FAULT
  }

  /** Names who is told. At once after it was accepted. */
  void watch(Events events, Traffic traffic);

  /** The client's end of its connection. */
  InetSocketAddress client();

  /** The client's address, whole. */
  Source clientAddress();

  /** Our end towards the client. */
  InetSocketAddress local();

  /** Our end towards the server, null before it is connected. */
  @Nullable InetSocketAddress outgoing();

  /**
   * Connects to a server; {@link Events#connected} or {@link Events#connectFailed} follows, never
   * within this call.
   *
   * @param target literal address
   * @param from local address, null for the system's choice
   * @param timeoutMs of this attempt
   * @param settings of the socket
   */
  void connect(
      InetSocketAddress target, @Nullable InetAddress from, int timeoutMs, SocketSettings settings);

  /**
   * Reads bytes of the client before anything is relayed, for an owner that must see them to decide
   * (a PROXY header, a server name). {@link Events#firstBytes} follows once, never within this
   * call, when there are more; or {@link Events#clientEnded}; or {@link Events#ended}.
   *
   * @param most bytes that are read, at least 1; what comes with the wanted ones is kept
   */
  void readFirst(int most);

  /** A copy of what was read so far and is not relayed yet. */
  byte[] first();

  /**
   * Forgets so many of the first bytes: they were for us. They do not count as {@link #bytesIn}.
   */
  void skipFirst(int bytes);

  /**
   * Relays from now on, beginning with what the client sent before.
   *
   * @param prefix bytes of our own that the server gets before all others; they count nowhere
   */
  void start(byte... prefix);

  /**
   * Sets what only a session that lasts needs, as that a peer that vanished is noticed. To be
   * called within a few seconds after {@link #start}, and again as often as one likes.
   */
  void settle();

  /**
   * Ends without a server connection, at once.
   *
   * @param reset by a reset, else by a close
   */
  void refuse(boolean reset);

  /**
   * Ends in order: FIN both ways after what is pending, what arrives from now on is dropped, and a
   * reset for whoever has not ended after the grace.
   */
  void finish(long graceNanos);

  /** Ends now, by resets. */
  void abort();

  /** Ends now, by resets, because this program failed it, and logs why. */
  void fault(Throwable failure);

  /** Bytes the client sent. */
  long bytesIn();

  /** Bytes the server sent. */
  long bytesOut();

  /** When the client's last byte arrived, else when relaying began, {@link System#nanoTime}. */
  long clientNanos();

  /** When the server's last byte arrived, else when relaying began, {@link System#nanoTime}. */
  long serverNanos();

  /** When the last byte arrived of either. */
  default long lastNanos() {
    return clientSpokeLast() ? clientNanos() : serverNanos();
  }

  /** True if the client sent the last byte, or nobody has sent any. */
  default boolean clientSpokeLast() {
    return clientNanos() - serverNanos() >= 0;
  }

  /** True if the client has sent its FIN. */
  boolean clientHasEnded();

  /** True if the server has sent its FIN. */
  boolean serverHasEnded();

  /** True if the server sent its FIN before the client did. */
  boolean serverEndedFirst();

  /** True if the kernel keeps the local port towards the server for a while (TIME_WAIT). */
  boolean leavesTimeWait();

  /** Why it ended; null while it lives and nothing is wrong. */
  @Nullable Cause cause();
}
