package dev.holdfast.gateway.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A socket and what goes to it: bytes that the kernel did not take are kept and sent when it says
 * so, a reader of streams may have more in the kernel than others, and what only a session that
 * lasts needs is set late. Confined to its loop.
 *
 * <p>What comes from the socket is the part of {@link EpollSide}; one object, because there are
 * 60,000 of them.
 */
abstract class EpollSender extends Socket {
  /** At most this, and a first send is one segment on every network. */
  private static final int ONE_SEGMENT = 512;

  private final EpollRelay relay;

  /** Bytes that the kernel did not take yet. */
  private @Nullable ByteBuf pending;

  /** What is to be set when it has lasted; null once that is done. */
  private @Nullable SocketSettings untuned;

  private boolean sent;

  /** The last bytes sent had to be kept: it is slower than the other side. */
  private boolean slow;

  /** It takes streams: the kernel may hold {@link RelayMemory#STREAM} for it. */
  private boolean wide;

  /** A part of a stream went to it since the last {@link #settle}. */
  private boolean streaming;

  /**
   * A socket that nothing was sent to yet.
   *
   * @param untuned what is to be set if it lasts; null: nothing, it has inherited all
   */
  EpollSender(int fd, EpollRelay relay, @Nullable SocketSettings untuned) {
    super(fd);
    this.relay = relay;
    this.untuned = untuned;
  }

  /**
   * Nothing can be sent any more, and what is given is dropped: it is closed, or our FIN is out.
   */
  abstract boolean isMute();

  /** A send found that the peer is gone. */
  abstract void brokeBySend();

  /** Bytes of the other side that went to it. */
  abstract long sentBytes();

  final EpollRelay relay() {
    return relay;
  }

  /** Bytes wait until the kernel takes them. */
  public final boolean blocked() {
    return pending != null;
  }

  /** The last bytes sent had to be kept: it is slower than the other side. */
  final boolean isSlow() {
    return slow;
  }

  /** Sends bytes of ours. */
  public final void send(byte[] bytes) {
    for (int at = 0; at < bytes.length; at += RelayMemory.LARGE_READ) {
      int length = Math.min(bytes.length - at, RelayMemory.LARGE_READ);
      relay.scratch(0, length).put(bytes, at, length);
      send(length);
    }
  }

  /** Sends the first bytes of the scratch buffer; keeps those that the kernel does not take. */
  final void send(int length) {
    if (isMute()) {
      return;
    }
    int taken = 0;
    if (pending == null) {
      try {
        tune(length);
        taken = sendAddress(relay.scratchAddress(), 0, length);
      } catch (IOException | RuntimeException e) {
        brokeBySend();
        return;
      }
    }
    slow = taken < length;
    if (slow) {
      room(length - taken).writeBytes(relay.scratch(taken, length));
      relay.memory().add(length - taken);
    }
  }

  /** Sends what was kept; true if all of it is gone now, and this call sent the last. */
  final boolean flush() {
    ByteBuf bytes = pending;
    if (bytes == null) {
      return false;
    }
    ByteBuffer rest = bytes.internalNioBuffer(bytes.readerIndex(), bytes.readableBytes());
    try {
      bytes.skipBytes(send(rest, rest.position(), rest.limit()));
    } catch (IOException | RuntimeException e) {
      brokeBySend();
      return false;
    }
    if (bytes.isReadable()) {
      return false;
    }
    drop();
    return true;
  }

  private ByteBuf room(int bytes) {
    if (pending == null) {
      pending = ByteBufAllocator.DEFAULT.directBuffer(bytes);
    }
    return pending;
  }

  private void drop() {
    ByteBuf bytes = pending;
    pending = null;
    if (bytes != null) {
      relay.memory().add(-bytes.writerIndex());
      bytes.release();
    }
  }

  /** Gives back what it has of the node's memory: it is closed. */
  final void giveBack() {
    drop();
    narrow();
  }

  // ---------------------------------------------------------------- streams

  /** True if pages can be passed on to it. */
  final boolean takesPages() {
    return wide && pending == null && !isMute() && relay.pipe().works();
  }

  /** Sends what is in the pipe; reads out what the kernel does not take. */
  final void sendPassed(int length) {
    streaming = true;
    int taken;
    try {
      taken = relay.pipe().empty(this, length);
    } catch (IOException | RuntimeException e) {
      relay.forgetPassed();
      brokeBySend();
      return;
    }
    slow = taken < length;
    if (slow) {
      relay.pipe().read(room(length - taken), length - taken);
      relay.memory().add(length - taken);
    }
  }

  /**
   * Lets the kernel hold more for a reader that has taken much: each time that it is full costs a
   * wake-up and a copy of what it did not take.
   */
  final void widen() {
    streaming = true;
    if (!wide && isOpen() && sentBytes() >= RelayMemory.STREAM && relay.memory().lend()) {
      wide = true;
      notSent(RelayMemory.STREAM);
    }
  }

  private void narrow() {
    if (wide) {
      wide = false;
      relay.memory().giveBack();
      if (isOpen()) {
        notSent(Kernel.NOT_SENT_BYTES);
      }
    }
  }

  private void notSent(int bytes) {
    try {
      Kernel.notSent(this, bytes);
    } catch (IOException | RuntimeException e) {
      EpollRelay.LOG.debug("Gone before its mark was set fd={}", intValue(), e);
    }
  }

  // ---------------------------------------------------------------- what only a long session needs

  /** It has lasted, or a sweep came by once more. */
  final void settle(boolean connected) {
    if (untuned != null && connected && isOpen()) {
      try {
        tune(untuned);
      } catch (IOException e) { // reset meanwhile
        EpollRelay.LOG.debug("A socket could not be set up fd={}", intValue(), e);
      }
    }
    if (!streaming) {
      narrow();
    }
    streaming = false;
  }

  /**
   * A session that ends after a few bytes needs none of the options; a connected socket, unlike an
   * accepted one, has inherited none. Nagle's delay can hit the second segment first.
   */
  private void tune(int length) throws IOException {
    if (untuned != null) {
      if (sent || length > ONE_SEGMENT) {
        tune(untuned);
      }
      sent = true;
    }
  }

  private void tune(SocketSettings settings) throws IOException {
    untuned = null;
    Kernel.tune(this, settings, true);
  }
}
