package dev.holdfast.gateway.relay;

import dev.holdfast.words.Source;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A link: what the events of one side mean for the other, the same whatever its sockets are.
 *
 * @param <S> the kind of socket
 */
final class TwoSidedLink<S extends Side<S>> implements Link {
  private static final Logger LOG = LoggerFactory.getLogger(TwoSidedLink.class);

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

  /** What becomes of bytes that came. */
  enum Way {
    /** They go to the other side. */
    SEND,
    /** They are kept until there is another side. */
    HOLD,
    /** Nobody wants them any more. */
    DROP
  }

  private final Base<S> relay;
  private final S client;
  private @Nullable S server;
  private @Nullable Events events;
  private @Nullable Traffic traffic;
  private Phase phase = Phase.PAUSED;
  private boolean serverEndedFirst;
  private @Nullable Cause cause;
  private long bytesIn;
  private long bytesOut;
  private long clientNanos = System.nanoTime();
  private long serverNanos = clientNanos;
  private long dueNanos;
  private int wantedFirst;

  /** First bytes that may be for the owner and are no traffic yet. */
  private int uncounted;

  /**
   * A link of an accepted socket, paused.
   *
   * @param client makes the client's side
   */
  TwoSidedLink(Base<S> relay, Function<TwoSidedLink<S>, S> client) {
    this.relay = relay;
    this.client = client.apply(this);
  }

  S clientSide() {
    return client;
  }

  /** Null before it is connected. */
  @Nullable S serverSide() {
    return server;
  }

  @Nullable S other(S side) {
    return side == client ? server : client;
  }

  @Override
  public void watch(Events events, Traffic traffic) {
    this.events = events;
    this.traffic = traffic;
  }

  @Override
  public void readFirst(int most) {
    if (phase == Phase.PAUSED) {
      wantedFirst = most;
      relay.loop().execute(() -> pull(client));
    }
  }

  /** Bytes that the owner wants to see before anything is relayed; 0: none. */
  int wantedFirst() {
    return phase == Phase.PAUSED ? wantedFirst : 0;
  }

  @Override
  public byte[] first() {
    return client.held();
  }

  @Override
  public void skipFirst(int bytes) {
    client.skip(bytes);
    bytesIn -= bytes;
    uncounted = Math.max(0, uncounted - bytes);
  }

  @Override
  public void connect(
      InetSocketAddress target,
      @Nullable InetAddress from,
      int timeoutMs,
      SocketSettings settings) {
    server = relay.connect(this, target, from, timeoutMs, settings);
  }

  /** The socket of the server stands. */
  void connected(S side) {
    if (phase == Phase.OVER) {
      side.close(true);
    } else {
      tell(Events::connected);
    }
  }

  /** The socket of the server, if there was one, could not be connected. */
  void connectFailed(@Nullable S side, Throwable failure) {
    if (side != null) {
      side.close(true);
    }
    if (phase != Phase.OVER) {
      server = null;
      tell(owner -> owner.connectFailed(failure));
    }
  }

  @Override
  public void start(byte... prefix) {
    S to = server;
    if (phase != Phase.PAUSED || to == null) {
      throw new IllegalStateException("start: " + phase + " (expected: paused, connected)");
    }
    phase = Phase.RELAYING;
    if (traffic != null) {
      traffic.in(uncounted);
    }
    clientNanos = System.nanoTime();
    serverNanos = clientNanos;
    if (prefix.length > 0) {
      byte[] first = client.held();
      client.skip(first.length);
      to.send(joined(prefix, first)); // in one segment
    }
    client.sendHeld(to);
    to.sendHeld(client);
    if (client.ended()) {
      ended(client);
    }
    if (to.ended()) {
      ended(to);
    }
    pull(client);
    pull(to);
  }

  private static byte[] joined(byte[] prefix, byte[] first) {
    byte[] all = Arrays.copyOf(prefix, prefix.length + first.length);
    System.arraycopy(first, 0, all, prefix.length, first.length);
    return all;
  }

  @Override
  public void settle() {
    client.settle();
    if (server != null) {
      server.settle();
    }
  }

  /**
   * Bytes came of a side: counts them and says what becomes of them. Of those that are to be held
   * {@link #held} must be told.
   */
  Way arrived(S from, int bytes) {
    if (phase == Phase.RELAYING || phase == Phase.PAUSED || phase == Phase.RESETTING) {
      if (phase == Phase.RESETTING && !from.broken()) {
        return Way.DROP;
      }
      count(from == client, bytes);
      return phase == Phase.PAUSED || other(from) == null ? Way.HOLD : Way.SEND;
    }
    return Way.DROP;
  }

  /** Bytes of a side are held. */
  void held(S from) {
    if (relay.memory().isSpent()) { // nobody takes them yet
      end(Cause.MEMORY);
    } else if (wantedFirst > 0 && phase == Phase.PAUSED && from == client) {
      wantedFirst = 0;
      tell(Events::firstBytes);
    }
  }

