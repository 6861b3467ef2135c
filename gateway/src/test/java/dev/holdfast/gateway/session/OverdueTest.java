package dev.holdfast.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class OverdueTest {
  private static final Duration DAY = Duration.ofHours(24);

  @Test
  void withoutJitterAllReachTheSameAge() {
    assertThat(Overdue.mostNanos(DAY, 0, 17)).isEqualTo(DAY.toNanos());
  }

  @Test
  void sessionsThatCameTogetherAreSpreadEvenlyOverTheJitter() {
    long loop = 3L << 48;
    long[] perTenth = new long[10];
    LongStream.range(loop, loop + 10_000)
        .map(id -> Overdue.mostNanos(DAY, 50, id))
        .forEach(
            age -> {
              assertThat(age).isBetween(DAY.toNanos() / 2, DAY.toNanos());
              perTenth[(int) Math.min(9, (DAY.toNanos() - age) / (DAY.toNanos() / 20))]++;
            });
    assertThat(LongStream.of(perTenth).min().getAsLong()).isGreaterThan(900);
    assertThat(LongStream.of(perTenth).max().getAsLong()).isLessThan(1100);
  }
}
