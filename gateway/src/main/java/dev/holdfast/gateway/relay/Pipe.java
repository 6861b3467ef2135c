package dev.holdfast.gateway.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.epoll.Native;
import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands pages from socket to socket inside the kernel ({@code splice}), so that nobody copies what
 * they hold. One a loop, two descriptors; empty between two moves, so it can serve everybody. What
 * a reader does not take must be read out again, and what nobody wants too.
 *
 * <p>Confined to its loop.
 */
final class Pipe implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Pipe.class);

  /** EPERM, EACCES, EINVAL, ENOSYS, EOPNOTSUPP: not of this socket but of this kernel. */
  private static final Set<Integer> NEVER = Set.of(-1, -13, -22, -38, -95);

  private static final int NO_OFFSET = -1;

  private FileDescriptor @Nullable [] ends;

  /** A pipe; without one, if there is no descriptor, all is copied. */
  Pipe() {
    try {
      ends = FileDescriptor.pipe();
    } catch (IOException e) {
      LOG.warn("Streams are copied: there is no pipe", e);
    }
  }

  /** True until the kernel has said that it cannot. */
  boolean works() {
    return ends != null;
  }

  /**
   * Takes bytes out of a socket; those in the pipe before must be gone.
   *
   * @return 0 if there are none now, or never will be: a receive tells which
   * @throws IOException as a receive would
   */
  int fill(FileDescriptor from, int most) throws IOException {
    FileDescriptor[] mine = ends;
    if (mine == null) {
      return 0;
    }
    try {
      return Native.splice(from.intValue(), NO_OFFSET, mine[1].intValue(), NO_OFFSET, most);
    } catch (NativeIoException e) {
      if (!NEVER.contains(e.expectedErr())) {
        throw e;
      }
      LOG.info("Streams are copied: this kernel moves no pages between sockets", e);
      close();
      return 0;
    }
  }

  /**
   * Sends bytes of the pipe.
   *
   * @return how many the kernel took: if not all, the socket will say when it takes more
   */
  int empty(FileDescriptor to, int bytes) throws IOException {
    FileDescriptor from = end();
    int sent = 0;
    int taken = bytes;
    while (taken > 0 && sent < bytes) {
      taken =
          Native.splice(from.intValue(), NO_OFFSET, to.intValue(), NO_OFFSET, (long) bytes - sent);
      sent += taken;
    }
    return sent;
  }

  /** Reads all that is left, which must be so many bytes, into a buffer with room for them. */
  void read(ByteBuf into, int bytes) {
    ByteBuffer room = into.internalNioBuffer(into.writerIndex(), bytes);
    int from = room.position();
    int got = read(room, from, room.limit());
    if (got != bytes) {
      close(); // whose bytes it holds is not known any more
      throw new IllegalStateException("pipe: " + got + " bytes (expected: " + bytes + ")");
    }
    into.writerIndex(into.writerIndex() + bytes);
  }

  /** Forgets all that is left. */
  void forget(ByteBuffer scratch) {
    while (read(scratch, 0, scratch.capacity()) > 0) {
      // there may be more than fits
    }
  }

  private int read(ByteBuffer into, int from, int to) {
    int at = from;
    try {
      int got = 1;
      while (at < to && got > 0) {
        got = end().read(into, at, to);
        at += Math.max(0, got);
      }
    } catch (IOException e) {
      close();
      throw new IllegalStateException("pipe", e);
    }
    return at - from;
  }

  private FileDescriptor end() {
    FileDescriptor[] mine = ends;
    if (mine == null) {
      throw new IllegalStateException("pipe: closed (expected: filled before)");
    }
    return mine[0];
  }

  @Override
  public void close() {
    FileDescriptor[] mine = ends;
    ends = null;
    if (mine != null) {
      for (FileDescriptor end : mine) {
        try {
          end.close();
        } catch (IOException e) {
          LOG.debug("An end of a pipe closed with an error", e);
        }
      }
    }
  }
}
