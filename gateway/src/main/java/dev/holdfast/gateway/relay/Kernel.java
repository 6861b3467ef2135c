package dev.holdfast.gateway.relay;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Buffer;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What Netty does not say of a socket: read from the kernel and set there by socket options. */
final class Kernel {
  private static final Logger LOG = LoggerFactory.getLogger(Kernel.class);

  /** Bytes that the kernel takes for a slow reader before it says that it is full. */
  static final int NOT_SENT_BYTES = 128 * 1024;

  private static final int SOL_IP = 0;
  private static final int SOL_SOCKET = 1;
  private static final int SO_SNDBUF = 7;
  private static final int SO_RCVBUF = 8;
  private static final int SO_KEEPALIVE = 9;
  private static final int SO_ATTACH_FILTER = 26;
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_KEEPIDLE = 4;
  private static final int TCP_KEEPINTVL = 5;
  private static final int TCP_KEEPCNT = 6;
  private static final int TCP_INFO = 11;
  private static final int TCP_USER_TIMEOUT = 18;
  private static final int TCP_NOTSENT_LOWAT = 25;
  private static final int IP_BIND_ADDRESS_NO_PORT = 24;
  private static final int IP_LOCAL_PORT_RANGE = 51;

  /** What Linux does where nobody says otherwise. */
  private static final int USUAL_INTERVAL_SECONDS = 75;

  private static final int USUAL_PROBES = 9;
  private static final int TCP_CLOSE = 7;
  private static final int UNACKED_AT = 24;
  private static final int NOTSENT_AT = 144;

  private static final FastThreadLocal<ByteBuffer> INFO =
      new FastThreadLocal<>() {
        @Override
        protected ByteBuffer initialValue() {
          return ByteBuffer.allocateDirect(NOTSENT_AT + 4).order(ByteOrder.nativeOrder());
        }
      };

  private Kernel() {}

  /**
   * Asks whether the peer's kernel has everything.
   *
   * @return true if everything sent has arrived at the peer's kernel, or nobody can tell
   */
  static boolean delivered(Channel channel) {
    Socket socket = socket(channel);
    return socket == null || delivered(socket);
  }

  /** As {@link #delivered(Channel)}. */
  static boolean delivered(Socket socket) {
    ByteBuffer info = info(socket);
    return info == null || (info.getInt(UNACKED_AT) == 0 && info.getInt(NOTSENT_AT) == 0);
  }

  /** True if the connection is over in the kernel: it was reset, or both sides ended it. */
  static boolean over(Channel channel) {
    Socket socket = socket(channel);
    ByteBuffer info = socket == null ? null : info(socket);
    return info != null && info.get(0) == TCP_CLOSE;
  }

  /** Takes the pending error of a socket; true if there was one. */
  static boolean takeError(Channel channel) {
    Socket socket = socket(channel);
    return socket != null && takeError(socket);
  }

  /** As {@link #takeError(Channel)}. */
  static boolean takeError(Socket socket) {
    try {
      return socket.getSoError() != 0;
    } catch (IOException e) {
      return true;
    }
  }

  /**
   * Sets what a session that lasts needs: that a peer that vanished is noticed, and that the bytes
   * for a slow reader stay with the sender. Set on a listening socket, those that it accepts
   * inherit it.
   *
   * @param fresh the socket has what the kernel gives by itself, else it may have other settings
   */
  static void tune(Socket socket, SocketSettings settings, boolean fresh) throws IOException {
    int interval = settings.keepIntervalSeconds();
    int probes = settings.keepProbes();
    if (settings.nodelay() || !fresh) {
      socket.setTcpNoDelay(settings.nodelay());
    }
    if (settings.keepIdleSeconds() > 0) {
      socket.setIntOpt(SOL_SOCKET, SO_KEEPALIVE, 1);
      socket.setIntOpt(IPPROTO_TCP, TCP_KEEPIDLE, settings.keepIdleSeconds());
      if (interval > 0 || !fresh) {
        socket.setIntOpt(
            IPPROTO_TCP, TCP_KEEPINTVL, interval > 0 ? interval : USUAL_INTERVAL_SECONDS);
      }
      if (probes > 0 || !fresh) {
        socket.setIntOpt(IPPROTO_TCP, TCP_KEEPCNT, probes > 0 ? probes : USUAL_PROBES);
      }
    } else if (!fresh) {
      socket.setIntOpt(SOL_SOCKET, SO_KEEPALIVE, 0);
    }
    if (settings.userTimeoutMs() > 0 || !fresh) {
      socket.setIntOpt(IPPROTO_TCP, TCP_USER_TIMEOUT, settings.userTimeoutMs());
    }
    notSent(socket, NOT_SENT_BYTES);
  }

