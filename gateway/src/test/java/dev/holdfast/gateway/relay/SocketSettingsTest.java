package dev.holdfast.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollSocketChannelConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the kernel is told of sockets towards clients and servers. */
@Timeout(20)
class SocketSettingsTest {
  private static final SocketSettings ALL =
      new SocketSettings(17, 70, 30, 2, 9000, false, 65_536, 32_768);
  private static final SocketSettings OTHER =
      new SocketSettings(33, 80, 40, 3, 0, true, 65_536, 32_768);

  private final BlockingQueue<NettyLink> links = new LinkedBlockingQueue<>();
  private EventLoopGroup group;
  private NettyRelay relay;

  @BeforeEach
  void start() {
    Assumptions.assumeTrue(Epoll.isAvailable(), "needs epoll");
    group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    relay = new NettyRelay(group.next(), new RelayMemory(1 << 20));
  }

  @AfterEach
  void stop() {
    if (group != null) {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }

  /** Tells when it is connected, and closes nothing by itself. */
  private final class Owner implements Link.Events {
    private final NettyLink link;

    Owner(NettyLink link) {
      this.link = link;
    }

    @Override
    public void connected() {
      links.add(link);
    }

    @Override
    public void connectFailed(Throwable cause) {}

    @Override
    public void clientEnded() {}

    @Override
    public void ended() {}
  }

  private Relay.Door listen(SocketSettings settings, Doorkeeper keeper, ServerSocket server)
      throws Exception {
    return relay
        .listen(
            new InetSocketAddress("127.0.0.1", 0),
            settings,
            keeper,
            link -> {
              link.watch(new Owner((NettyLink) link), new Traffic());
              link.connect(
                  new InetSocketAddress(server.getInetAddress(), server.getLocalPort()),
                  null,
                  2000,
                  settings);
            })
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  private static void holds(Channel channel, SocketSettings settings) {
    EpollSocketChannelConfig config = ((EpollSocketChannel) channel).config();
    assertThat(config.isKeepAlive()).isEqualTo(settings.keepIdleSeconds() > 0);
    assertThat(config.getTcpKeepIdle()).isEqualTo(settings.keepIdleSeconds());
    assertThat(config.getTcpKeepIntvl()).isEqualTo(settings.keepIntervalSeconds());
    assertThat(config.getTcpKeepCnt()).isEqualTo(settings.keepProbes());
    assertThat(config.getTcpUserTimeout()).isEqualTo(settings.userTimeoutMs());
    assertThat(config.isTcpNoDelay()).isEqualTo(settings.nodelay());
    assertThat(config.getReceiveBufferSize()).isEqualTo(2 * settings.receiveBufferBytes());
    assertThat(config.getSendBufferSize()).isEqualTo(2 * settings.sendBufferBytes());
  }

  @Test
  void bothSidesHaveThemAndLaterOnesWhatCameLater() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
      Relay.Door door = listen(ALL, Doorkeeper.OPEN, server);
      try (Socket client = new Socket()) {
        client.connect(door.address());
        NettyLink link = links.poll(10, TimeUnit.SECONDS);
        holds(link.clientSide().channel(), ALL);
        holds(link.serverSide().channel(), ALL);
      }
      door.tune(OTHER);
      group.next().submit(() -> {}).sync();
      try (Socket client = new Socket()) {
        client.connect(door.address());
        holds(links.poll(10, TimeUnit.SECONDS).clientSide().channel(), OTHER);
      }
      door.tune(new SocketSettings(1, 0, 0, 0, 0, true, 0, 0));
      group.next().submit(() -> {}).sync();
      try (Socket client = new Socket()) {
        client.connect(door.address());
        NettyLink link = links.poll(10, TimeUnit.SECONDS);
        assertThat(
                link.clientSide()
                    .channel()
                    .config()
                    .getOption(io.netty.channel.ChannelOption.SO_KEEPALIVE))
            .isFalse();
      }
    }
  }

  @Test
  void whoIsTurnedAwayBecomesNoLink() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
      Doorkeeper.Verdict[] verdict = {Doorkeeper.Verdict.RESET};
      Relay.Door door = listen(SocketSettings.USUAL, client -> verdict[0], server);
      assertThat(how(door)).isEqualTo("RESET");
      verdict[0] = Doorkeeper.Verdict.CLOSE;
      assertThat(how(door)).isEqualTo("FIN");
      assertThat(links).isEmpty();
      Relay.Door failing =
          listen(
              SocketSettings.USUAL,
              client -> {
                throw new IllegalStateException("of the test");
              },
              server);
      assertThat(how(failing)).isEqualTo("RESET");
    }
  }

  private static String how(Relay.Door door) throws Exception {
    try (Socket client = new Socket()) {
      client.connect(door.address());
      return client.getInputStream().read() < 0 ? "FIN" : "byte";
    } catch (SocketException e) {
      return "RESET";
    }
  }
}
