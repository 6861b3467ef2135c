package dev.holdfast.gateway.relay;

import dev.holdfast.words.Source;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One socket of a link. It knows its socket; what its events mean for the other side is decided in
 * {@link TwoSidedLink}, which it tells of them. Confined to its loop.
 *
 * @param <S> the kind of socket, the same on both sides
 */
interface Side<S extends Side<S>> {
  /** Its FIN was received, or nothing more can be read of it. */
  boolean ended();

  /** It was reset. */
  boolean broken();

  /** The socket is closed. */
  boolean closed();

  /** Bytes wait to be written to it. */
  boolean blocked();

  /**
   * Reads once, or as long as the link wants more, unless nothing can come; what comes is told to
   * the link.
   */
  void read();

  /** Sends what was read of this side before there was anybody to send it to. */
  void sendHeld(S to);

  /** Bytes read of this side and not sent on yet. */
  byte[] held();

  /** Forgets so many of the held bytes. */
  void skip(int bytes);

  /** Sends bytes of our own, before anything else. */
  void send(byte[] bytes);

  /** Sets what only a session that lasts needs. */
  void settle();

  /** Sends our FIN after what is pending. */
  void fin();

  /** True if both directions of this socket have ended in order. */
  boolean done();

  /** True if the kernel keeps its port for a while: it ended in order, and our FIN was first. */
  boolean leavesTimeWait();

  /** True if everything sent has arrived at the peer's kernel, as far as anybody can tell. */
  boolean delivered();

  /** Closes the socket and gives back all memory; once. */
  void close(boolean reset);

  /** The peer's end. */
  InetSocketAddress remote();

  /** The peer's address. */
  @Nullable Source peer();

  /** Our end; null if it is not known any more. */
  @Nullable InetSocketAddress local();
}
