package dev.holdfast.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.Native;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams and the pages that are passed on for them. */
@Timeout(30)
class PipeTest {
  private static final int TCP = 6;
  private static final int NOT_SENT = 25;
  private static final int PORTION = 1 << 16;

  private final RelayMemory memory = new RelayMemory(RelayMemory.STREAM);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private EventLoopGroup group;
  private EpollRelay relay;

  @BeforeEach
  void start() {
    Assumptions.assumeTrue(Epoll.isAvailable(), "needs epoll");
    group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    relay = new EpollRelay((IoEventLoop) group.next(), memory, Duration.ofSeconds(5));
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
    if (group != null) {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
      assertThat(memory.used()).isZero();
      assertThat(memory.lend()).as("all was given back").isTrue();
    }
  }

  /** Two ends of a session. */
  private final class Session implements AutoCloseable {
    final CompletableFuture<TwoSidedLink<EpollSide>> link = new CompletableFuture<>();
    final Socket client = new Socket();
    final Socket server;

    Session() throws Exception {
      try (ServerSocket listening = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
        Relay.Door door =
            relay
                .listen(
                    new InetSocketAddress("127.0.0.1", 0),
                    SocketSettings.USUAL,
                    Doorkeeper.OPEN,
                    its -> begin(its, (InetSocketAddress) listening.getLocalSocketAddress()))
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        client.connect(door.address());
        server = listening.accept();
        link.get(10, TimeUnit.SECONDS);
        door.stop();
      }
    }

    @SuppressWarnings("unchecked") // a relay of this kind has links of this kind
    private void begin(Link its, InetSocketAddress target) {
      its.watch(
          new Link.Events() {
            @Override
            public void connected() {
              its.start();
              link.complete((TwoSidedLink<EpollSide>) its);
            }

            @Override
            public void connectFailed(Throwable cause) {
              link.completeExceptionally(cause);
            }

            @Override
            public void clientEnded() {}

            @Override
            public void ended() {}
          },
          new Traffic());
      its.connect(target, null, 2000, SocketSettings.USUAL);
    }

    /** Streams from the server to the client, and sees that every byte is what it was. */
    void stream(int bytes) throws Exception {
      Future<?> sent =
          threads.submit(
              () -> {
                OutputStream out = server.getOutputStream();
                byte[] portion = new byte[PORTION];
                for (int at = 0; at < bytes; at += PORTION) {
                  fill(portion, at);
                  out.write(portion, 0, Math.min(PORTION, bytes - at));
                }
                return null;
              });
      InputStream in = client.getInputStream();
      byte[] expected = new byte[PORTION];
      for (int at = 0; at < bytes; at += PORTION) {
        fill(expected, at);
        assertThat(in.readNBytes(PORTION)).isEqualTo(expected);
      }
      sent.get(10, TimeUnit.SECONDS);
    }

    private void fill(byte[] portion, int at) {
      for (int i = 0; i < portion.length; i++) {
        portion[i] = (byte) ((at + i) * 31 >>> 3);
      }
    }

    /** On the loop, which will see the bytes first. */
    Void resetBehindBytes() throws IOException {
      server.getOutputStream().write(new byte[PORTION]);
      client.setSoLinger(true, 0);
      client.close();
      return null;
    }

    int notSent() throws IOException {
      return link.join().clientSide().getIntOpt(TCP, NOT_SENT);
    }

    void settle() {
      group.next().submit(() -> link.join().settle()).syncUninterruptibly();
    }

    @Override
    public void close() throws IOException {
      client.close();
      server.close();
      group.next().submit(() -> link.join().abort()).syncUninterruptibly();
    }
  }

  @Test
  void readersOfStreamsMayHaveMoreInTheKernelAsLongAsTheyStream() throws Exception {
    try (Session session = new Session()) {
      session.settle();
      assertThat(session.notSent()).isEqualTo(Kernel.NOT_SENT_BYTES);
      session.stream(16 << 20);
      assertThat(session.notSent()).isEqualTo(RelayMemory.STREAM);
      assertThat(memory.lend()).isFalse();
      session.settle();
      assertThat(session.notSent()).isEqualTo(RelayMemory.STREAM);
      session.settle();
      assertThat(session.notSent()).isEqualTo(Kernel.NOT_SENT_BYTES);
      session.stream(16 << 20);
      assertThat(session.notSent()).isEqualTo(RelayMemory.STREAM);
    }
  }

  @Test
  void whoComesWhenAllIsLentIsServedWithWhatEverybodyHas() throws Exception {
    try (Session first = new Session();
        Session second = new Session()) {
      first.stream(16 << 20);
      second.settle();
      second.stream(16 << 20);
      assertThat(second.notSent()).isEqualTo(Kernel.NOT_SENT_BYTES);
    }
  }

  @Test
  void streamsAreCopiedWhereTheKernelPassesNoPages() throws Exception {
    try (Session session = new Session()) {
      session.stream(8 << 20);
      group.next().submit(() -> refused(relay.pipe())).sync();
      assertThat(relay.pipe().works()).isFalse();
      session.stream(16 << 20);
    }
  }

  @Test
  void whatABrokenReaderLeftReachesNobodyElse() throws Exception {
    for (int i = 0; i < 20; i++) {
      try (Session breaks = new Session();
          Session other = new Session()) {
        breaks.stream(8 << 20);
        group.next().submit(breaks::resetBehindBytes).sync();
        other.stream(8 << 20);
      }
    }
  }

  @Test
  void readersOfStreamsAreNoExceptionWhenMemoryIsSpent() throws Exception {
    try (Session session = new Session()) {
      session.stream(8 << 20);
      assertThat(session.notSent()).isEqualTo(RelayMemory.STREAM);
      memory.add(memory.limit());
      int bytes = 32 << 20;
      Future<?> sent =
          threads.submit(
              () -> {
                session.server.getOutputStream().write(new byte[bytes]);
                return null;
              });
      long most = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      while (memory.used() == memory.limit() && System.nanoTime() - most < 0) {
        Thread.onSpinWait();
      }
      assertThat(memory.used() - memory.limit()).isBetween(1L, (long) RelayMemory.LEAST_READ);
      assertThat(session.client.getInputStream().readNBytes(bytes)).hasSize(bytes);
      sent.get(10, TimeUnit.SECONDS);
      memory.add(-memory.limit());
    }
  }

  /** An epoll instance is nothing that pages can be taken of, as a socket is where it is not so. */
  private static Void refused(Pipe pipe) throws IOException {
    FileDescriptor none = Native.newEpollCreate();
    assertThat(pipe.fill(none, PORTION)).isZero();
    none.close();
    return null;
  }
}
