package dev.holdfast.gateway.relay;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.unix.UnixChannelOption;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A listening channel. When accepting fails it pauses instead of spinning. */
final class NettyDoor extends ChannelInboundHandlerAdapter implements Relay.Door {
  private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long LOOK_MS = 10;
  private static final long PAUSE_MS = 100;

  private final NettyRelay relay;
  private final EventLoop loop;
  private final ServerSocketChannel channel;
  private final Doorkeeper keeper;
  private final Consumer<Link> accepted;
  private SocketSettings settings;
  private long lastNanos;
  private volatile long faults;
  private @Nullable Promise<Void> stopping;

  private NettyDoor(
      NettyRelay relay,
      EventLoop loop,
      ServerSocketChannel channel,
      SocketSettings settings,
      Doorkeeper keeper,
      Consumer<Link> accepted) {
    this.relay = relay;
    this.loop = loop;
    this.channel = channel;
    this.settings = settings;
    this.keeper = keeper;
    this.accepted = accepted;
  }

  static Future<Relay.Door> open(
      NettyRelay relay,
      EventLoop loop,
      InetSocketAddress address,
      SocketSettings settings,
      Doorkeeper keeper,
      Consumer<Link> accepted) {
    Promise<Relay.Door> opened = Promise.promise();
    try {
      ServerSocketChannel channel = relay.newServerChannel(address);
      NettyDoor door = new NettyDoor(relay, loop, channel, settings, keeper, accepted);
      channel.config().setBacklog(settings.backlog());
      if (channel instanceof EpollServerSocketChannel socket) {
        Kernel.tune(socket, settings);
        channel.config().setOption(UnixChannelOption.SO_REUSEPORT, true);
      } else {
        channel.config().setOption(NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT), true);
      }
      channel.config().setOption(ChannelOption.SO_REUSEADDR, true);
      channel.pipeline().addLast(door);
      loop.register(channel)
          .addListener(
              registered -> {
                if (!registered.isSuccess()) {
                  opened.fail(registered.cause());
                  return;
                }
                channel
                    .bind(address)
                    .addListener(
                        bound -> {
                          if (bound.isSuccess()) {
                            opened.complete(door);
                          } else {
                            channel.close();
                            opened.fail(bound.cause());
                          }
                        });
              });
    } catch (IOException | RuntimeException e) {
      opened.fail(e);
    }
    return opened.future();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    lastNanos = System.nanoTime();
    SocketChannel client = (SocketChannel) message;
    Doorkeeper.Verdict verdict = verdict(client);
    if (verdict == Doorkeeper.Verdict.ENTER) {
      relay.adopt(client, settings, accepted);
      return;
    }
    if (verdict == Doorkeeper.Verdict.RESET) {
      try {
        client.config().setSoLinger(0);
      } catch (ChannelException e) {
        NettyRelay.LOG.debug("Gone before it could be reset client={}", client, e);
      }
    }
    client.unsafe().closeForcibly();
  }

  private Doorkeeper.Verdict verdict(SocketChannel client) {
    InetSocketAddress from = client.remoteAddress();
    try {
      return from == null ? Doorkeeper.Verdict.CLOSE : keeper.look(from); // null: it has gone
    } catch (RuntimeException e) {
      NettyRelay.LOG.warn("A client could not be looked at client={}", from, e);
      return Doorkeeper.Verdict.RESET;
    }
  }

  @Override
  public void tune(SocketSettings next) {
    loop.execute(
        () -> {
          SocketSettings before = settings;
          settings = next;
          if (channel instanceof EpollServerSocketChannel socket
              && socket.isOpen()
              && !next.equals(before)) {
            try {
              Kernel.tune(socket, next);
              if (next.backlog() != before.backlog()) {
                Kernel.backlog(socket, next.backlog());
              }
            } catch (IOException e) {
              NettyRelay.LOG.warn("Settings are not in force address={}", address(), e);
            }
          }
        });
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    long count = faults + 1;
    faults = count; // one writer
    if (Long.bitCount(count) == 1) {
      NettyRelay.LOG.warn(
          "Accepting failed and pauses address={} faults={} cause={}",
          address(),
          count,
          cause + "");
    }
    channel.config().setAutoRead(false);
    loop.schedule(() -> channel.config().setAutoRead(true), PAUSE_MS, TimeUnit.MILLISECONDS);
  }

  @Override
  public InetSocketAddress address() {
    return channel.localAddress();
  }

  @Override
  public long faults() {
    return faults;
  }

  @Override
  public Future<Void> stop() {
    Promise<Void> stopped = Promise.promise();
    loop.execute(
        () -> {
          if (stopping == null) {
            stopping = Promise.promise();
            begin();
          }
          stopping.future().onComplete(stopped);
        });
    return stopped.future();
  }

  private void begin() {
    if (channel instanceof EpollServerSocketChannel socket && socket.isOpen()) {
      try {
        Kernel.dropNewSyns(socket);
      } catch (IOException e) {
        NettyRelay.LOG.warn("New connections cannot be held off address={}", address(), e);
      }
    }
    lastNanos = System.nanoTime();
    look();
  }

  private void look() {
    if (System.nanoTime() - lastNanos >= QUIET_NANOS) {
      channel.close().addListener(closed -> stopping.complete());
    } else {
      loop.schedule(this::look, LOOK_MS, TimeUnit.MILLISECONDS);
    }
  }
}
