package dev.holdfast.gateway.demo;

import dev.holdfast.words.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A server that says its name and a line end, then sends back what it gets. What was sent before
 * the client closed its side comes back whole before this side closes. One thread, one buffer for
 * all; a client that does not read is not read from.
 */
public final class EchoServer implements AutoCloseable {
  private static final int BACKLOG = 4096;
  private static final long ACCEPT_PAUSE_MS = 100;

  private final byte[] greeting;
  private final Selector selector;
  private final ServerSocketChannel listener;
  private final SelectionKey accepting;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(64 << 10);

  /** What a client did not take yet, and whether it has closed its side. */
  private static final class Rest {
    private @Nullable ByteBuffer bytes;
    private boolean ended;
  }

  /**
   * Listens.
   *
   * @param name what it says to each client
   * @param address where it listens; port 0 takes a free one
   * @throws IOException if the address cannot be used
   */
  public EchoServer(String name, HostPort address) throws IOException {
    greeting = (name + " ready\n").getBytes(StandardCharsets.UTF_8);
    selector = Selector.open();
    listener = ServerSocketChannel.open();
    try {
      listener.bind(new InetSocketAddress(address.host(), address.port()), BACKLOG);
      listener.configureBlocking(false);
      accepting = listener.register(selector, SelectionKey.OP_ACCEPT);
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** The port it listens on. */
  public int port() throws IOException {
    return ((InetSocketAddress) listener.getLocalAddress()).getPort();
  }

  /** Serves on the calling thread until it is closed. */
  public void serve() throws IOException {
    try {
      while (true) {
        serveOnce();
      }
    } catch (ClosedSelectorException | CancelledKeyException e) {
      if (selector.isOpen()) {
        throw e;
      }
    }
  }

  private void serveOnce() throws IOException {
    selector.select(accepting.interestOps() == 0 ? ACCEPT_PAUSE_MS : 0);
    if (selector.selectedKeys().isEmpty() && accepting.isValid()) {
      accepting.interestOps(SelectionKey.OP_ACCEPT);
    }
    for (SelectionKey key : selector.selectedKeys()) {
      if (key == accepting) {
        accept();
      } else {
        serve(key);
      }
    }
    selector.selectedKeys().clear();
  }

  /** Ends listening and every session. */
  @Override
  public void close() throws IOException {
    selector.close();
    listener.close();
  }

  private void accept() throws IOException {
    SocketChannel client;
    try {
      client = listener.accept();
    } catch (IOException e) {
      // out of descriptors: try again later instead of spinning
      if (accepting.isValid()) {
        accepting.interestOps(0);
      }
      return;
    }
    if (client != null) {
      greet(client);
    }
  }

  private void greet(SocketChannel client) {
    try {
      client.configureBlocking(false);
      client.setOption(StandardSocketOptions.TCP_NODELAY, true);
      SelectionKey key = client.register(selector, SelectionKey.OP_READ, new Rest());
      buffer.clear().put(greeting).flip();
      send(key);
    } catch (IOException e) {
      end(client); // gone already, as a health check is
    }
  }

  private void serve(SelectionKey key) {
    SocketChannel client = (SocketChannel) key.channel();
    Rest rest = (Rest) key.attachment();
    try {
      if (rest.bytes != null) {
        client.write(rest.bytes);
        if (rest.bytes.hasRemaining()) {
          return;
        }
        rest.bytes = null;
      } else {
        buffer.clear();
        rest.ended = client.read(buffer) < 0;
        buffer.flip();
        send(key);
      }
      if (rest.bytes == null && key.isValid()) { // sending may have met a reset
        if (rest.ended) {
          client.close();
        } else {
          key.interestOps(SelectionKey.OP_READ);
        }
      }
    } catch (IOException e) {
      end(client); // a reset: there is nobody to tell
    }
  }

  private static void end(SocketChannel client) {
    try {
      client.close();
    } catch (IOException e) {
      // closed is closed
    }
  }

  private void send(SelectionKey key) {
    SocketChannel client = (SocketChannel) key.channel();
    try {
      client.write(buffer);
    } catch (IOException e) {
      end(client);
      return;
    }
    if (buffer.hasRemaining()) {
      Rest rest = (Rest) key.attachment();
      rest.bytes = ByteBuffer.allocate(buffer.remaining()).put(buffer).flip();
      key.interestOps(SelectionKey.OP_WRITE);
    }
  }
}
