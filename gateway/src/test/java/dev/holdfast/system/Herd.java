package dev.holdfast.system;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * Thousands of clients on one thread. Each learns the name of its server, may chat, and notes when
 * and how its session ended. A member that is to return connects again at once.
 */
final class Herd implements AutoCloseable {
  private static final long CHAT_NANOS = 300_000_000L;
  private static final int CONNECTING_AT_ONCE = 200;

  /** One client. */
  final class Member {
    final String source;
    final InetSocketAddress gateway;
    final boolean chats;
    final Function<Member, InetSocketAddress> returns;

    /** Names of the servers of its sessions, one after the other. */
    final List<String> servers = new CopyOnWriteArrayList<>();

    volatile boolean alive;

    /** When its first session ended, 0 while it lives. */
    volatile long endedNanos;

    /** It ended by a reset. */
    volatile boolean reset;

    /** It was refused or reset before it had a server. */
    volatile boolean refused;

    private SocketChannel channel;
    private final StringBuilder name = new StringBuilder();
    private boolean named;
    private long spokeNanos;

    Member(
        String source,
        InetSocketAddress gateway,
        boolean chats,
        Function<Member, InetSocketAddress> returns) {
      this.source = source;
      this.gateway = gateway;
      this.chats = chats;
      this.returns = returns;
    }

    /** The server of its first session, or null. */
    String server() {
      return servers.isEmpty() ? null : servers.get(0);
    }

    /** Leaves by itself. */
    void leave() {
      tasks.add(
          () -> {
            named = true;
            alive = false;
            close(this);
          });
      selector.wakeup();
    }
  }

  final List<Member> members = new CopyOnWriteArrayList<>();
  private final Selector selector = Selector.open();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
  private int connecting;
  private volatile boolean closed;

  Herd() throws IOException {
    Thread thread = new Thread(this::loop, "herd");
    thread.setDaemon(true);
    thread.start();
  }

  /** Members that do not return. */
  List<Member> open(
      int count,
      IntFunction<String> source,
      IntFunction<InetSocketAddress> gateway,
      IntFunction<Boolean> chats)
      throws Exception {
    return open(count, source, gateway, chats, null);
  }

  /** Opens sessions and waits until each has a server. */
  List<Member> open(
      int count,
      IntFunction<String> source,
      IntFunction<InetSocketAddress> gateway,
      IntFunction<Boolean> chats,
      Function<Member, InetSocketAddress> returns)
      throws Exception {
    List<Member> opened = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      opened.add(new Member(source.apply(i), gateway.apply(i), chats.apply(i), returns));
    }
    members.addAll(opened);
    for (Member member : opened) {
      tasks.add(() -> connect(member, member.gateway));
    }
    selector.wakeup();
    Await.until(
        "all " + count + " have a server",
        Duration.ofSeconds(60),
        () -> opened.stream().allMatch(member -> member.alive || member.refused));
    return opened;
  }

  private void connect(Member member, InetSocketAddress gateway) {
    if (connecting >= CONNECTING_AT_ONCE) {
      waiting.add(() -> connect(member, gateway));
      return;
    }
    try {
      member.name.setLength(0);
      member.named = false;
      member.channel = SocketChannel.open();
      member.channel.configureBlocking(false);
      member.channel.bind(new InetSocketAddress(member.source, 0));
      member.channel.register(selector, SelectionKey.OP_CONNECT, member);
      connecting++;
      member.channel.connect(gateway);
    } catch (IOException e) {
      fail(member, e);
    }
  }

  private void connectNext() {
    connecting--;
    Runnable next = waiting.poll();
    if (next != null) {
      next.run();
    }
  }

  private void loop() {
    long chatNanos = System.nanoTime();
    try {
      while (!closed) {
        selector.select(20);
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
          task.run();
        }
        for (SelectionKey key : selector.selectedKeys()) {
          if (key.isValid()) {
            ready((Member) key.attachment(), key);
          }
        }
        selector.selectedKeys().clear();
        long now = System.nanoTime();
        if (now - chatNanos > CHAT_NANOS / 4) {
          chatNanos = now;
          chat(now);
        }
      }
      for (Member member : members) {
        close(member);
      }
      selector.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void chat(long now) {
    for (Member member : members) {
      if (member.chats && member.alive && now - member.spokeNanos > CHAT_NANOS) {
        member.spokeNanos = now;
        try {
          member.channel.write(ByteBuffer.wrap(new byte[] {'x'}));
        } catch (IOException e) {
          fail(member, e);
        }
      }
    }
  }

  private void ready(Member member, SelectionKey key) {
    try {
      if (key.isConnectable()) {
        member.channel.finishConnect();
        key.interestOps(SelectionKey.OP_READ);
        connectNext();
        return;
      }
      buffer.clear();
      int n = member.channel.read(buffer);
      if (n < 0) {
        end(member, false);
        return;
      }
      buffer.flip();
      while (!member.named && buffer.hasRemaining()) {
        char c = (char) buffer.get();
        if (c == '\n') {
          member.named = true;
          member.servers.add(member.name.toString());
          member.alive = true;
        } else {
          member.name.append(c);
        }
      }
    } catch (IOException e) {
      if (key.isValid() && (key.interestOps() & SelectionKey.OP_CONNECT) != 0) {
        connectNext();
      }
      fail(member, e);
    }
  }

  private void fail(Member member, IOException cause) {
    end(member, true);
  }

  private void end(Member member, boolean reset) {
    boolean had = member.named;
    close(member);
    member.alive = false;
    if (!had) {
      member.refused = true;
      return;
    }
    member.reset |= reset;
    if (member.endedNanos == 0) {
      member.endedNanos = System.nanoTime();
    }
    if (member.returns != null && !closed) {
      connect(member, member.returns.apply(member));
    }
  }

  private static void close(Member member) {
    try {
      if (member.channel != null) {
        member.channel.close();
      }
    } catch (IOException e) {
      // nothing is left to close
    }
  }

  long alive() {
    return members.stream().filter(member -> member.alive).count();
  }

  @Override
  public void close() {
    closed = true; // the thread closes what is open and ends
    selector.wakeup();
  }
}
