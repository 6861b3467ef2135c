package dev.holdfast.gateway.relay;

import dev.holdfast.words.Source;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A Netty channel: what was read of it and what is to be written to it. */
final class NettySide extends ChannelInboundHandlerAdapter implements Side<NettySide> {
  private final TwoSidedLink<NettySide> link;
  private final RelayMemory memory;
  private final SocketChannel channel;

  /** A read was asked for. */
  private boolean wanted;

  private boolean ended;
  private boolean broken;

  /** Within a write, after which all is counted at once. */
  private boolean sending;

  private boolean finDue;
  private boolean finSent;
  private boolean finFirst;
  private boolean closed;

  /** Bytes to be written, as counted in the node's memory. */
  private long pending;

  /** What was read before there was anybody to send it to. */
  private @Nullable ArrayDeque<ByteBuf> early;

  NettySide(TwoSidedLink<NettySide> link, RelayMemory memory, SocketChannel channel) {
    this.link = link;
    this.memory = memory;
    this.channel = channel;
  }

  SocketChannel channel() {
    return channel;
  }

  boolean isPaused() {
    return link.isPaused();
  }

  @Override
  public boolean ended() {
    return ended;
  }

  @Override
  public boolean broken() {
    return broken;
  }

  @Override
  public boolean closed() {
    return closed;
  }

  @Override
  public boolean blocked() {
    return pending > 0;
  }

  @Override
  public void read() {
    if (!wanted && !ended && !closed) {
      wanted = true;
      channel.read();
    }
  }

  private void hold(ByteBuf bytes) {
    if (early == null) {
      early = new ArrayDeque<>(2);
    }
    early.add(bytes);
    memory.add(bytes.readableBytes());
    link.held(this);
  }

  @Override
  public void sendHeld(NettySide to) {
    ArrayDeque<ByteBuf> held = early;
    early = null;
    while (held != null && !held.isEmpty()) {
      ByteBuf bytes = held.poll();
      memory.add(-bytes.readableBytes());
      to.send(bytes);
    }
  }

  @Override
  public byte[] held() {
    if (early == null) {
      return new byte[0];
    }
    byte[] all = new byte[early.stream().mapToInt(ByteBuf::readableBytes).sum()];
    int at = 0;
    for (ByteBuf bytes : early) {
      int length = bytes.readableBytes();
      bytes.getBytes(bytes.readerIndex(), all, at, length);
      at += length;
    }
    return all;
  }

  @Override
  public void skip(int bytes) {
    int left = bytes;
    while (left > 0 && early != null && !early.isEmpty()) {
      ByteBuf first = early.peek();
      int part = Math.min(left, first.readableBytes());
      first.skipBytes(part);
      memory.add(-part);
      left -= part;
      if (!first.isReadable()) {
        early.remove().release();
      }
    }
  }

  @Override
  public void send(byte[] bytes) {
    send(Unpooled.wrappedBuffer(bytes));
  }

  private void send(ByteBuf bytes) {
    if (closed || finSent) {
      bytes.release();
      return;
    }
    sending = true;
    channel.writeAndFlush(bytes, channel.voidPromise());
    sending = false;
    recount();
  }

  @Override
  public void settle() {
    // set from the start
  }

  @Override
  public void fin() {
    finDue = true;
    if (!finSent && !closed && pending == 0) {
      finSent = true;
      finFirst = !ended;
      channel.shutdownOutput();
    }
  }

  @Override
  public boolean done() {
    return ended && finSent;
  }

  @Override
  public boolean leavesTimeWait() {
    return finFirst && ended && !broken;
  }

  @Override
  public boolean delivered() {
    return pending == 0 && Kernel.delivered(channel);
  }

  @Override
  public void close(boolean reset) {
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
    memory.add(-pending);
    pending = 0;
  }

  private void drop() {
    ArrayDeque<ByteBuf> held = early;
    early = null;
    while (held != null && !held.isEmpty()) {
      ByteBuf bytes = held.poll();
      memory.add(-bytes.readableBytes());
      bytes.release();
    }
  }

  private void recount() {
    if (closed) {
      return;
    }
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    long now = buffer == null ? 0 : buffer.totalPendingWriteBytes();
    memory.add(now - pending);
    pending = now;
  }

  @Override
  public InetSocketAddress remote() {
    return channel.remoteAddress();
  }

  @Override
  public Source peer() {
    return Source.of(channel.remoteAddress().getAddress(), 32, 128);
  }

  @Override
  public @Nullable InetSocketAddress local() {
    return channel.localAddress();
  }

  // ---------------------------------------------------------------- what the channel says

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    boolean asked = wanted;
    wanted = false;
    take((ByteBuf) message);
    if (asked || broken || closed) {
      return;
    }
    // nobody asked: the kernel has an error to report, or a FIN while paused
    if (link.isPaused() ? Kernel.over(channel) : Kernel.takeError(channel)) {
      broken = true; // what is left need not be read while paused, and is read in time else
      link.broke(this);
    }
  }

  private void take(ByteBuf bytes) {
    TwoSidedLink.Way way = link.arrived(this, bytes.readableBytes());
    NettySide to = link.other(this);
    if (way == TwoSidedLink.Way.HOLD) {
      hold(bytes);
    } else if (way == TwoSidedLink.Way.DROP || to == null) {
      bytes.release();
    } else if (to.pending > 2L * RelayMemory.LARGE_READ && memory.isSpent()) {
      bytes.release();
      link.starved();
    } else {
      to.send(bytes);
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
    recount();
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
