package dev.holdfast.gateway.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One socket of a link: what was read of it and what is to be written to it. It knows its channel;
 * what its events mean for the other side is decided in {@link NettyLink}.
 */
final class Side extends ChannelInboundHandlerAdapter {
  private final NettyLink link;
  private final SocketChannel channel;

  /** A read was asked for. */
  private boolean wanted;

  /** Its FIN was received, or nothing more can be read of it. */
  private boolean ended;

  /** It was reset. */
  private boolean broken;

  /** Within a write, after which all is counted at once. */
  private boolean sending;

  private boolean finDue;
  private boolean finSent;
  private boolean closed;

  /** Bytes to be written, as counted in the node's memory. */
  private long pending;

  /** What was read before there was anybody to send it to. */
  private @Nullable ArrayDeque<ByteBuf> early;

  Side(NettyLink link, SocketChannel channel) {
    this.link = link;
    this.channel = channel;
  }

  SocketChannel channel() {
    return channel;
  }

  boolean isPaused() {
    return link.isPaused();
  }

  boolean ended() {
    return ended;
  }

  boolean broken() {
    return broken;
  }

  boolean closed() {
    return closed;
  }

  boolean blocked() {
    return pending > 0;
  }

  long pending() {
    return pending;
  }

  /** Asks for one read, unless one is asked for already or nothing can come. */
  void read() {
    if (!wanted && !ended && !closed) {
      wanted = true;
      channel.read();
    }
  }

  /** Keeps what was read until {@link #sendEarly}. */
  void hold(ByteBuf bytes) {
    if (early == null) {
      early = new ArrayDeque<>(2);
    }
    early.add(bytes);
    link.memory().add(bytes.readableBytes());
  }

  void sendEarly(Side to) {
    ArrayDeque<ByteBuf> held = early;
    early = null;
    while (held != null && !held.isEmpty()) {
      ByteBuf bytes = held.poll();
      link.memory().add(-bytes.readableBytes());
      to.send(bytes);
    }
  }

  void send(ByteBuf bytes) {
    if (closed || finSent) {
      bytes.release();
      return;
    }
    sending = true;
    channel.writeAndFlush(bytes, channel.voidPromise());
    sending = false;
    settle();
  }

  /** Sends our FIN after what is pending. */
  void fin() {
    finDue = true;
    if (!finSent && !closed && pending == 0) {
      finSent = true;
      channel.shutdownOutput();
    }
  }

  /** True if both directions of this socket have ended in order. */
  boolean done() {
    return ended && finSent;
  }

  boolean delivered() {
    return pending == 0 && Kernel.delivered(channel);
  }

  /** Closes the socket and gives back all memory; once. */
  void close(boolean reset) {
    if (closed) {
      return;
    }
    closed = true;
    if (reset && channel.isOpen()) {
      try {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
      } catch (RuntimeException e) {
        // the socket is gone already: nothing is left to reset
        NettyRelay.LOG.debug("No reset could be sent channel={}", channel, e);
      }
    }
    drop();
    channel.close();
    link.memory().add(-pending);
    pending = 0;
  }

  /** Forgets what was read early. */
  void drop() {
    ArrayDeque<ByteBuf> held = early;
    early = null;
    while (held != null && !held.isEmpty()) {
      ByteBuf bytes = held.poll();
      link.memory().add(-bytes.readableBytes());
      bytes.release();
    }
  }

  private void settle() {
    if (closed) {
      return;
    }
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    long now = buffer == null ? 0 : buffer.totalPendingWriteBytes();
    link.memory().add(now - pending);
    pending = now;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    boolean asked = wanted;
    wanted = false;
    link.received(this, (ByteBuf) message);
    if (asked || broken || closed) {
      return;
    }
    // nobody asked: the kernel has an error to report, or a FIN while paused
    if (link.isPaused() ? Kernel.over(channel) : Kernel.takeError(channel)) {
      broken = true; // what is left need not be read while paused, and is read in time else
      link.broke(this);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (ended && !broken && !closed && Kernel.takeError(channel)) {
      broken = true;
      link.broke(this);
    } else {
      link.pull(this);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (closed || sending) {
      return;
    }
    settle();
    if (channel.isWritable()) {
      if (finDue) {
        fin();
      }
      link.flushed(this);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE && !ended) {
      ended = true;
      link.ended(this);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (!closed && !broken) {
      ended = true;
      broken = true;
      link.broke(this);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (closed || broken) {
      return;
    }
    if (cause instanceof java.io.IOException) {
      broken = true;
      link.broke(this);
    } else {
      link.fault(cause);
    }
  }
}