  /** Sets how many bytes the kernel takes before the peer's window and the network do. */
  static void notSent(Socket socket, int bytes) throws IOException {
    socket.setIntOpt(IPPROTO_TCP, TCP_NOTSENT_LOWAT, bytes);
  }

  /** Puts other settings in force on a listening socket, for those that it accepts from now on. */
  static void retune(Socket socket, SocketSettings before, SocketSettings next) {
    if (next.equals(before)) {
      return;
    }
    try {
      tune(socket, next, false);
      buffers(socket, next);
      if (next.backlog() != before.backlog()) {
        socket.listen(next.backlog());
      }
    } catch (IOException e) {
      LOG.warn("Settings of a listening socket are not in force settings={}", next, e);
    }
  }

  /** Sets the sizes of the kernel's buffers, which must be known before it connects. */
  static void buffers(Socket socket, SocketSettings settings) throws IOException {
    if (settings.receiveBufferBytes() > 0) {
      socket.setIntOpt(SOL_SOCKET, SO_RCVBUF, settings.receiveBufferBytes());
    }
    if (settings.sendBufferBytes() > 0) {
      socket.setIntOpt(SOL_SOCKET, SO_SNDBUF, settings.sendBufferBytes());
    }
  }

  /** Lets {@code bind} take an address and {@code connect} the port, when the target is known. */
  static void bindWithoutPort(Socket socket) throws IOException {
    socket.setIntOpt(SOL_IP, IP_BIND_ADDRESS_NO_PORT, 1);
  }

  /**
   * Has {@code connect} look at each port of a range in turn, see {@link PortSearch}.
   *
   * @param range the last port, shifted by 16, and the first
   * @throws IOException before Linux 6.3
   */
  static void lookAtEachPort(Socket socket, int range) throws IOException {
    socket.setIntOpt(SOL_IP, IP_LOCAL_PORT_RANGE, range);
  }

  /**
   * Lets a listening socket drop segments that ask for a new connection; those of connections under
   * way pass. Needs no privilege. Accepted sockets inherit the filter, which means nothing to them.
   */
  static void dropNewSyns(Socket socket) throws IOException {
    ByteBuffer program = ByteBuffer.allocateDirect(5 * 8).order(ByteOrder.nativeOrder());
    ByteBuffer header = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
    try {
      instruction(program, 0x30, 0, 0, 13); // A = flags of the TCP header
      instruction(program, 0x54, 0, 0, 0x12); // A &= SYN | ACK
      instruction(program, 0x15, 0, 1, 0x02); // SYN alone?
      instruction(program, 0x06, 0, 0, 0); // drop
      instruction(program, 0x06, 0, 0, 0x7fff_ffff); // pass
      header.putShort(0, (short) 5).putLong(8, Buffer.memoryAddress(program));
      socket.setRawOpt(SOL_SOCKET, SO_ATTACH_FILTER, header);
    } finally {
      Reference.reachabilityFence(program); // the header holds its bare address
    }
  }

  private static void instruction(ByteBuffer to, int code, int yes, int no, int k) {
    to.putShort((short) code).put((byte) yes).put((byte) no).putInt(k);
  }

  private static @Nullable ByteBuffer info(Socket socket) {
    if (!socket.isOpen()) {
      return null;
    }
    ByteBuffer info = INFO.get();
    info.clear();
    try {
      socket.getRawOpt(IPPROTO_TCP, TCP_INFO, info);
      info.clear();
      return info;
    } catch (IOException e) {
      return null;
    }
  }

  /** The socket under a channel, null where there is none to ask. */
  static @Nullable Socket socket(Channel channel) {
    if (channel instanceof EpollSocketChannel epoll) {
      return (Socket) epoll.fd();
    }
    return channel instanceof EpollServerSocketChannel epoll ? (Socket) epoll.fd() : null;
  }
}
