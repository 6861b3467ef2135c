package dev.holdfast.loadtest.io;

import io.netty.channel.ChannelException;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * Accepts connections on a lane. It accepts after the other events of a wake-up, so that a session
 * that has ended is counted out before the one that took its place is counted in.
 */
public final class Listener implements EpollIoHandle {
  private static final int BACKLOG = 4096;
  private static final int BATCH = 512;
  private static final long PAUSE_MS = 100;

  private final Lane lane;
  private final LinuxSocket socket;
  private final IntConsumer onAccepted;
  private final byte[] address = new byte[26];
  private boolean asked;
  private volatile boolean closed;

  /**
   * Listens.
   *
   * @param onAccepted gets descriptors, on the lane
   * @throws IOException if the address cannot be used
   */
  public Listener(Lane lane, InetSocketAddress bind, IntConsumer onAccepted) throws IOException {
    this.lane = lane;
    this.onAccepted = onAccepted;
    try {
      socket = LinuxSocket.newSocketStream(bind.getAddress() instanceof Inet6Address);
    } catch (ChannelException e) {
      throw new IOException(e.getMessage(), e);
    }
    try {
      socket.setReuseAddress(true);
      socket.setTcpNoDelay(true); // those that are accepted have it from here
      socket.bind(bind);
      socket.listen(BACKLOG);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    lane.run(this::register);
  }

  private void register() {
    lane.loop()
        .register(this)
        .addListener(
            future -> {
              if (future.isSuccess()) {
                ((IoRegistration) future.getNow())
                    .submit(EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLET));
              }
            });
  }

  /** The port it listens on. */
  public int port() {
    return socket.localAddress().getPort();
  }

  @Override
  public void handle(IoRegistration registration, IoEvent event) {
    acceptSoon();
  }

  private void acceptSoon() {
    if (!asked) {
      asked = true;
      lane.run(this::accept);
    }
  }

  private void accept() {
    asked = false;
    for (int i = 0; i < BATCH && !closed; i++) {
      int descriptor;
      try {
        descriptor = socket.accept(address);
      } catch (IOException e) {
        // no descriptor left: try again later instead of spinning
        asked = true;
        lane.loop().schedule(this::accept, PAUSE_MS, TimeUnit.MILLISECONDS);
        return;
      }
      if (descriptor < 0) {
        return;
      }
      onAccepted.accept(descriptor);
    }
    acceptSoon(); // the queue is not known to be empty
  }

  @Override
  public FileDescriptor fd() {
    return socket;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      try {
        socket.close();
      } catch (IOException e) {
        // closed is closed
      }
    }
  }
}
