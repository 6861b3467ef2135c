package dev.holdfast.gateway.relay;

import io.netty.channel.AbstractEventLoop;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandle;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An epoll loop as the channels of a relay see it: the loop itself, but a socket that is neither
 * read nor written stays registered, edge-triggered.
 *
 * <p>Netty 4.2.18 takes a socket out of epoll when its last interest goes (after a FIN was
 * received, say), believes it registered, and fails the next time it wants to write ({@code
 * epoll_ctl} ENOENT); until then a reset would go unseen. And while any interest is left, epoll
 * reports a hang-up or an error again and again until it is read, which spins a loop that must not
 * read now. Registered for edges both go away: each is reported once, and found again when the
 * socket is read.
 *
 * <p>And once told of a FIN ({@code EPOLLRDHUP}) Netty reads until it has it, however much lies
 * before it and whether it may or not: megabytes for each slow reader whose server has ended. So it
 * is told only while a link is paused, when the FIN of a client that waits must be known and little
 * can lie before it; later the FIN is found in its place, by reading.
 */
final class QuietLoop extends AbstractEventLoop implements IoEventLoop {
  private static final EpollIoOps BUSY = EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLOUT);

  private final IoEventLoop loop;
  private @Nullable NettySide registering;

  QuietLoop(IoEventLoop loop) {
    super(loop.parent());
    this.loop = loop;
  }

  private record Registration(IoRegistration to, @Nullable NettySide side)
      implements IoRegistration {
    @Override
    public <T> T attachment() {
      return to.attachment();
    }

    @Override
    public long submit(IoOps ops) {
      EpollIoOps wanted = (EpollIoOps) ops;
      if (side != null && !side.isPaused()) {
        wanted = wanted.without(EpollIoOps.EPOLLRDHUP);
      }
      boolean busy = (wanted.value() & BUSY.value()) != 0;
      return to.submit(busy ? wanted : wanted.with(EpollIoOps.EPOLLET));
    }

    @Override
    public boolean isValid() {
      return to.isValid();
    }

    @Override
    public boolean cancel() {
      return to.cancel();
    }
  }

  /** Registers the channel of a side, which decides whether its FIN is heeded. On the loop. */
  ChannelFuture register(NettySide side) {
    registering = side;
    try {
      ChannelPromise promise = new DefaultChannelPromise(side.channel(), this);
      side.channel().unsafe().register(this, promise);
      return promise;
    } finally {
      registering = null;
    }
  }

  @Override
  public Future<IoRegistration> register(IoHandle handle) {
    NettySide side = registering;
    Promise<IoRegistration> registered = loop.newPromise();
    loop.register(handle)
        .addListener(
            (Future<IoRegistration> real) -> {
              if (real.isSuccess()) {
                registered.setSuccess(new Registration(real.getNow(), side));
              } else {
                registered.setFailure(real.cause());
              }
            });
    return registered;
  }

  @Override
  @Deprecated
  public ChannelFuture register(Channel channel) {
    ChannelPromise promise = new DefaultChannelPromise(channel, this);
    channel.unsafe().register(this, promise);
    return promise;
  }

  @Override
  @Deprecated
  public ChannelFuture register(ChannelPromise promise) {
    promise.channel().unsafe().register(this, promise);
    return promise;
  }

  @Override
  @Deprecated
  public ChannelFuture register(Channel channel, ChannelPromise promise) {
    channel.unsafe().register(this, promise);
    return promise;
  }

  @Override
  public boolean isCompatible(Class<? extends IoHandle> type) {
    return loop.isCompatible(type);
  }

  @Override
  public boolean isIoType(Class<? extends io.netty.channel.IoHandler> type) {
    return loop.isIoType(type);
  }

  @Override
  public IoEventLoop next() {
    return this;
  }

  @Override
  public EventLoopGroup parent() {
    return loop.parent();
  }

  @Override
  public boolean inEventLoop(Thread thread) {
    return loop.inEventLoop(thread);
  }

  @Override
  public void execute(Runnable task) {
    loop.execute(task);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    return loop.schedule(task, delay, unit);
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
    return loop.schedule(task, delay, unit);
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable task, long first, long period, TimeUnit unit) {
    return loop.scheduleAtFixedRate(task, first, period, unit);
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable task, long first, long delay, TimeUnit unit) {
    return loop.scheduleWithFixedDelay(task, first, delay, unit);
  }

  @Override
  public boolean isShuttingDown() {
    return loop.isShuttingDown();
  }

  @Override
  public Future<?> shutdownGracefully(long quiet, long timeout, TimeUnit unit) {
    return loop.shutdownGracefully(quiet, timeout, unit);
  }

  @Override
  public Future<?> terminationFuture() {
    return loop.terminationFuture();
  }

  @Override
  @Deprecated
  public void shutdown() {
    loop.shutdown();
  }

  @Override
  public boolean isShutdown() {
    return loop.isShutdown();
  }

  @Override
  public boolean isTerminated() {
    return loop.isTerminated();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return loop.awaitTermination(timeout, unit);
  }
}
