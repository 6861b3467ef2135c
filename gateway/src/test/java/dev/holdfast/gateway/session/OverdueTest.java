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

  @Test
  void aLivingSessionIsLoggedOnceAnIntervalAndNotBeforeTheFirst() {
    long second = 1_000_000_000L;
    for (long id = 1; id < 200; id++) {
      long lines = 0;
      long first = 0;
      for (long at = 1; at <= 600; at++) { // looked at each second, logged each minute
        if (Overdue.isLogged(0, id, 60 * second, (at - 1) * second, at * second)) {
          lines++;
          first = first == 0 ? at : first;
        }
      }
      assertThat(first).isBetween(60L, 120L);
      assertThat(lines).isBetween(9L, 10L);
    }
  }

  @Test
  void sessionsThatCameTogetherAreNotLoggedTogether() {
    long second = 1_000_000_000L;
    int most = 0;
    for (long at = 61; at <= 180; at++) {
      int now = 0;
      for (long id = 0; id < 6000; id++) {
        now += Overdue.isLogged(0, id, 60 * second, (at - 1) * second, at * second) ? 1 : 0;
      }
      most = Math.max(most, now);
    }
    assertThat(most).isLessThan(150); // 100 if perfectly even
  }
}