  private void count(boolean ofClient, int bytes) {
    Traffic all = traffic;
    if (ofClient) {
      clientNanos = System.nanoTime();
      bytesIn += bytes;
      if (wantedFirst > 0 && phase == Phase.PAUSED) {
        uncounted += bytes;
      } else if (all != null) {
        all.in(bytes);
      }
    } else {
      serverNanos = System.nanoTime();
      bytesOut += bytes;
      if (all != null) {
        all.out(bytes);
      }
    }
  }

  /** Bytes that came for a side so far. */
  long sentTo(S side) {
    return side == client ? bytesOut : bytesIn;
  }

  boolean isPaused() {
    return phase == Phase.PAUSED;
  }

  /** True if what comes of a side can be sent on, or nobody is left to send it to. */
  boolean reads(S from) {
    if (phase == Phase.RELAYING || phase == Phase.RESETTING && from.broken()) {
      S to = other(from);
      return to == null || to.closed() || !to.blocked();
    }
    return phase == Phase.PAUSED ? from == client && wantedFirst > 0 : phase != Phase.OVER;
  }

  /** Reads from a side if it may be read. */
  void pull(S from) {
    if (reads(from)) {
      from.read();
    }
  }

  /** Everything that was to be written to a side was taken by the kernel. */
  void flushed(S to) {
    S from = other(to);
    if (phase == Phase.RESETTING && from != null && from.broken() && from.ended()) {
      deliver();
      return;
    }
    closeIfDone(to);
    if (from != null) {
      pull(from);
    }
  }

  /** The client's FIN was announced; bytes before it may still wait to be read. */
  void ending() {
    if (phase == Phase.PAUSED) {
      tell(Events::clientEnded);
    }
  }

  /** The FIN of a side was received. */
  void ended(S from) {
    if (phase == Phase.PAUSED) {
      if (from == client && !from.broken()) {
        tell(Events::clientEnded);
      }
      return;
    }
    S to = other(from);
    serverEndedFirst |= from == server && !client.ended();
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
  void broke(S from) {
    blame(from == client ? Cause.CLIENT_RESET : Cause.SERVER_RESET);
    if (phase == Phase.PAUSED) {
      over();
    } else if (phase == Phase.FINISHING) {
      from.close(true);
      overIfClosed();
    } else if (phase == Phase.RELAYING) {
      phase = Phase.RESETTING;
      dueNanos = System.nanoTime() + relay.lingering().deliveryNanos();
      if (from.ended()) {
        from.close(true);
        deliver();
      } else {
        pull(from);
        linger();
      }
    } else if (phase == Phase.RESETTING) {
      over();
    }
  }

  private void linger() {
    if (phase != Phase.OVER) {
      relay.lingering().add(this);
    }
  }

  @Override
  public void fault(Throwable failure) {
    LOG.warn("A link failed client={}", client.remote(), failure);
    end(Cause.FAULT);
  }

  /** The memory of the node does not suffice for this link. */
  void starved() {
    end(Cause.MEMORY);
  }

  /**
   * Resets the side that is left, now if it has received everything, else later. Bytes of the side
   * that was reset may still wait to be read: then it is too early.
   */
  private void deliver() {
    S gone = client.broken() ? client : server;
    S left = client.broken() ? server : client;
    if (left == null || left.closed()) {
      over();
    } else if (gone != null && !gone.closed()) {
      linger();
    } else if (left.done()) {
      left.close(false); // both directions ended in order before: there is nothing to reset
      over();
    } else if (left.delivered()) {
      over();
    } else {
      linger();
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
    S to = server;
    if (phase == Phase.PAUSED) {
      refuse(false);
    } else if (phase == Phase.RELAYING && to != null) {
      blame(Cause.ORDERED);
      phase = Phase.FINISHING;
      dueNanos = System.nanoTime() + graceNanos;
      linger();
      finish(client);
      finish(to);
    }
  }

  private void finish(S side) {
    side.fin();
    pull(side);
    closeIfDone(side);
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

  private void closeIfDone(S side) {
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
    relay.lingering().remove(this);
    if (events == null) {
      return;
    }
    try {
      events.ended();
    } catch (RuntimeException e) {
      LOG.error("The end of a session failed client={}", client(), e);
    }
  }

  private void blame(Cause why) {
    if (cause == null) {
      cause = why;
    }
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
    return client.remote();
  }

  @Override
  public Source clientAddress() {
    return Objects.requireNonNull(client.peer());
  }

  @Override
  public InetSocketAddress local() {
    InetSocketAddress address = client.local();
    return address == null ? new InetSocketAddress(0) : address;
  }

  @Override
  public @Nullable InetSocketAddress outgoing() {
    return server == null ? null : server.local();
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
  public boolean serverEndedFirst() {
    return serverEndedFirst;
  }

  @Override
  public boolean leavesTimeWait() {
    return server != null && server.leavesTimeWait();
  }

  @Override
  public @Nullable Cause cause() {
    return cause;
  }
}
