package dev.holdfast.gateway.relay;

import dev.holdfast.words.Source;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A socket that the loop's epoll knows by itself, without a channel. Registered once, for edges, so
 * it must remember what an edge said: {@link #readable} until a read found the socket empty, {@link
 * #hungUp} for ever. A short read means empty only before the end was announced.
 *
 * <p>The first error of a socket is kept, because the kernel tells it once: after a send or {@code
 * SO_ERROR} took it, a receive says 0, which would be a FIN.
 */
final class EpollSide extends EpollSender implements EpollIoHandle, Side<EpollSide> {
  private static final EpollIoOps ALL =
      EpollIoOps.EPOLLIN
          .with(EpollIoOps.EPOLLOUT)
          .with(EpollIoOps.EPOLLRDHUP)
          .with(EpollIoOps.EPOLLET);
  private static final int IN = EpollIoOps.EPOLLIN.value();
  private static final int OUT = EpollIoOps.EPOLLOUT.value();
  private static final int ERR = EpollIoOps.EPOLLERR.value();
  private static final int HUP = 0x10;
  private static final int END = EpollIoOps.EPOLLRDHUP.value() | HUP | ERR;
  private static final byte[] NOTHING = {};

  private final TwoSidedLink<EpollSide> link;
  private @Nullable IoRegistration registration;

  /** What was read before there was anybody to send it to. */
  private byte[] held = NOTHING;

  /** The client's address; of a server side null. */
  private final @Nullable Source peer;

  /** Our address, once connected; of a client side null. */
  private @Nullable InetAddress localAddress;

  /** Of the peer; of a server side ours, once connected. */
  private int port;

  private boolean connecting;
  private boolean readable;
  private boolean hungUp;

  /** The last read brought much: there is likely to be more than others should wait for. */
  private boolean bulk;

  private boolean listed;
  private boolean ended;
  private boolean broken;
  private boolean finDue;
  private boolean finSent;
  private boolean finFirst;
  private boolean closed;

  /** A client that was accepted. */
  EpollSide(int fd, EpollRelay relay, TwoSidedLink<EpollSide> link, Source peer, int port) {
    super(fd, relay, null); // all settings are inherited
    this.link = link;
    this.peer = peer;
    this.port = port;
  }

  private EpollSide(
      InetSocketAddress target,
      EpollRelay relay,
      TwoSidedLink<EpollSide> link,
      SocketSettings settings) {
    super(newSocketStream0(target.getAddress() instanceof Inet6Address), relay, settings);
    this.link = link;
    this.peer = null;
    this.port = target.getPort();
    this.connecting = true;
  }

  /** A socket towards a server, not connected yet; fails if there is no descriptor. */
  static EpollSide towards(
      InetSocketAddress target,
      EpollRelay relay,
      TwoSidedLink<EpollSide> link,
      SocketSettings settings) {
    return new EpollSide(target, relay, link, settings);
  }

  /** Hears of its socket from now on. */
  void register() {
    IoRegistration mine = relay().register(this);
    registration = mine;
    mine.submit(ALL);
  }

  TwoSidedLink<EpollSide> link() {
    return link;
  }

  boolean connecting() {
    return connecting;
  }

  @Override
  public FileDescriptor fd() {
    return this;
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
  public boolean done() {
    return ended && finSent;
  }

  @Override
  public boolean leavesTimeWait() {
    return finFirst && ended && !broken;
  }

  @Override
  public boolean delivered() {
    return !blocked() && Kernel.delivered(this);
  }

  // ---------------------------------------------------------------- what epoll says

  @Override
  public void handle(IoRegistration registration, IoEvent event) {
    if (closed) {
      return;
    }
    int ops = ((EpollIoEvent) event).ops().value();
    try {
      if (connecting) {
        connect(ops);
      } else {
        happened(ops);
      }
    } catch (RuntimeException e) {
      link.fault(e);
    }
  }

  private void happened(int ops) {
    note(ops);
    if ((ops & ERR) != 0 && !broken && Kernel.takeError(this)) {
      broken = true;
      link.broke(this);
    }
    if ((ops & OUT) != 0 && flush()) {
      if (finDue) {
        fin();
      }
      link.flushed(this);
    }
    if (readable && !closed) {
      if (hungUp && link.isPaused() && link.wantedFirst() == 0) {
        lookAtEnd();
      } else {
        link.pull(this);
      }
    }
  }

  private void note(int ops) {
    if ((ops & END) != 0) {
      hungUp = true;
      readable = true;
    } else if ((ops & IN) != 0) {
      readable = true;
    }
  }

  private void connect(int ops) {
    if ((ops & (OUT | ERR | HUP)) == 0) {
      return;
    }
    try {
      if ((ops & (ERR | HUP)) != 0 && !finishConnect()) {
        return;
      }
      connecting = false;
      localIs(localAddress());
    } catch (IOException | RuntimeException e) {
      relay().connectFailed(this, e);
      return;
    }
    note(ops);
    link.connected(this);
  }

  /** A port inside the range of local ports can be given to a socket that connects to it. */
  private void localIs(@Nullable InetSocketAddress mine) throws ConnectException {
    if (mine == null) {
      return;
    }
    if (mine.getPort() == port && mine.equals(remoteAddress())) {
      throw new ConnectException("connected to itself");
    }
    localAddress = relay().share(mine.getAddress());
    port = mine.getPort();
  }

  // ---------------------------------------------------------------- from this socket

  @Override
  public void read() {
    if (!readable || ended || closed || connecting || listed) {
      return;
    }
    if (link.isPaused()) {
      hold(Math.min(link.wantedFirst(), relay().memory().mostOfRead()));
    } else {
      pump();
    }
  }

  /** As long as there is something, somebody takes it, and others need not wait. */
  private void pump() {
    while (readable) {
      if (bulk && !relay().mayMove()) {
        listed = true;
        relay().nextTurn(this);
        return;
      }
      EpollSide to = link.other(this);
      boolean moved = bulk && to != null && to.takesPages() ? pass(to) : copy(to);
      if (!moved || closed || !link.reads(this)) {
        return;
      }
    }
  }

  /** Receives and sends; false if there was nothing. */
  private boolean copy(@Nullable EpollSide to) {
    boolean much = bulk && to != null && !to.isSlow();
    int most = much ? relay().memory().mostOfBulk() : relay().memory().mostOfRead();
    int got = receive(most);
    if (got <= 0) {
      return false;
    }
    bulk = got == most || got >= RelayMemory.LARGE_READ;
    if (bulk) {
      relay().moved(got);
    }
    if (link.arrived(this, got) == TwoSidedLink.Way.SEND && to != null) {
      to.send(got);
      if (bulk) {
        to.widen();
      }
    }
    return true;
  }

  /**
   * Passes pages of a stream on, uncopied; false if there was nothing. How many come at once says
   * nothing of what is left: unlike a short read, few do not mean that the socket is empty.
   */
  private boolean pass(EpollSide to) {
    int got;
    try {
      got = relay().pipe().fill(this, relay().memory().mostOfBulk());
    } catch (IOException | RuntimeException e) {
      unreadable();
      return false;
    }
    if (got == 0) {
      if (!hungUp && relay().pipe().works()) {
        readable = false;
        return false;
      }
      return copy(to);
    }
    bulk = got >= RelayMemory.LEAST_PASSED;
    relay().moved(got);
    if (link.arrived(this, got) == TwoSidedLink.Way.SEND) {
      to.sendPassed(got);
    } else {
      relay().forgetPassed();
    }
    return true;
  }

  /** Its next turn has come. */
  void turn() {
    listed = false;
    try {
      link.pull(this);
    } catch (RuntimeException e) {
      link.fault(e);
    }
  }

  /**
   * Receives into the scratch buffer of the loop.
   *
   * @return bytes; 0 or less if there are none, and the link was told if there never will be
   */
  private int receive(int most) {
    int got;
    try {
      got = recvAddress(relay().scratchAddress(), 0, most);
    } catch (IOException | RuntimeException e) { // not connected any more is one of the latter
      unreadable();
      return -1;
    }
    if (got < 0) {
      readable = false;
      ended = true;
      link.ended(this);
    } else if (got < most && !hungUp) {
      readable = false;
    } else if (got == 0) {
      readable = false;
    }
    return got;
  }

  private void unreadable() {
    readable = false;
    ended = true;
    if (!broken) {
      broken = true;
      link.broke(this);
    } else {
      link.ended(this);
    }
  }

  private void hold(int most) {
    int got = receive(most);
    if (got > 0 && link.arrived(this, got) == TwoSidedLink.Way.HOLD) {
      int before = held.length;
      held = Arrays.copyOf(held, before + got);
      relay().scratch(0, got).get(held, before, got);
      relay().memory().add(got);
      link.held(this);
    }
  }

  /**
   * The end was announced while nothing is relayed: is it all that comes? One read tells, and what
   * it brings is kept.
   */
  private void lookAtEnd() {
    if (link.isPaused() && held.length == 0 && !ended && !closed) {
      hold(Math.min(RelayMemory.SMALL_READ, relay().memory().mostOfRead()));
      if (held.length > 0) {
        link.ending();
      }
    }
  }

  @Override
  public byte[] held() {
    return held.clone();
  }

  @Override
  public void skip(int bytes) {
    held = Arrays.copyOfRange(held, bytes, held.length);
    relay().memory().add(-bytes);
    if (hungUp && held.length == 0 && !closed) {
      relay().loop().execute(this::lookAtEnd); // no edge will tell of it again
    }
  }

  @Override
  public void sendHeld(EpollSide to) {
    byte[] bytes = held;
    if (bytes.length > 0) {
      skip(bytes.length);
      to.send(bytes);
    }
  }

  // ---------------------------------------------------------------- to this socket

  @Override
  boolean isMute() {
    return closed || finSent;
  }

  @Override
  long sentBytes() {
    return link.sentTo(this);
  }

  @Override
  public void settle() {
    settle(!connecting);
  }

  @Override
  void brokeBySend() {
    if (!broken) {
      broken = true;
      readable = true; // what it sent before can still be read
      hungUp = true;
      link.broke(this);
    }
  }

  @Override
  public void fin() {
    finDue = true;
    if (finSent || closed || blocked()) {
      return;
    }
    finSent = true;
    finFirst = !ended;
    if (ended) {
      return; // both directions are over: it is closed now, which sends the FIN too
    }
    try {
      shutdown(false, true);
    } catch (IOException | RuntimeException e) {
      // reset meanwhile: the event is under way, or was never to come
      EpollRelay.LOG.debug("No FIN could be sent fd={}", intValue(), e);
    }
  }

  // ---------------------------------------------------------------- the end

  @Override
  public void close(boolean reset) {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (reset) {
        setSoLinger(0);
      }
    } catch (IOException | RuntimeException e) {
      EpollRelay.LOG.debug("No reset could be sent fd={}", intValue(), e);
    }
    try {
      super.close();
    } catch (IOException e) {
      EpollRelay.LOG.debug("A socket closed with an error fd={}", intValue(), e);
    }
    if (registration != null) {
      registration.cancel(); // after the close: nothing is left to take out of epoll
    }
    giveBack();
    if (held.length > 0) {
      skip(held.length);
    }
  }

  /** The loop ends. */
  @Override
  public void close() {
    link.abort();
    close(true);
  }

  @Override
  public InetSocketAddress remote() {
    return new InetSocketAddress(
        peer == null ? InetAddress.getLoopbackAddress() : peer.address(), port);
  }

  @Override
  public @Nullable Source peer() {
    return peer;
  }

  @Override
  public @Nullable InetSocketAddress local() {
    if (peer == null) {
      return localAddress == null ? null : new InetSocketAddress(localAddress, port);
    }
    return closed ? null : localAddress();
  }
}
