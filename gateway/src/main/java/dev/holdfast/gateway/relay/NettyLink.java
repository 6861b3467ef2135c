package dev.holdfast.gateway.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.SocketChannel;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A link over Netty channels; what the events of one side mean for the other. */
final class NettyLink implements Link {
  /** Where a link is; only forwards. */
  private enum Phase {
    /** Paused: nothing is relayed. */
    PAUSED,
    /** Bytes go both ways. */
    RELAYING,
    /** One side was reset: the other gets what is under way, then a reset. */
    RESETTING,
    /** Ordered to end: FIN both ways, then a reset after the grace. */
    FINISHING,
    /** Both sockets are closed. */
    OVER
  }

  private final NettyRelay relay;
  private final Side client;
  private @Nullable Side server;
  private @Nullable Events events;
  private @Nullable Traffic traffic;
  private Phase phase = Phase.PAUSED;
  private @Nullable Cause cause;
  private long bytesIn;
  private long bytesOut;
  private long clientNanos = System.nanoTime();
  private long serverNanos = clientNanos;
  private long dueNanos;

  NettyLink(NettyRelay relay, SocketChannel channel) {
    this.relay = relay;
    this.client = new Side(this, channel);
  }

  Side clientSide() {
    return client;
  }

  /** Null before it is connected. */
  @Nullable Side serverSide() {
    return server;
  }

  RelayMemory memory() {
    return relay.memory();
  }

  @Override
  public void watch(Events events, Traffic traffic) {
    this.events = events;
    this.traffic = traffic;
  }

  @Override
  public void connect(
      InetSocketAddress target,
      @Nullable InetAddress from,
      int timeoutMs,
      SocketSettings settings) {
    SocketChannel channel;
    try {
      channel = relay.newChannel(target, timeoutMs, settings);
    } catch (RuntimeException e) { // no descriptor
      relay.loop().execute(() -> connectFailed(null, e));
      return;
    }
    Side side = new Side(this, channel);
    server = side;
    relay.connect(side, target, from, future -> connected(side, future));
  }

  private void connected(Side side, ChannelFuture future) {
    if (phase == Phase.OVER) {
      side.close(true);
    } else if (!future.isSuccess()) {
      connectFailed(side, future.cause());
    } else if (Objects.equals(side.channel().localAddress(), side.channel().remoteAddress())) {
      connectFailed(side, new ConnectException("connected to itself"));
    } else {
      tell(Events::connected);
    }
  }

  private void connectFailed(@Nullable Side side, Throwable failure) {
    if (side != null) {
      side.close(true);
    }
    if (phase != Phase.OVER) {
      server = null;
      tell(owner -> owner.connectFailed(failure));
    }
  }

  @Override
  public void start() {
    Side to = server;
    if (phase != Phase.PAUSED || to == null) {
      throw new IllegalStateException("start: " + phase + " (expected: paused, connected)");
    }
    phase = Phase.RELAYING;
    clientNanos = System.nanoTime();
    serverNanos = clientNanos;
    client.sendEarly(to);
    to.sendEarly(client);
    if (client.ended()) {
      ended(client);
    }
    if (to.ended()) {
      ended(to);
    }
    pull(client);
    pull(to);
  }

  /** Bytes came. They belong to this link, which hands them on or releases them. */
  void received(Side from, ByteBuf bytes) {
    if (phase == Phase.OVER
        || phase == Phase.FINISHING
        || (phase == Phase.RESETTING && !from.broken())) {
      bytes.release();
      return;
    }
    count(from, bytes.readableBytes());
    Side to = other(from);
    if (phase == Phase.PAUSED || to == null) {
      from.hold(bytes);
      if (memory().isSpent()) { // it was read uninvited, and nobody takes it yet
        end(Cause.MEMORY);
      }
    } else if (to.pending() > 2L * RelayMemory.LARGE_READ && memory().isSpent()) {
      bytes.release();
      end(Cause.MEMORY);
    } else {
      to.send(bytes);
    }
  }

  private void count(Side from, int bytes) {
    if (from == client) {
      clientNanos = System.nanoTime();
      bytesIn += bytes;
    } else {
      serverNanos = System.nanoTime();
      bytesOut += bytes;
    }
    if (traffic != null) {
      if (from == client) {
        traffic.in(bytes);
      } else {
        traffic.out(bytes);
      }
    }
  }

  boolean isPaused() {
    return phase == Phase.PAUSED;
  }

  /** Reads from a side if what comes can be sent on, or nobody is left to send it to. */
  void pull(Side from) {
    if (phase == Phase.PAUSED || phase == Phase.OVER) {
      return;
    }
    if (phase == Phase.RELAYING || (phase == Phase.RESETTING && from.broken())) {
      Side to = other(from);
      if (to == null || to.closed()) {
        from.read();
        return;
      }
      if (to.blocked()) {
        return;
      }
    }
    from.read();
  }

  /** Everything that was to be written to a side was taken by the kernel. */
  void flushed(Side to) {
    Side from = other(to);
    if (phase == Phase.RESETTING && from != null && from.broken() && from.ended()) {
      deliver();
      return;
    }
    closeIfDone(to);
    if (from != null) {
      pull(from);
    }
  }

