package dev.holdfast.gateway.relay;

import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.Socket;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The relay over Netty channels: epoll where the loop runs it, NIO elsewhere. On NIO there is no
 * socket filter and no {@code TCP_INFO}: a listener that stops may reset who is in its queue, and a
 * reset follows the last bytes at once.
 */
final class NettyRelay implements Relay, Base<NettySide> {
  static final Logger LOG = LoggerFactory.getLogger(NettyRelay.class);

  private static final WriteBufferWaterMark NOTHING_PENDING = new WriteBufferWaterMark(1, 1);

  private final EventLoop loop;
  private final RelayMemory memory;
  private final Lingering lingering;
  private final boolean epoll;

  /** Where channels of clients and servers are registered. */
  private final EventLoop channels;

  /**
   * A relay on a loop.
   *
   * @param loop of Vert.x or of Netty alone
   * @param memory of the node
   * @param delivery bytes before a reset are delivered within this time or not at all
   */
  NettyRelay(EventLoop loop, RelayMemory memory, Duration delivery) {
    this.loop = loop;
    this.memory = memory;
    this.lingering = new Lingering(loop, delivery);
    this.epoll = loop instanceof IoEventLoop io && io.isCompatible(EpollIoHandle.class);
    this.channels = epoll ? new QuietLoop((IoEventLoop) loop) : loop;
  }

  @Override
  public EventLoop loop() {
    return loop;
  }

  @Override
  public RelayMemory memory() {
    return memory;
  }

  @Override
  public Lingering lingering() {
    return lingering;
  }

  @Override
  public Future<Door> listen(
      InetSocketAddress address,
      SocketSettings settings,
      Doorkeeper keeper,
      Consumer<Link> accepted) {
    return NettyDoor.open(this, loop, address, settings, keeper, accepted);
  }

  ServerSocketChannel newServerChannel(InetSocketAddress address) {
    return epoll ? new EpollServerSocketChannel(family(address)) : new NioServerSocketChannel();
  }

  /** A link of an accepted socket, paused. */
  void adopt(SocketChannel channel, SocketSettings settings, Consumer<Link> accepted) {
    try {
      tune(channel, settings, true);
    } catch (RuntimeException e) {
      LOG.warn("An accepted socket could not be set up", e);
      channel.unsafe().closeForcibly();
      return;
    }
    TwoSidedLink<NettySide> link =
        new TwoSidedLink<>(this, its -> new NettySide(its, memory, channel));
    channel.pipeline().addLast(link.clientSide());
    register(link.clientSide())
        .addListener(
            future -> {
              if (future.isSuccess()) {
                hand(link, accepted);
              } else {
                LOG.warn("An accepted socket could not be registered", future.cause());
                channel.unsafe().closeForcibly();
              }
            });
  }

  private ChannelFuture register(NettySide side) {
    return channels instanceof QuietLoop quiet
        ? quiet.register(side)
        : channels.register(side.channel());
  }

  /** Gives a new link to its owner, whose failure ends it. */
  static void hand(Link link, Consumer<Link> accepted) {
    try {
      accepted.accept(link);
    } catch (RuntimeException e) {
      link.fault(e);
    }
  }

  @Override
  public @Nullable NettySide connect(
      TwoSidedLink<NettySide> link,
      InetSocketAddress target,
      @Nullable InetAddress from,
      int timeoutMs,
      SocketSettings settings) {
    SocketChannel channel;
    try {
      channel = newChannel(target, timeoutMs, settings);
    } catch (RuntimeException e) { // no descriptor
      loop.execute(() -> link.connectFailed(null, e));
      return null;
    }
    NettySide side = new NettySide(link, memory, channel);
    channel.pipeline().addLast(side);
    if (epoll && from != null) {
      channel.config().setOption(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
    }
    register(side)
        .addListener(
            registered -> {
              ChannelFuture future =
                  !registered.isSuccess()
                      ? channel.newFailedFuture(registered.cause())
                      : from == null
                          ? channel.connect(target)
                          : channel.connect(target, new InetSocketAddress(from, 0));
              // never within the call that asked for it
              loop.execute(() -> future.addListener(done -> connected(link, side, future)));
            });
    return side;
  }

  private static void connected(
      TwoSidedLink<NettySide> link, NettySide side, ChannelFuture future) {
    if (!future.isSuccess()) {
      link.connectFailed(side, future.cause());
    } else if (Objects.equals(side.channel().localAddress(), side.channel().remoteAddress())) {
      link.connectFailed(side, new ConnectException("connected to itself"));
    } else {
      link.connected(side);
    }
  }

  private SocketChannel newChannel(
      InetSocketAddress target, int timeoutMs, SocketSettings settings) {
    SocketChannel channel = epoll ? new EpollSocketChannel(family(target)) : new NioSocketChannel();
    try {
      tune(channel, settings, false);
      channel.config().setConnectTimeoutMillis(timeoutMs);
      return channel;
    } catch (RuntimeException e) {
      channel.unsafe().closeForcibly();
      throw e;
    }
  }

  /** On Linux an accepted socket has from its listening one what {@link Kernel#tune} set there. */
  private void tune(SocketChannel channel, SocketSettings settings, boolean accepted) {
    ChannelConfig config = channel.config();
    config.setAutoRead(false);
    config.setAutoClose(false);
    config.setRecvByteBufAllocator(new OneRead(memory));
    config.setWriteBufferWaterMark(NOTHING_PENDING);
    config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    if (!settings.nodelay()) {
      config.setOption(ChannelOption.TCP_NODELAY, false); // true is set by Netty
    }
    Socket socket = Kernel.socket(channel);
    if (socket == null) {
      config.setOption(ChannelOption.SO_KEEPALIVE, settings.keepIdleSeconds() > 0);
      set(config, ChannelOption.SO_RCVBUF, settings.receiveBufferBytes());
      set(config, ChannelOption.SO_SNDBUF, settings.sendBufferBytes());
    } else if (!accepted) {
      try {
        Kernel.tune(socket, settings, true);
        Kernel.buffers(socket, settings);
      } catch (IOException e) {
        throw new ChannelException(e);
      }
    }
  }

  private static void set(ChannelConfig config, ChannelOption<Integer> option, int value) {
    if (value > 0) {
      config.setOption(option, value);
    }
  }

  private static SocketProtocolFamily family(InetSocketAddress address) {
    return address.getAddress() instanceof Inet4Address
        ? SocketProtocolFamily.INET
        : SocketProtocolFamily.INET6;
  }
}
