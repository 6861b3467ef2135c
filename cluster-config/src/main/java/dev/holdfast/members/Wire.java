package dev.holdfast.members;

import dev.holdfast.words.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * One connection of the watch: whole frames in, whole frames out, never blocking, never more than
 * one frame waiting in either direction. Confined to the watch thread.
 */
final class Wire {
  /** How reading ended. */
  enum Read {
    /** There may be more later. */
    OPEN,
    /** The other side ended in order. */
    FIN,
    /** The connection broke: reset, timeout. */
    BROKEN,
    /** The bytes are not frames. */
    FOREIGN
  }

  private static final int FRAMES_PER_WAKE_UP = 64;

  private final SocketChannel channel;
  private final ByteBuffer head = ByteBuffer.allocate(4);
  private @Nullable ByteBuffer body;
  private @Nullable ByteBuffer out;
  private @Nullable SelectionKey key;

  /** Takes over a channel: not blocking, without delay, with keep-alive of some 20 seconds. */
  Wire(SocketChannel channel) throws IOException {
    this.channel = channel;
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    if (channel.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
      channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 5);
      channel.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 5);
      channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 3);
    }
  }

  SocketChannel channel() {
    return channel;
  }

  void key(SelectionKey key) {
    this.key = key;
  }

  /** From now on woken by what arrives. */
  void readOnly() {
    if (key != null) {
      key.interestOps(SelectionKey.OP_READ);
    }
  }

  /** This end, as this side sees it. */
  HostPort local() throws IOException {
    return endpoint(channel.getLocalAddress());
  }

  /** The other end, as this side sees it. */
  HostPort remote() throws IOException {
    return endpoint(channel.getRemoteAddress());
  }

  private static HostPort endpoint(SocketAddress address) throws IOException {
    if (!(address instanceof InetSocketAddress internet)) {
      throw new IOException("not connected");
    }
    String host = internet.getAddress().getHostAddress();
    int scope = host.indexOf('%');
    return new HostPort(scope < 0 ? host : host.substring(0, scope), internet.getPort());
  }

  /**
   * Hands over each whole frame that is there. A RuntimeException of the receiver passes through.
   */
  Read read(Consumer<Frame> receiver) {
    try {
      for (int i = 0; i < FRAMES_PER_WAKE_UP && channel.isOpen(); ) {
        if (body == null) {
          int count = channel.read(head);
          if (count < 0) {
            return Read.FIN;
          }
          if (head.hasRemaining()) {
            return Read.OPEN;
          }
          int length = head.getInt(0);
          if (length < 1 || length > Frame.LARGEST) {
            return Read.FOREIGN;
          }
          body = ByteBuffer.allocate(length);
        }
        int count = channel.read(body);
        if (count < 0) {
          return Read.FIN;
        }
        if (body.hasRemaining()) {
          return Read.OPEN;
        }
        ByteBuffer whole = body.flip();
        head.clear();
        body = null;
        byte[] bytes = new byte[whole.limit() - 1];
        byte kind = whole.get();
        whole.get(bytes);
        i++;
        receiver.accept(new Frame(kind, bytes));
      }
      return Read.OPEN;
    } catch (IOException e) {
      return Read.BROKEN;
    }
  }

  /** Sends a frame; false, and nothing is sent, while an earlier one still waits. */
  boolean send(Frame frame) throws IOException {
    if (out != null) {
      return false;
    }
    int length = 1 + frame.body().length;
    if (length > Frame.LARGEST) {
      throw new IOException("frame of " + length + " bytes");
    }
    out = ByteBuffer.allocate(4 + length).putInt(length).put(frame.kind()).put(frame.body()).flip();
    flush();
    return true;
  }

  /** Sends what waits, as far as the kernel takes it. */
  void flush() throws IOException {
    ByteBuffer waiting = out;
    if (waiting == null) {
      return;
    }
    channel.write(waiting);
    out = waiting.hasRemaining() ? waiting : null;
    SelectionKey registered = key;
    if (registered != null && registered.isValid()) {
      registered.interestOps(
          out == null ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }
  }

  /** True if nothing waits to be sent. */
  boolean flushed() {
    return out == null;
  }

  /** Ends by a reset, which proves nothing to the other side. */
  void reset() {
    try {
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    } catch (IOException | RuntimeException e) {
      // closed already
    }
    close();
  }

  /** Ends in order. Only after a goodbye, a refusal, or on the side that watches. */
  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // nothing is left to do
    }
  }
}