  /** The FIN of a side was received. */
  void ended(Side from) {
    if (phase == Phase.PAUSED) {
      if (from == client && !from.broken()) {
        tell(Events::clientEnded);
      }
      return;
    }
    Side to = other(from);
    if (phase == Phase.RESETTING) {
      if (from.broken()) {
        from.close(true);
      }
      deliver();
      return;
    }
    if (phase == Phase.RELAYING && !from.broken() && to != null) {
      to.fin();
      closeIfDone(to);
    }
    closeIfDone(from);
  }

  /** A side was reset; what it sent before may still wait in the kernel. */
  void broke(Side from) {
    blame(from == client ? Cause.CLIENT_RESET : Cause.SERVER_RESET);
    if (phase == Phase.PAUSED) {
      over();
    } else if (phase == Phase.FINISHING) {
      from.close(true);
      overIfClosed();
    } else if (phase == Phase.RELAYING) {
      phase = Phase.RESETTING;
      dueNanos = System.nanoTime() + relay.deliveryNanos();
      if (from.ended()) {
        from.close(true);
        deliver();
      } else {
        pull(from);
        relay.lingers(this);
      }
    } else if (phase == Phase.RESETTING) {
      over();
    }
  }

  @Override
  public void fault(Throwable failure) {
    NettyRelay.LOG.warn("A link failed client={}", client.channel().remoteAddress(), failure);
    end(Cause.FAULT);
  }

  /**
   * Resets the side that is left, now if it has received everything, else later. Bytes of the side
   * that was reset may still wait to be read: then it is too early.
   */
  private void deliver() {
    Side gone = client.broken() ? client : server;
    Side left = client.broken() ? server : client;
    if (left == null || left.closed()) {
      over();
    } else if (gone != null && !gone.closed()) {
      relay.lingers(this);
    } else if (left.done()) {
      left.close(false); // both directions ended in order before: there is nothing to reset
      over();
    } else if (left.delivered()) {
      over();
    } else {
      relay.lingers(this);
    }
  }

  /** Called every few milliseconds while this link lingers, which ends when it is over. */
  void linger(long nowNanos) {
    if (nowNanos - dueNanos >= 0) {
      over();
    } else if (phase == Phase.RESETTING) {
      deliver();
    }
  }

  @Override
  public void refuse(boolean reset) {
    if (phase != Phase.OVER) {
      blame(Cause.ORDERED);
      client.close(reset);
      over();
    }
  }

  @Override
  public void finish(long graceNanos) {
    if (phase == Phase.PAUSED) {
      refuse(false);
    } else if (phase == Phase.RELAYING) {
      blame(Cause.ORDERED);
      phase = Phase.FINISHING;
      dueNanos = System.nanoTime() + graceNanos;
      relay.lingers(this);
      for (Side side : new Side[] {client, server}) {
        side.fin();
        side.read();
        closeIfDone(side);
      }
    }
  }

  @Override
  public void abort() {
    end(Cause.ORDERED);
  }

  private void end(Cause why) {
    if (phase != Phase.OVER) {
      blame(why);
      over();
    }
  }

  private void closeIfDone(Side side) {
    if (side.done() && !side.closed()) {
      side.close(false);
      overIfClosed();
    }
  }

  private void overIfClosed() {
    if (phase != Phase.OVER && client.closed() && (server == null || server.closed())) {
      blame(Cause.BOTH_ENDED);
      over();
    }
  }

  private void over() {
    if (phase == Phase.OVER) {
      return;
    }
    phase = Phase.OVER;
    client.close(true);
    if (server != null) {
      server.close(true);
    }
    relay.forget(this);
    if (events == null) {
      return;
    }
    try {
      events.ended();
    } catch (RuntimeException e) {
      NettyRelay.LOG.error("The end of a session failed client={}", client(), e);
    }
  }

  private void blame(Cause why) {
    if (cause == null) {
      cause = why;
    }
  }

  private @Nullable Side other(Side side) {
    return side == client ? server : client;
  }

  /** An owner that fails ends its link: a session nobody cares for would live for ever. */
  private void tell(Consumer<Events> what) {
    try {
      if (events == null) {
        throw new IllegalStateException("watch: nobody (expected: an owner since accept)");
      }
      what.accept(events);
    } catch (RuntimeException e) {
      fault(e);
    }
  }

  @Override
  public InetSocketAddress client() {
    return client.channel().remoteAddress();
  }

  @Override
  public InetSocketAddress local() {
    return client.channel().localAddress();
  }

  @Override
  public @Nullable InetSocketAddress outgoing() {
    return server == null ? null : server.channel().localAddress();
  }

  @Override
  public long bytesIn() {
    return bytesIn;
  }

  @Override
  public long bytesOut() {
    return bytesOut;
  }

  @Override
  public long clientNanos() {
    return clientNanos;
  }

  @Override
  public long serverNanos() {
    return serverNanos;
  }

  @Override
  public boolean clientHasEnded() {
    return client.ended();
  }

  @Override
  public boolean serverHasEnded() {
    return server != null && server.ended();
  }

  @Override
  public @Nullable Cause cause() {
    return cause;
  }
}
