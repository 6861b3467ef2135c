package dev.holdfast.gateway.health;

import dev.holdfast.config.Check;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes checks over Netty channels on one loop. */
final class NettyProber implements Prober {
  private final EventLoop loop;
  private final Trust trust;
  private final HealthChecks.Header header;
  private final Class<? extends SocketChannel> type;

  NettyProber(EventLoop loop, Trust trust, HealthChecks.Header header) {
    this.loop = loop;
    this.trust = trust;
    this.header = header;
    boolean epoll = loop instanceof IoEventLoop io && io.isCompatible(EpollIoHandle.class);
    this.type = epoll ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  @Override
  public void probe(Question question, Consumer<Answer> answered) {
    Check check = question.check();
    SslContext tls = null;
    if (check.type().usesTls()) {
      String file = check.tls().caFile() == null ? Trust.ANYBODY : check.tls().caFile();
      tls = trust.of(file);
      if (tls == null) {
        answered.accept(new Answer(CheckCode.SOCKERR, "ca-file " + file + " cannot be read"));
        return;
      }
    }
    Attempt attempt = new Attempt(question, tls, conversation(question), answered);
    long begunNanos = System.nanoTime();
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(type)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) check.timing().timeout().toMillis())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.AUTO_READ, false)
            .handler(attempt);
    if (type == EpollSocketChannel.class && question.from() != null) {
      bootstrap.option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
    }
    InetSocketAddress target = new InetSocketAddress(question.address(), question.port());
    ChannelFuture connecting =
        question.from() == null
            ? bootstrap.connect(target)
            : bootstrap.connect(target, new InetSocketAddress(question.from(), 0));
    connecting.addListener(done -> connected(attempt, question, begunNanos, done));
  }

  /** Not on the loop if the system gave no descriptor. */
  private void connected(
      Attempt attempt, Question question, long begunNanos, Future<? super Void> done) {
    if (!loop.inEventLoop()) {
      loop.execute(() -> connected(attempt, question, begunNanos, done));
      return;
    }
    if (!done.isSuccess()) {
      attempt.failed(done.cause());
      return;
    }
    Channel channel = ((ChannelFuture) done).channel();
    ByteBuf first = header.of(question.pool(), question.host(), question.port(), channel);
    long leftNanos = question.check().timing().timeout().toNanos() + begunNanos - System.nanoTime();
    attempt.connected(channel, first, Math.max(0, leftNanos));
  }

  private static @Nullable ChannelHandler conversation(Question question) {
    Check check = question.check();
    if (check.type().usesHttp()) {
      boolean standard = question.port() == (check.type().usesTls() ? 443 : 80);
      String host =
          NetUtil.isValidIpV6Address(question.host())
              ? "[" + question.host() + "]"
              : question.host();
      return new HttpTalk(check.http(), standard ? host : host + ":" + question.port());
    }
    return check.steps().isEmpty() ? null : new StepsTalk(check.steps());
  }
}
