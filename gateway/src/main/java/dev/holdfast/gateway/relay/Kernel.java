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

/** What Netty does not say of a socket: read from the kernel by socket options. */
final class Kernel {
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
    ByteBuffer info = info(channel);
    return info == null || (info.getInt(UNACKED_AT) == 0 && info.getInt(NOTSENT_AT) == 0);
  }

  /** True if the connection is over in the kernel: it was reset, or both sides ended it. */
  static boolean over(Channel channel) {
    ByteBuffer info = info(channel);
    return info != null && info.get(0) == TCP_CLOSE;
  }

  /** Takes the pending error of a socket; true if there was one. */
  static boolean takeError(Channel channel) {
    try {
      return channel instanceof EpollSocketChannel epoll && socket(epoll).getSoError() != 0;
    } catch (IOException e) {
      return true;
    }
  }

  /** Sets on a listening socket what those that it accepts inherit: no call for each of them. */
  static void tune(EpollServerSocketChannel channel, SocketSettings settings) throws IOException {
    Socket socket = (Socket) channel.fd();
    boolean keep = settings.keepIdleSeconds() > 0;
    socket.setIntOpt(SOL_SOCKET, SO_KEEPALIVE, keep ? 1 : 0);
    if (keep) {
      int interval = settings.keepIntervalSeconds();
      int probes = settings.keepProbes();
      socket.setIntOpt(IPPROTO_TCP, TCP_KEEPIDLE, settings.keepIdleSeconds());
      socket.setIntOpt(
          IPPROTO_TCP, TCP_KEEPINTVL, interval == 0 ? USUAL_INTERVAL_SECONDS : interval);
      socket.setIntOpt(IPPROTO_TCP, TCP_KEEPCNT, probes == 0 ? USUAL_PROBES : probes);
    }
    socket.setIntOpt(IPPROTO_TCP, TCP_USER_TIMEOUT, settings.userTimeoutMs());
    socket.setIntOpt(IPPROTO_TCP, TCP_NOTSENT_LOWAT, NettyRelay.NOT_SENT_BYTES);
    if (settings.receiveBufferBytes() > 0) {
      socket.setIntOpt(SOL_SOCKET, SO_RCVBUF, settings.receiveBufferBytes());
    }
    if (settings.sendBufferBytes() > 0) {
      socket.setIntOpt(SOL_SOCKET, SO_SNDBUF, settings.sendBufferBytes());
    }
  }

  /** Changes the backlog of a socket that listens. */
  static void backlog(EpollServerSocketChannel channel, int backlog) throws IOException {
    ((Socket) channel.fd()).listen(backlog);
  }

  /**
   * Lets a listening socket drop segments that ask for a new connection; those of connections under
   * way pass. Needs no privilege. Accepted sockets inherit the filter, which means nothing to them.
   */
  static void dropNewSyns(EpollServerSocketChannel channel) throws IOException {
    ByteBuffer program = ByteBuffer.allocateDirect(5 * 8).order(ByteOrder.nativeOrder());
    ByteBuffer header = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
    try {
      instruction(program, 0x30, 0, 0, 13); // A = flags of the TCP header
      instruction(program, 0x54, 0, 0, 0x12); // A &= SYN | ACK
      instruction(program, 0x15, 0, 1, 0x02); // SYN alone?
      instruction(program, 0x06, 0, 0, 0); // drop
      instruction(program, 0x06, 0, 0, 0x7fff_ffff); // pass
      header.putShort(0, (short) 5).putLong(8, Buffer.memoryAddress(program));
      ((Socket) channel.fd()).setRawOpt(SOL_SOCKET, SO_ATTACH_FILTER, header);
    } finally {
      Reference.reachabilityFence(program); // the header holds its bare address
    }
  }

  private static void instruction(ByteBuffer to, int code, int yes, int no, int k) {
    to.putShort((short) code).put((byte) yes).put((byte) no).putInt(k);
  }

  private static @Nullable ByteBuffer info(Channel channel) {
    if (!(channel instanceof EpollSocketChannel epoll) || !epoll.isOpen()) {
      return null;
    }
    ByteBuffer info = INFO.get();
    info.clear();
    try {
      socket(epoll).getRawOpt(IPPROTO_TCP, TCP_INFO, info);
      info.clear();
      return info;
    } catch (IOException e) {
      return null;
    }
  }

  private static Socket socket(EpollSocketChannel channel) {
    return (Socket) channel.fd();
  }
}
