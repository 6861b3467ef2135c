package dev.holdfast.system;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * App servers of a test, in this process: each says its name on connect and echoes. They count what
 * a real server would see: sessions from accept until the end of the stream or a reset.
 */
final class NamedServers implements AutoCloseable {
  private final String host;
  private final Selector selector;
  private final Map<String, Integer> ports = new LinkedHashMap<>();
  private final Map<String, AtomicInteger> current = new LinkedHashMap<>();
  private final AtomicInteger all = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  /** Servers that take sessions and say nothing to new ones. */
  private final Set<String> mute = ConcurrentHashMap.newKeySet();

  /** Server and address of clients that it turns away, as {@code app-1 127.0.0.9}. */
  private final Set<String> turnedAway = ConcurrentHashMap.newKeySet();

  private volatile boolean closed;

  NamedServers(String... names) throws IOException {
    this("127.0.0.1", List.of(names));
  }

  NamedServers(String host, List<String> names) throws IOException {
    this.host = host;
    selector = Selector.open();
    for (String name : names) {
      add(name);
    }
    Thread thread = new Thread(this::loop, "named-servers");
    thread.setDaemon(true);
    thread.start();
  }

  /** The address on which all of them listen. */
  String host() {
    return host;
  }

  /** Adds a server. */
  final int add(String name) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    int port = FreePorts.one();
    channel.bind(new InetSocketAddress(host, port), 4096);
    synchronized (this) {
      ports.put(name, port);
      current.put(name, new AtomicInteger());
    }
    channel.register(selector, SelectionKey.OP_ACCEPT, name);
    selector.wakeup();
    return port;
  }

  synchronized int port(String name) {
    return ports.get(name);
  }

  /** From now on the server says nothing to whoever comes, or its name again. */
  void mute(String name, boolean silent) {
    if (silent) {
      mute.add(name);
    } else {
      mute.remove(name);
    }
  }

  /** From now on the server closes on whoever comes from this address. */
  void turnAway(String name, String address) {
    turnedAway.add(name + " " + address);
  }

  /** Sessions that the server has now. */
  synchronized int current(String name) {
    return current.get(name).get();
  }

  /** Sessions that all servers have now. */
  int current() {
    return all.get();
  }

  /** Most sessions at once over all servers since {@link #resetMost}. */
  int most() {
    return most.get();
  }

  void resetMost() {
    most.set(all.get());
  }

  private void loop() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(64 << 10);
    try {
      while (!closed) {
        selector.select(100);
        for (SelectionKey key : selector.selectedKeys()) {
          if (key.channel() instanceof ServerSocketChannel server) {
            accept(server, (String) key.attachment());
          } else {
            echo(key, buffer);
          }
        }
        selector.selectedKeys().clear();
      }
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void accept(ServerSocketChannel server, String name) throws IOException {
    for (SocketChannel c = server.accept(); c != null; c = server.accept()) {
      c.configureBlocking(false);
      try {
        c.setOption(StandardSocketOptions.TCP_NODELAY, true);
      } catch (IOException e) { // reset already, as by a check
        c.close();
        continue;
      }
      if (turnedAway.contains(name + " " + c.socket().getInetAddress().getHostAddress())) {
        c.close();
        continue;
      }
      AtomicInteger count;
      synchronized (this) {
        count = current.get(name);
      }
      count.incrementAndGet();
      int now = all.incrementAndGet();
      most.accumulateAndGet(now, Math::max);
      c.register(selector, SelectionKey.OP_READ, count);
      if (mute.contains(name)) {
        continue;
      }
      try {
        c.write(ByteBuffer.wrap((name + "\n").getBytes(StandardCharsets.US_ASCII)));
      } catch (IOException e) {
        end(c.keyFor(selector));
      }
    }
  }

  private void echo(SelectionKey key, ByteBuffer buffer) throws IOException {
    SocketChannel c = (SocketChannel) key.channel();
    try {
      buffer.clear();
      int n = c.read(buffer);
      if (n < 0) {
        end(key);
        return;
      }
      buffer.flip();
      c.write(buffer); // small exchanges: always whole
    } catch (IOException e) {
      end(key);
    }
  }

  private void end(SelectionKey key) throws IOException {
    ((AtomicInteger) key.attachment()).decrementAndGet();
    all.decrementAndGet();
    key.channel().close();
  }

  @Override
  public void close() {
    closed = true; // the thread closes what is open and ends
    selector.wakeup();
  }
}
