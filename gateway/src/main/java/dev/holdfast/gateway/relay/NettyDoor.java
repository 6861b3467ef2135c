package dev.holdfast.gateway.relay;

import dev.holdfast.words.Source;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannelOption;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A listening channel. When accepting fails it pauses instead of spinning. */
final class NettyDoor extends ChannelInboundHandlerAdapter implements Relay.Door {
  private final NettyRelay relay;
  private final EventLoop loop;
  private final ServerSocketChannel channel;
  private final Doorkeeper keeper;
  private final Consumer<Link> accepted;
  private SocketSettings settings;
  private final Faults faults = new Faults(this::address);
  private final LastCall lastCall;

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
    this.lastCall = new LastCall(loop, this::holdOff, this::shut);
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
      Socket socket = Kernel.socket(channel);
      if (socket != null) {
        Kernel.tune(socket, settings, true);
        Kernel.buffers(socket, settings);
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
    lastCall.came();
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
    return from == null // it has gone
        ? Doorkeeper.Verdict.CLOSE
        : keeper.verdict(Source.of(from.getAddress(), 32, 128), from.getPort());
  }

  @Override
  public void tune(SocketSettings next) {
    loop.execute(
        () -> {
          SocketSettings before = settings;
          settings = next;
          Socket socket = Kernel.socket(channel);
          if (socket != null && channel.isOpen()) {
            Kernel.retune(socket, before, next);
          }
        });
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    faults.add(cause);
    channel.config().setAutoRead(false);
    loop.schedule(() -> channel.config().setAutoRead(true), Faults.PAUSE_MS, TimeUnit.MILLISECONDS);
  }

  @Override
  public InetSocketAddress address() {
    return channel.localAddress();
  }

  @Override
  public long faults() {
    return faults.count();
  }

  @Override
  public Future<Void> stop() {
    return lastCall.stop();
  }

  private void shut(Promise<Void> shut) {
    channel.close().addListener(closed -> shut.complete());
  }

  private void holdOff() {
    Socket socket = Kernel.socket(channel);
    if (socket != null && channel.isOpen()) {
      try {
        Kernel.dropNewSyns(socket);
      } catch (IOException e) {
        NettyRelay.LOG.warn("New connections cannot be held off address={}", address(), e);
      }
    }
  }
}
