package dev.holdfast.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A relay without anything around it: bytes before a reset, and owners that fail. */
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
  private final class Owner implements Link.Events {
    private final Link link;
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

  private InetSocketAddress relay(InetSocketAddress server, boolean fails) throws Exception {
    NettyRelay relay = new NettyRelay(group.next(), memory, Duration.ofMillis(200));
    return relay
        .listen(
            new InetSocketAddress("127.0.0.1", 0),
            SocketSettings.USUAL,
            Doorkeeper.OPEN,
            link -> {
              link.watch(new Owner(link, fails), new Traffic());
              link.connect(server, null, 2000, SocketSettings.USUAL);
            })
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

  @Test
  void whatWasNotTakenWithinTheBoundIsGivenUp() throws Exception {
    try (ServerSocket listening = listening()) {
      SocketChannel client = SocketChannel.open();
      client.connect(relay((InetSocketAddress) listening.getLocalSocketAddress(), false));
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

  @Test
  void anOwnerThatFailsEndsItsLink() throws Exception {
    try (ServerSocket listening = listening();
        Socket client = new Socket()) {
      client.connect(relay((InetSocketAddress) listening.getLocalSocketAddress(), true));
      assertThat(ended.get(10, TimeUnit.SECONDS)).isEqualTo(Link.Cause.FAULT);
    }
  }

  @Test
  void anOwnerThatFailsWhenNobodyAnswersEndsItsLink() throws Exception {
    ServerSocket closed = listening();
    closed.close();
    try (Socket client = new Socket()) {
      InetSocketAddress nobody = new InetSocketAddress("127.0.0.1", closed.getLocalPort());
      client.connect(relay(nobody, false));
      assertThat(ended.get(10, TimeUnit.SECONDS)).isEqualTo(Link.Cause.FAULT);
    }
  }
}
