package dev.holdfast.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the kernel is told of sockets towards clients and servers. */
@Timeout(20)
class SocketSettingsTest {
  private static final int TCP = 6;
  private static final SocketSettings ALL =
      new SocketSettings(17, 70, 30, 2, 9000, false, 65_536, 32_768);
  private static final SocketSettings OTHER =
      new SocketSettings(33, 80, 40, 3, 0, true, 65_536, 32_768);

  private final BlockingQueue<TwoSidedLink<?>> links = new LinkedBlockingQueue<>();
  private EventLoopGroup group;

  @BeforeEach
  void start() {
    Assumptions.assumeTrue(Epoll.isAvailable(), "needs epoll");
    group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  }

  @AfterEach
  void stop() {
    if (group != null) {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }

  /** Tells when it is connected, and closes nothing by itself. */
  private final class Owner implements Link.Events {
    private final TwoSidedLink<?> link;

    Owner(TwoSidedLink<?> link) {
      this.link = link;
    }

    @Override
    public void connected() {
      link.settle();
      links.add(link);
    }

    @Override
    public void connectFailed(Throwable cause) {}

    @Override
    public void clientEnded() {}

    @Override
    public void ended() {}
  }

  private Relay.Door listen(
      RelayKind kind, SocketSettings settings, Doorkeeper keeper, ServerSocket server)
      throws Exception {
    return kind.on(group.next(), new RelayMemory(1 << 20))
        .listen(
            new InetSocketAddress("127.0.0.1", 0),
            settings,
            keeper,
            link -> {
              link.watch(new Owner((TwoSidedLink<?>) link), new Traffic());
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

  private static io.netty.channel.unix.Socket socket(Side<?> side) {
    return side instanceof NettySide netty
        ? Kernel.socket(netty.channel())
        : (io.netty.channel.unix.Socket) side;
  }

  private static void holds(Side<?> side, SocketSettings settings) throws Exception {
    io.netty.channel.unix.Socket socket = socket(side);
    assertThat(socket.isKeepAlive()).isEqualTo(settings.keepIdleSeconds() > 0);
    assertThat(socket.getIntOpt(TCP, 4)).isEqualTo(settings.keepIdleSeconds());
    assertThat(socket.getIntOpt(TCP, 5)).isEqualTo(settings.keepIntervalSeconds());
    assertThat(socket.getIntOpt(TCP, 6)).isEqualTo(settings.keepProbes());
    assertThat(socket.getIntOpt(TCP, 18)).isEqualTo(settings.userTimeoutMs());
    assertThat(socket.getIntOpt(TCP, 25)).isEqualTo(Kernel.NOT_SENT_BYTES);
    assertThat(socket.isTcpNoDelay()).isEqualTo(settings.nodelay());
    assertThat(socket.getReceiveBufferSize()).isEqualTo(2 * settings.receiveBufferBytes());
    assertThat(socket.getSendBufferSize()).isEqualTo(2 * settings.sendBufferBytes());
  }

  private TwoSidedLink<?> link() throws InterruptedException {
    return links.poll(10, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @EnumSource
  void bothSidesHaveThemAndLaterOnesWhatCameLater(RelayKind kind) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
      Relay.Door door = listen(kind, ALL, Doorkeeper.OPEN, server);
      try (Socket client = new Socket()) {
        client.connect(door.address());
        TwoSidedLink<?> link = link();
        holds(link.clientSide(), ALL);
        holds(link.serverSide(), ALL);
      }
      door.tune(OTHER);
      group.next().submit(() -> {}).sync();
      try (Socket client = new Socket()) {
        client.connect(door.address());
        holds(link().clientSide(), OTHER);
      }
      door.tune(new SocketSettings(1, 0, 0, 0, 0, true, 0, 0));
      group.next().submit(() -> {}).sync();
      try (Socket client = new Socket()) {
        client.connect(door.address());
        assertThat(socket(link().clientSide()).isKeepAlive()).isFalse();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoIsTurnedAwayBecomesNoLink(RelayKind kind) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
      Doorkeeper.Verdict[] verdict = {Doorkeeper.Verdict.RESET};
      Relay.Door door = listen(kind, SocketSettings.USUAL, (client, port) -> verdict[0], server);
      assertThat(how(door)).isEqualTo("RESET");
      verdict[0] = Doorkeeper.Verdict.CLOSE;
      assertThat(how(door)).isEqualTo("FIN");
      assertThat(links).isEmpty();
      Relay.Door failing =
          listen(
              kind,
              SocketSettings.USUAL,
              (client, port) -> {
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
