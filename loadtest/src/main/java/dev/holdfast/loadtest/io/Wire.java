package dev.holdfast.loadtest.io;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection on a lane. Its subclass hears that it is connected, what came and that it
 * ended, and sends bytes of the pattern. After {@link #onEnd} or {@link #close} it hears nothing
 * more.
 */
public abstract class Wire implements EpollIoHandle {
  private static final EpollIoOps ALL =
      EpollIoOps.EPOLLIN
          .with(EpollIoOps.EPOLLOUT)
          .with(EpollIoOps.EPOLLRDHUP)
          .with(EpollIoOps.EPOLLET);
  private static final int SOL_IP = 0;
  private static final int IP_BIND_ADDRESS_NO_PORT = 24;

  /** All ports of a source to a target are in use. */
  private static final int EADDRNOTAVAIL = 99;

  /** Reads in a row, so that one stream does not keep the others waiting. */
  private static final int READS = 16;

  private final Lane lane;
  private final LinuxSocket socket;
  private @Nullable IoRegistration registration;
  private boolean connected;
  private boolean ended;
  private boolean closed;
  private boolean again;

  /** How a connection came to its end. */
  public enum End {
    /** The other side sent its last byte. */
    FIN,
    /** The other side broke it off. */
    RESET,
    /** It could not be made: refused, not reachable, timed out. */
    NO_CONNECTION,
    /** This machine has no descriptor or port left. */
    OWN_FAULT
  }

  /** A connection to be made. */
  protected Wire(Lane lane, boolean ipv6) {
    this.lane = lane;
    this.socket = LinuxSocket.newSocketStream(ipv6);
  }

  /** A connection that was accepted. */
  protected Wire(Lane lane, int descriptor) {
    this.lane = lane;
    this.socket = LinuxSocket.newSocket(descriptor);
    this.connected = true;
  }

  /**
   * Connects; {@link #onConnected} or {@link #onEnd} follows, maybe before this returns.
   *
   * @param source local address, or null: the kernel's choice
   */
  protected final void connect(@Nullable InetAddress source, InetSocketAddress target) {
    try {
      if (source != null) {
        socket.setIntOpt(SOL_IP, IP_BIND_ADDRESS_NO_PORT, 1);
        socket.bind(new InetSocketAddress(source, 0));
      }
    } catch (IOException e) {
      end(End.OWN_FAULT);
      return;
    }
    try {
      socket.connect(target);
    } catch (IOException e) {
      boolean noPort = e instanceof NativeIoException own && own.expectedErr() == -EADDRNOTAVAIL;
      end(noPort ? End.OWN_FAULT : End.NO_CONNECTION);
      return;
    }
    register();
  }

  /** Starts to hear of an accepted connection. */
  protected final void accepted() {
    register();
  }

  private void register() {
    lane.loop()
        .register(this)
        .addListener(
            future -> {
              if (future.isSuccess() && !closed) {
                registration = (IoRegistration) future.getNow();
                registration.submit(ALL);
              } else if (!closed) {
                end(End.OWN_FAULT);
              }
            });
  }

  /** It is connected and writable. */
  protected abstract void onConnected();

  /**
   * Bytes came; they stand in the lane's memory until this returns.
   *
   * @param length at least 1
   */
  protected abstract void onBytes(int length);

  /** More can be sent than at the last {@link #send} that took less than all. */
  protected abstract void onWritable();

  /**
   * It ended. After a FIN this side is still open for sending and {@link #close} has to be called;
   * after everything else it is closed.
   */
  protected abstract void onEnd(End how);

  /** The lane it lives on. */
  protected final Lane lane() {
    return lane;
  }

  /** True once closed from here or broken. */
  public final boolean isClosed() {
    return closed;
  }

  /** The byte at a place of what was received last. */
  protected final byte byteAt(int index) {
    return lane.scratch().get(index);
  }

  /** True if received bytes are the pattern at a position of the stream that starts there. */
  protected final boolean matches(int from, int length, int start, long position) {
    return lane.matches(from, length, start, position);
  }

  /**
   * Sends bytes of the pattern, as many as the kernel takes.
   *
   * @param length at most {@link Pattern#MOST}
   * @return how many were taken; 0 also when it is broken, of which {@link #onEnd} tells
   */
  protected final int send(int start, long position, int length) {
    int offset = Pattern.offset(start, position);
    return sendRaw(lane.patternAddress(), offset, offset + length);
  }

  /** A copy of bytes that were received last. */
  protected final byte[] received(int from, int to) {
    byte[] copy = new byte[to - from];
    lane.scratch().get(from, copy);
    return copy;
  }

  /** Sends back bytes of what was received last. */
  protected final int sendReceived(int from, int to) {
    return sendRaw(lane.scratchAddress(), from, to);
  }

  /**
   * Sends a few bytes of its own; not while what was received is still needed.
   *
   * @return how many were taken
   */
  protected final int say(byte[] bytes) {
    lane.scratch().put(0, bytes);
    return sendReceived(0, bytes.length);
  }

  private int sendRaw(long address, int from, int to) {
    if (closed) {
      return 0;
    }
    try {
      return socket.sendAddress(address, from, to);
    } catch (IOException e) {
      end(End.RESET);
      return 0;
    }
  }

  /** Says that nothing more will be sent. */
  protected final void finish() {
    if (!closed) {
      try {
        socket.shutdown(false, true);
      } catch (IOException e) {
        end(End.RESET);
      }
    }
  }

  /** Breaks it off: the other side sees a reset. */
  protected final void reset() {
    if (!closed) {
      try {
        socket.setSoLinger(0);
      } catch (IOException e) {
        // then it is an end instead of a reset
      }
      close();
    }
  }

  private void end(End how) {
    if (!closed) {
      close();
      onEnd(how);
    }
  }

  @Override
  public final void handle(IoRegistration ignored, IoEvent event) {
    if (closed) {
      return;
    }
    EpollIoOps ops = ((EpollIoEvent) event).ops();
    if (!connected) {
      try {
        if (!socket.finishConnect()) {
          return;
        }
      } catch (IOException e) {
        end(End.NO_CONNECTION);
        return;
      }
      connected = true;
      onConnected();
    } else if (ops.contains(EpollIoOps.EPOLLOUT)) {
      onWritable();
    }
    // a registration that is new or a read that stopped early comes with EPOLLIN again
    if (!closed
        && (ops.contains(EpollIoOps.EPOLLIN)
            || ops.contains(EpollIoOps.EPOLLRDHUP)
            || ops.contains(EpollIoOps.EPOLLERR))) {
      // only a plain EPOLLIN may trust a short read: behind the others an end waits
      read(!ops.contains(EpollIoOps.EPOLLRDHUP) && !ops.contains(EpollIoOps.EPOLLERR));
    }
  }

  /** Goes on reading after {@link #mayRead} said no. */
  protected final void readAgain() {
    if (!closed && !again) {
      again = true;
      lane.later(this);
    }
  }

  final void resume() {
    again = false;
    if (!closed) {
      read(false);
    }
  }

  /** False while nothing should be read, because what came cannot be handed on. */
  protected boolean mayRead() {
    return true;
  }

  private void read(boolean trustShort) {
    int capacity = lane.scratch().capacity();
    for (int i = 0; i < READS; i++) {
      if (ended || !mayRead()) {
        return;
      }
      int n;
      try {
        n = socket.recvAddress(lane.scratchAddress(), 0, capacity);
      } catch (IOException e) {
        end(End.RESET);
        return;
      }
      if (n < 0) {
        ended = true;
        onEnd(End.FIN);
        return;
      }
      if (n > 0) {
        onBytes(n);
      }
      if (closed || n == 0 || (trustShort && n < capacity)) {
        return;
      }
    }
    readAgain();
  }

  @Override
  public final FileDescriptor fd() {
    return socket;
  }

  /** Closes both directions; nothing is heard any more. */
  @Override
  public final void close() {
    if (!closed) {
      closed = true;
      try {
        socket.close();
      } catch (IOException e) {
        // closed is closed
      }
      if (registration != null) {
        registration.cancel(); // after the close it costs no system call
      }
    }
  }
}
