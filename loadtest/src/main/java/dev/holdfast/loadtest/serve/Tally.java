package dev.holdfast.loadtest.serve;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Sessions now, the most at once, and all so far. Any thread; if it lives in a file, any process of
 * this machine, and a process that is killed leaves its sessions counted.
 */
public final class Tally {
  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final int CURRENT = 0;
  private static final int MOST = 8;
  private static final int TOTAL = 16;
  private static final int SIZE = 24;

  private final ByteBuffer memory;

  /** Of this process. */
  public Tally() {
    this(ByteBuffer.allocateDirect(SIZE + 8).alignedSlice(8));
  }

  private Tally(ByteBuffer memory) {
    this.memory = memory;
  }

  /**
   * Of all processes that name the same file.
   *
   * @throws IOException if it cannot be mapped
   */
  public static Tally in(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new Tally(channel.map(FileChannel.MapMode.READ_WRITE, 0, SIZE));
    }
  }

  /** One more session. */
  public void in() {
    long now = (long) LONG.getAndAdd(memory, CURRENT, 1L) + 1;
    LONG.getAndAdd(memory, TOTAL, 1L);
    long most = most();
    while (now > most && !LONG.compareAndSet(memory, MOST, most, now)) {
      most = most();
    }
  }

  /** One session less. */
  public void out() {
    LONG.getAndAdd(memory, CURRENT, -1L);
  }

  /** Sessions now. */
  public long current() {
    return (long) LONG.getVolatile(memory, CURRENT);
  }

  /** The most at once so far. */
  public long most() {
    return (long) LONG.getVolatile(memory, MOST);
  }

  /** Sessions so far. */
  public long total() {
    return (long) LONG.getVolatile(memory, TOTAL);
  }
}
