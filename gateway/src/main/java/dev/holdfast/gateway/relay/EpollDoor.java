package dev.holdfast.gateway.relay;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A listening socket in the loop's epoll, level-triggered, so that it need not be emptied: a call
 * that finds nobody costs a tenth of one that finds somebody. It accepts as many as came the last
 * time, then twice as many, and one after it found nobody.
 *
 * <p>Accepting runs as a task, not while events are handled: a socket that is opened between two
 * events of one batch could get the descriptor of one that was just closed, and then its event.
 */
final class EpollDoor extends Socket implements EpollIoHandle, Relay.Door {
  /** Clients accepted in one turn at most. */
  private static final int MOST = 64;

  /** A length, then 16 bytes of address, 4 of scope and 4 of port at most. */
  private static final int ADDRESS_BYTES = 26;

  /** ENFILE, EMFILE, ENOMEM, ENOBUFS: it will not get better by trying again at once. */
  private static final Set<Integer> SHORTAGES = Set.of(-23, -24, -12, -105);

  private final EpollRelay relay;
  private final Doorkeeper keeper;
  private final Consumer<Link> accepted;
  private final byte[] peer = new byte[ADDRESS_BYTES];
  private final Faults faults = new Faults(this::address);
  private final LastCall lastCall;
  private @Nullable IoRegistration registration;
  private @Nullable InetSocketAddress address;
  private SocketSettings settings;
  private int expected = 1;
  private boolean due;
  private boolean paused;

  private EpollDoor(
      int fd,
      EpollRelay relay,
      SocketSettings settings,
      Doorkeeper keeper,
      Consumer<Link> accepted) {
    super(fd);
    this.relay = relay;
    this.settings = settings;
    this.keeper = keeper;
    this.accepted = accepted;
    this.lastCall = new LastCall(relay.loop(), this::holdOff, this::shut);
  }

  /** Listens; on the loop. */
  static EpollDoor open(
      EpollRelay relay,
      InetSocketAddress at,
      SocketSettings settings,
      Doorkeeper keeper,
      Consumer<Link> accepted)
      throws IOException {
    int fd = newSocketStream0(at.getAddress() instanceof Inet6Address);
    EpollDoor door = new EpollDoor(fd, relay, settings, keeper, accepted);
    try {
      door.setReuseAddress(true);
      door.setReusePort(true);
      Kernel.tune(door, settings, true);
      Kernel.buffers(door, settings);
      door.bind(at);
      door.listen(settings.backlog());
      door.address = door.localAddress();
      IoRegistration registration = relay.register(door);
      door.registration = registration;
      registration.submit(EpollIoOps.EPOLLIN);
      return door;
    } catch (IOException | RuntimeException e) {
      door.shut();
      throw e;
    }
  }

  @Override
  public FileDescriptor fd() {
    return this;
  }

  @Override
  public void handle(IoRegistration registration, IoEvent event) {
    if (!due && !paused && isOpen()) {
      due = true;
      relay.loop().execute(this::acceptSome);
    }
  }

  private void acceptSome() {
    due = false;
    for (int count = 0; count < expected; count++) {
      int fd;
      try {
        if (!isOpen()) {
          return;
        }
        fd = accept(peer);
      } catch (IOException e) {
        failed(e);
        return;
      }
      if (fd < 0) {
        expected = Math.max(1, count);
        return;
      }
      lastCall.came();
      relay.adopt(fd, peer, keeper, accepted);
    }
    expected = Math.min(2 * expected, MOST);
  }

  private void failed(IOException cause) {
    if (!(cause instanceof Errors.NativeIoException system)
        || !SHORTAGES.contains(system.expectedErr())) {
      EpollRelay.LOG.debug("A client left before it was accepted", cause);
      return;
    }
    faults.add(cause);
    listen(false);
    relay.loop().schedule(() -> listen(true), Faults.PAUSE_MS, TimeUnit.MILLISECONDS);
  }

  private void listen(boolean on) {
    paused = !on;
    if (registration != null && isOpen()) {
      registration.submit(on ? EpollIoOps.EPOLLIN : EpollIoOps.EPOLLERR);
    }
  }

  @Override
  public InetSocketAddress address() {
    return address == null ? new InetSocketAddress(0) : address;
  }

  @Override
  public long faults() {
    return faults.count();
  }

  @Override
  public void tune(SocketSettings next) {
    relay
        .loop()
        .execute(
            () -> {
              SocketSettings before = settings;
              settings = next;
              if (isOpen()) {
                Kernel.retune(this, before, next);
              }
            });
  }

  @Override
  public Future<Void> stop() {
    return lastCall.stop();
  }

  private void holdOff() {
    try {
      Kernel.dropNewSyns(this);
    } catch (IOException | RuntimeException e) {
      EpollRelay.LOG.warn("New connections cannot be held off address={}", address(), e);
    }
  }

  private void shut(Promise<Void> shut) {
    shut();
    shut.complete();
  }

  private void shut() {
    try {
      super.close();
    } catch (IOException e) {
      EpollRelay.LOG.debug("A listening socket closed with an error address={}", address(), e);
    }
    if (registration != null) {
      registration.cancel();
    }
  }

  /** The loop ends. */
  @Override
  public void close() {
    shut();
  }
}
