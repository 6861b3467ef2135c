package dev.holdfast.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.words.Source;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class SlotHashTest {
  /** A change of one of these would send every source of every cluster to another server. */
  @Test
  void slotsAreTheSameForEver() {
    List<String> sources =
        List.of(
            "127.0.0.1",
            "127.10.0.7",
            "10.0.0.1",
            "255.255.255.255",
            "0.0.0.0",
            "::",
            "2001:db8::",
            "2001:db8:0:1::",
            "fe80::1");
    assertThat(sources.stream().map(text -> SlotHash.slot(Source.parse(text))).toList())
        .isEqualTo(List.of(52806, 29563, 33112, 38204, 13264, 18465, 63824, 63438, 49236));
  }

  @Test
  void neighboursFillTheSlotsEvenly() {
    assertEven(i -> Source.v4(0x7f00_0000L + i, 32));
    assertEven(i -> Source.v4((long) i << 8, 32));
    assertEven(i -> new Source(0x2001_0db8_0000_0000L + i, 0));
    assertEven(i -> new Source((long) i << 40, 0));
    assertEven(i -> new Source(0x2001_0db8_0000_0000L, i));
  }

  /** Chi-square over 256 groups of slots of 2^20 sources: mean 255, standard deviation 22.6. */
  private static void assertEven(IntFunction<Source> sources) {
    int[] groups = new int[256];
    int count = 1 << 20;
    for (int i = 0; i < count; i++) {
      groups[SlotHash.slot(sources.apply(i)) >>> 8]++;
    }
    double expected = count / 256.0;
    double chi = 0;
    for (int group : groups) {
      chi += (group - expected) * (group - expected) / expected;
    }
    assertThat(chi).isBetween(140.0, 390.0);
  }
}
