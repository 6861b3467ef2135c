package dev.holdfast.loadtest.io;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The bytes that are sent: an endless stream, the same everywhere, in which a session starts at a
 * place of its own. So what comes back can be compared with what has to come back, whatever was
 * read at once, with no copy kept. A period is a prime, so that no size of buffer hides a shift.
 */
public final class Pattern {
  /** So many bytes may be sent or compared at once. */
  public static final int MOST = 256 << 10;

  private static final int PERIOD = 65_521;
  private static final ByteBuffer BYTES = make();

  private Pattern() {}

  private static ByteBuffer make() {
    byte[] period = new byte[PERIOD];
    new SplittableRandom(20261127).nextBytes(period);
    ByteBuffer bytes = ByteBuffer.allocateDirect(PERIOD + MOST);
    while (bytes.hasRemaining()) {
      bytes.put(period, 0, Math.min(PERIOD, bytes.remaining()));
    }
    return bytes.flip();
  }

  /** A view for one thread. */
  static ByteBuffer view() {
    return BYTES.duplicate();
  }

  /** Where in the view the byte of a position of a stream stands. */
  static int offset(int start, long position) {
    return (int) ((start + position) % PERIOD);
  }

  /**
   * The place where these first bytes of a stream stand.
   *
   * @param first the first eight bytes, big endian
   * @return -1 if they stand nowhere
   */
  public static int find(long first) {
    return Places.OF.getOrDefault(first, -1);
  }

  /** Made when it is first needed. */
  private static final class Places {
    private static final Map<Long, Integer> OF = new HashMap<>();

    static {
      for (int i = 0; i < PERIOD; i++) {
        OF.put(BYTES.getLong(i), i);
      }
    }
  }

  /** The place where the stream of a session starts. */
  public static int start(long session) {
    return (int) Long.remainderUnsigned(session * 0x9E3779B97F4A7C15L, PERIOD);
  }
}
