package dev.holdfast.table;

import dev.holdfast.words.Source;

/**
 * From a source to its slot: the same on every node, every version and every JVM, for ever. A
 * change of one value here would send every source of every cluster to another server.
 *
 * <p>Two rounds of the finalizer of SplitMix64 (Stafford's variant 13), one per word: every bit of
 * the source reaches every bit of the slot. Allocates nothing; any thread.
 */
public final class SlotHash {
  private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;

  private SlotHash() {}

  /** The slot of a source that is already cut to the prefixes of its pool: 0 to 65,535. */
  public static int slot(Source source) {
    return (int) (mix(mix(source.high() + GOLDEN) ^ source.low()) >>> 48);
  }

  /** A bijection of 64-bit words in which every bit of the input reaches every bit. */
  static long mix(long word) {
    long z = word;
    z = (z ^ (z >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d0_49bb_1331_11ebL;
    return z ^ (z >>> 31);
  }

  /** A word for a text of ASCII characters, as fixed as the slots are. */
  static long text(String text) {
    long word = GOLDEN;
    for (int i = 0; i < text.length(); i++) {
      word = mix(word ^ text.charAt(i));
    }
    return word;
  }
}
