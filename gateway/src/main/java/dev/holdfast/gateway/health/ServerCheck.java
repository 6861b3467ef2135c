package dev.holdfast.gateway.health;

import dev.holdfast.config.Check;
import dev.holdfast.config.ServerConfig;
import dev.holdfast.gateway.hosts.Hosts;
import dev.holdfast.words.Health;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The check of one server: connects to its first port and closes. Confined to its loop; at most one
 * attempt at a time.
 */
final class ServerCheck {
  /** The first check comes within this time, however long the interval. */
  private static final long FIRST_WITHIN_MS = 1000;

  private final EventLoop loop;
  private final Hosts hosts;
  private final ServerConfig server;
  private final Check check;
  private final Consumer<Health> voted;
  private Streak streak;
  private @Nullable Future<?> timer;
  private long begunNanos = System.nanoTime();
  private boolean suspected;
  private boolean running;
  private boolean stopped;

  ServerCheck(
      EventLoop loop,
      Hosts hosts,
      ServerConfig server,
      Check check,
      Streak known,
      Consumer<Health> voted) {
    this.loop = loop;
    this.hosts = hosts;
    this.server = server;
    this.check = check;
    this.streak = known;
    this.voted = voted;
  }

  /** True if a check with these settings would ask the same. */
  boolean asks(ServerConfig other, Check how) {
    return server.host().equals(other.host())
        && server.ports().get(0).equals(other.ports().get(0))
        && check.equals(how);
  }

  Streak known() {
    return streak;
  }

  void start(RandomGenerator random) {
    if (check.type() == Check.Type.NONE) {
      streak = new Streak(Health.UP, 0);
      voted.accept(Health.UP);
      return;
    }
    long within = Math.max(1, Math.min(FIRST_WITHIN_MS, check.timing().interval().toMillis()));
    after(random.nextLong(within));
  }

  /** Somebody could not connect to it. */
  void suspect() {
    if (check.type() == Check.Type.NONE || streak.health() == Health.DOWN) {
      return;
    }
    suspected = true;
    if (timer != null && !running && !stopped) {
      timer.cancel(false);
      after(Math.max(0, quickMs() - sinceBegunMs()));
    }
  }

  private long quickMs() {
    return check.timing().fastInterval().toMillis();
  }

  private long sinceBegunMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos);
  }

  void stop() {
    stopped = true;
    if (timer != null) {
      timer.cancel(false);
    }
  }

  private void after(long ms) {
    if (!stopped) {
      timer = loop.schedule(this::run, ms, TimeUnit.MILLISECONDS);
    }
  }

  private void run() {
    if (stopped || running) {
      return;
    }
    running = true;
    begunNanos = System.nanoTime();
    InetAddress address = hosts.address(server.host());
    if (address == null) {
      result(false);
      return;
    }
    boolean epoll = loop instanceof IoEventLoop io && io.isCompatible(EpollIoHandle.class);
    Class<? extends SocketChannel> type = epoll ? EpollSocketChannel.class : NioSocketChannel.class;
    new Bootstrap()
        .group(loop)
        .channel(type)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) check.timing().timeout().toMillis())
        .handler(new ChannelInboundHandlerAdapter())
        .connect(new InetSocketAddress(address, server.ports().get(0)))
        .addListener(this::connected);
  }

  /** Not on the loop if the system gave no descriptor. */
  private void connected(Future<? super Void> done) {
    if (!loop.inEventLoop()) {
      loop.execute(() -> connected(done));
      return;
    }
    if (done.isSuccess()) {
      ((ChannelFuture) done).channel().close(); // else it is closed, or was never open
      result(true);
    } else if (isOurs(done.cause())) {
      running = false;
      again(check.timing().interval().toMillis());
    } else {
      result(false);
    }
  }

  /** No descriptor or no local port: that says nothing of the server. */
  private static boolean isOurs(Throwable cause) {
    String words = String.valueOf(cause.getMessage());
    return cause instanceof ChannelException
        || cause instanceof BindException
        || words.contains("Cannot assign requested address");
  }

  private void result(boolean good) {
    running = false;
    if (stopped) {
      return;
    }
    Health before = streak.health();
    streak = streak.after(good, check.verdict().rise(), check.verdict().fall());
    if (streak.health() != before && streak.health() != null) {
      voted.accept(streak.health());
    }
    suspected = suspected && !good && streak.health() == Health.UP;
    again(suspected ? quickMs() : check.timing().interval().toMillis());
  }

  private void again(long sinceBegunMs) {
    after(Math.max(1, sinceBegunMs - sinceBegunMs()));
  }
}
