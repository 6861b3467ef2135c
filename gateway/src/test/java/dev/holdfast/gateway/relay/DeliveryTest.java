package dev.holdfast.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A relay without anything around it: bytes before a reset, owners that fail or look first. */
@Timeout(20)
class DeliveryTest {

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(
          1, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
  private final RelayMemory memory = new RelayMemory(64 << 20);
  private final CompletableFuture<Link.Cause> ended = new CompletableFuture<>();

  @AfterEach
  void stop() {
    assertThat(memory.used()).isZero();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** Relays to one server, or fails where it is told. */
  private class Owner implements Link.Events {
    final Link link;
    private final boolean fails;

    Owner(Link link, boolean fails) {
      this.link = link;
      this.fails = fails;
    }

    @Override
    public void connected() {
      if (fails) {
        throw new IllegalStateException("of the test");
      }
      link.start();
    }

    @Override
    public void connectFailed(Throwable cause) {
      throw new IllegalStateException("of the test", cause);
    }

    @Override
    public void clientEnded() {}

    @Override
    public void ended() {
      ended.complete(link.cause());
    }
  }

  /**
   * Reads four bytes that tell how many of its own the owner takes away, then connects; the server
   * gets a prefix.
   */
  private final class Reader extends Owner {
    private final InetSocketAddress server;

    Reader(Link link, InetSocketAddress server) {
      super(link, false);
      this.server = server;
      link.readFirst(100);
    }

    @Override
    public void firstBytes() {
      if (link.first().length < 4) {
        link.readFirst(100);
        return;
      }
      link.skipFirst(4);
      link.connect(server, null, 2000, SocketSettings.USUAL);
    }

    @Override
    public void connected() {
      link.start(new byte[] {'o', 'u', 'r', 's', ' '});
    }

    @Override
    public void clientEnded() {
      if (link.first().length < 4) {
        link.refuse(false);
      }
    }
  }

  private InetSocketAddress relay(RelayKind kind, InetSocketAddress server, boolean fails)
      throws Exception {
    return relay(
        kind,
        link -> {
          link.watch(new Owner(link, fails), new Traffic());
          link.connect(server, null, 2000, SocketSettings.USUAL);
        });
  }

  private InetSocketAddress relay(RelayKind kind, Consumer<Link> accepted) throws Exception {
    Assumptions.assumeTrue(Epoll.isAvailable() || kind == RelayKind.NETTY, "needs epoll");
    return kind.on(group.next(), memory, Duration.ofMillis(200))
        .listen(
            new InetSocketAddress("127.0.0.1", 0), SocketSettings.USUAL, Doorkeeper.OPEN, accepted)
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS)
        .address();
  }

  private static ServerSocket listening() throws IOException {
    ServerSocket listening = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
    listening.setSoTimeout(10_000);
    return listening;
  }

  @ParameterizedTest
  @EnumSource
  void whatWasNotTakenWithinTheBoundIsGivenUp(RelayKind kind) throws Exception {
    try (ServerSocket listening = listening()) {
      SocketChannel client = SocketChannel.open();
      client.connect(relay(kind, (InetSocketAddress) listening.getLocalSocketAddress(), false));
      Socket server = listening.accept();
      server.setSoTimeout(10_000);
      client.configureBlocking(false);
      ByteBuffer piece = ByteBuffer.allocate(65_536);
      long still = System.nanoTime();
      while (System.nanoTime() - still < 200_000_000L) { // until nobody takes more
        piece.clear();
        if (client.write(piece) > 0) {
          still = System.nanoTime();
        }
        java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
      }
      client.setOption(java.net.StandardSocketOptions.SO_LINGER, 0);
      long began = System.nanoTime();
      client.close();
      assertThat(ended.get(10, TimeUnit.SECONDS)).isEqualTo(Link.Cause.CLIENT_RESET);
      long tookMs = (System.nanoTime() - began) / 1_000_000;
      assertThat(tookMs).isBetween(190L, 2000L);
      try (server) {
        while (server.getInputStream().read(new byte[65_536]) > 0) {
          assertThat(server.isClosed()).isFalse(); // what its own kernel had
        }
        throw new AssertionError("an end in order");
      } catch (SocketException e) {
        assertThat(e).hasMessageContaining("reset");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anOwnerThatFailsEndsItsLink(RelayKind kind) throws Exception {
    try (ServerSocket listening = listening();
        Socket client = new Socket()) {
      client.connect(relay(kind, (InetSocketAddress) listening.getLocalSocketAddress(), true));
      assertThat(ended.get(10, TimeUnit.SECONDS)).isEqualTo(Link.Cause.FAULT);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anOwnerThatFailsWhenNobodyAnswersEndsItsLink(RelayKind kind) throws Exception {
    ServerSocket closed = listening();
    closed.close();
    try (Socket client = new Socket()) {
      InetSocketAddress nobody = new InetSocketAddress("127.0.0.1", closed.getLocalPort());
      client.connect(relay(kind, nobody, false));
      assertThat(ended.get(10, TimeUnit.SECONDS)).isEqualTo(Link.Cause.FAULT);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anOwnerMayReadFirstAndSendFirst(RelayKind kind) throws Exception {
    try (ServerSocket listening = listening();
        Socket client = new Socket()) {
      InetSocketAddress server = (InetSocketAddress) listening.getLocalSocketAddress();
      CompletableFuture<Link> seen = new CompletableFuture<>();
      client.connect(
          relay(
              kind,
              link -> {
                seen.complete(link);
                link.watch(new Reader(link, server), new Traffic());
              }));
      client.setTcpNoDelay(true);
      client.setSoTimeout(10_000);
      client.getOutputStream().write('m');
      listening.setSoTimeout(100);
      assertThatThrownBy(listening::accept).isInstanceOf(SocketTimeoutException.class);
      listening.setSoTimeout(10_000);
      client.getOutputStream().write("ineyours".getBytes(StandardCharsets.US_ASCII));
      client.shutdownOutput();
      try (Socket accepted = listening.accept()) {
        accepted.setSoTimeout(10_000);
        assertThat(accepted.getInputStream().readAllBytes()).asString().isEqualTo("ours yours");
        accepted.getOutputStream().write('a');
        accepted.shutdownOutput();
        assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("a");
      }
      assertThat(ended.get(10, TimeUnit.SECONDS)).isEqualTo(Link.Cause.BOTH_ENDED);
      assertThat(seen.get().bytesIn()).isEqualTo(5);
      assertThat(seen.get().bytesOut()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClientMayEndBeforeItSaidEnough(RelayKind kind) throws Exception {
    try (Socket client = new Socket()) {
      client.connect(
          relay(
              kind, link -> link.watch(new Reader(link, new InetSocketAddress(1)), new Traffic())));
      client.setSoTimeout(10_000);
      client.getOutputStream().write(new byte[3]);
      client.shutdownOutput();
      assertThat(client.getInputStream().read()).isEqualTo(-1);
      assertThat(ended.get(10, TimeUnit.SECONDS)).isEqualTo(Link.Cause.ORDERED);
    }
  }
}
