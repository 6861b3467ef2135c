package dev.holdfast.gateway.relay;

import dev.holdfast.words.Source;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandle;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.unix.Buffer;
import io.netty.channel.unix.Socket;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The relay for plain TCP on Linux: sockets in the loop's own epoll, without channels. All sessions
 * of a loop share one buffer to receive into and send from; only what a reader does not take is
 * copied.
 */
final class EpollRelay implements Relay, Base<EpollSide> {
  static final Logger LOG = LoggerFactory.getLogger(EpollRelay.class);

  private static final long CONNECT_LOOK_MS = 20;

  private final IoEventLoop loop;
  private final RelayMemory memory;
  private final Lingering lingering;
  private final ByteBuffer scratch = ByteBuffer.allocateDirect(RelayMemory.BULK_READ);
  private final long scratchAddress = Buffer.memoryAddress(scratch);

  /**
   * Bytes of bulk that are moved before epoll is asked again: others wait for no more than that.
   */
  private static final int ALLOWANCE = 2 * RelayMemory.BULK_READ;

  /** Sides that have more to move, in turn. */
  private final ArrayDeque<EpollSide> ready = new ArrayDeque<>();

  /** Attempts to connect, those that succeeded until the next look. */
  private List<Attempt> attempts = new ArrayList<>();

  private final PortSearch ports = new PortSearch();
  private final Pipe pipe = new Pipe();
  private int allowance = ALLOWANCE;
  private boolean turnDue;
  private boolean lookDue;
  private InetAddress lastLocal = InetAddress.getLoopbackAddress();

  private record Attempt(EpollSide side, long dueNanos) {}

  /**
   * A relay on a loop.
   *
   * @param delivery bytes before a reset are delivered within this time or not at all
   */
  EpollRelay(IoEventLoop loop, RelayMemory memory, Duration delivery) {
    this.loop = loop;
    this.memory = memory;
    this.lingering = new Lingering(loop, delivery);
    loop.terminationFuture().addListener(ended -> pipe.close());
  }

  /** True if the loop runs epoll. */
  static boolean runsOn(EventLoop loop) {
    return loop instanceof IoEventLoop io && io.isCompatible(EpollIoHandle.class);
  }

  @Override
  public EventLoop loop() {
    return loop;
  }

  @Override
  public RelayMemory memory() {
    return memory;
  }

  @Override
  public Lingering lingering() {
    return lingering;
  }

  @Override
  public Future<Door> listen(
      InetSocketAddress address,
      SocketSettings settings,
      Doorkeeper keeper,
      Consumer<Link> accepted) {
    Promise<Door> opened = Promise.promise();
    loop.execute(
        () -> {
          try {
            opened.complete(EpollDoor.open(this, address, settings, keeper, accepted));
          } catch (IOException | RuntimeException e) {
            opened.fail(e);
          }
        });
    return opened.future();
  }

  /** On the loop, so it is done when it returns. */
  IoRegistration register(IoHandle handle) {
    return loop.register(handle).getNow();
  }

  /** A client was accepted: it becomes a link, paused, if the keeper lets it in. */
  void adopt(int fd, byte[] peer, Doorkeeper keeper, Consumer<Link> accepted) {
    TwoSidedLink<EpollSide> link;
    try {
      Source address = address(peer);
      int port = (int) word(peer, peer[0] - 3, 4);
      Doorkeeper.Verdict verdict = keeper.verdict(address, port);
      if (verdict != Doorkeeper.Verdict.ENTER) {
        turnAway(fd, verdict == Doorkeeper.Verdict.RESET);
        return;
      }
      link = new TwoSidedLink<>(this, its -> new EpollSide(fd, this, its, address, port));
      link.clientSide().register();
    } catch (RuntimeException e) {
      LOG.warn("An accepted socket could not be registered", e);
      turnAway(fd, true);
      return;
    }
    NettyRelay.hand(link, accepted);
  }

