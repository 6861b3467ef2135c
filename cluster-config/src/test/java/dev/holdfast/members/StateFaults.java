package dev.holdfast.members;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;

/** Every fault that a disk may give a state file, and none may be read. */
public final class StateFaults {
  private static final int ALL = 16_384;

  private StateFaults() {}

  /**
   * Reads a value back whole; then every truncation of its file and every single flipped bit. Of a
   * file above 16 KiB all of its first KiB and as many others as that, drawn by the seed.
   */
  public static <T> void find(StateFolder.Kind<T> kind, T value, long seed) throws Exception {
    byte[] whole = StateFile.encode(kind, value);
    assertThat(StateFile.decode(kind, whole)).usingRecursiveComparison().isEqualTo(value);
    Random random = new Random(seed);
    boolean all = whole.length <= ALL;
    int lengths = all ? whole.length : 2048;
    for (int i = 0; i < lengths; i++) {
      int length = all || i < 1024 ? i : random.nextInt(whole.length);
      unreadable(kind, Arrays.copyOf(whole, length), "the first %d bytes", length, seed);
    }
    int bits = all ? 8 * whole.length : 16_384;
    for (int i = 0; i < bits; i++) {
      int bit = all || i < 8192 ? i : random.nextInt(8 * whole.length);
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      unreadable(kind, flipped, "bit %d", bit, seed);
    }
  }

  private static void unreadable(
      StateFolder.Kind<?> kind, byte[] bytes, String what, int which, long seed) {
    try {
      StateFile.decode(kind, bytes);
    } catch (StateFile.Unreadable e) {
      return;
    }
    throw new AssertionError(
        kind.name() + " was read: " + String.format(what, which) + " seed=" + seed);
  }
}