  private static void turnAway(int fd, boolean reset) {
    Socket socket = new Socket(fd);
    try {
      if (reset) {
        socket.setSoLinger(0);
      }
    } catch (IOException e) {
      LOG.debug("Gone before it could be reset fd={}", fd, e);
    }
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("A socket closed with an error fd={}", fd, e);
    }
  }

  private static Source address(byte[] peer) {
    return peer[0] == 8
        ? Source.v4(word(peer, 1, 4), 32)
        : Source.of(word(peer, 1, 8), word(peer, 9, 8), 32, 128);
  }

  private static long word(byte[] bytes, int from, int length) {
    long word = 0;
    for (int i = from; i < from + length; i++) {
      word = word << 8 | (bytes[i] & 0xff);
    }
    return word;
  }

  // ---------------------------------------------------------------- connecting

  @Override
  public @Nullable EpollSide connect(
      TwoSidedLink<EpollSide> link,
      InetSocketAddress target,
      @Nullable InetAddress from,
      int timeoutMs,
      SocketSettings settings) {
    EpollSide side;
    try {
      side = EpollSide.towards(target, this, link, settings);
    } catch (RuntimeException e) { // no descriptor
      loop.execute(() -> link.connectFailed(null, e));
      return null;
    }
    try {
      Kernel.buffers(side, settings);
      if (from != null) {
        Kernel.bindWithoutPort(side);
        side.bind(new InetSocketAddress(from, 0));
      }
      long now = ports.connect(side, target);
      side.register();
      attempts.add(new Attempt(side, now + timeoutMs * 1_000_000L));
      lookAtAttempts();
    } catch (IOException | RuntimeException e) {
      connectFailed(side, e);
    }
    return side;
  }

  /** Tells it later: the owner may connect again at once, see {@link EpollDoor}. */
  void connectFailed(EpollSide side, Exception cause) {
    side.close(true);
    loop.execute(() -> side.link().connectFailed(side, cause));
  }

  private void lookAtAttempts() {
    if (!lookDue) {
      lookDue = true;
      loop.schedule(this::tooLate, CONNECT_LOOK_MS, TimeUnit.MILLISECONDS);
    }
  }

  private void tooLate() {
    lookDue = false;
    long now = System.nanoTime();
    List<Attempt> all = attempts;
    attempts = new ArrayList<>();
    for (Attempt attempt : all) {
      EpollSide side = attempt.side();
      if (side.closed() || !side.connecting()) {
        continue;
      }
      if (now - attempt.dueNanos() >= 0) {
        connectFailed(side, new ConnectTimeoutException("connection timed out"));
      } else {
        attempts.add(attempt);
      }
    }
    if (!attempts.isEmpty()) {
      lookAtAttempts();
    }
  }

  /** The same object for the same address: thousands of sockets have one. */
  InetAddress share(InetAddress address) {
    if (!address.equals(lastLocal)) {
      lastLocal = address;
    }
    return lastLocal;
  }

  // ---------------------------------------------------------------- moving bytes

  long scratchAddress() {
    return scratchAddress;
  }

  /** A part of the scratch buffer. */
  ByteBuffer scratch(int from, int to) {
    return scratch.limit(to).position(from);
  }

  Pipe pipe() {
    return pipe;
  }

  /** What was taken out of a socket for another one has no reader any more. */
  void forgetPassed() {
    pipe.forget(scratch(0, scratch.capacity()));
  }

  /** True if bulk may be moved before epoll is asked again. */
  boolean mayMove() {
    return allowance > 0;
  }

  /** So much of bulk was moved. */
  void moved(int bytes) {
    allowance -= bytes;
  }

  /** This side has more to move when epoll was asked and the others had their turn. */
  void nextTurn(EpollSide side) {
    ready.add(side);
    awaitTurn();
  }

  private void awaitTurn() {
    if (!turnDue) {
      turnDue = true;
      // a task would run before epoll is asked again, and again if it put itself back
      loop.schedule(this::turns, 0, TimeUnit.NANOSECONDS);
    }
  }

  private void turns() {
    turnDue = false;
    allowance = ALLOWANCE;
    while (!ready.isEmpty() && allowance > 0) {
      ready.remove().turn();
    }
    if (!ready.isEmpty()) {
      awaitTurn();
    }
  }
}
