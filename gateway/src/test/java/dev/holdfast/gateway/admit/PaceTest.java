package dev.holdfast.gateway.admit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {
  private static final long MS = 1_000_000L;

  private final Pace pace = new Pace();
  private final long began = System.nanoTime();

  private int takenUntil(long fromMs, long toMs) {
    int taken = 0;
    for (long ms = fromMs; ms < toMs; ms++) {
      while (pace.take(began + ms * MS)) {
        taken++;
      }
    }
    return taken;
  }

  @Test
  void withoutARateEveryMomentIsThere() {
    assertThat(pace.isOn()).isFalse();
    for (int i = 0; i < 1000; i++) {
      assertThat(pace.take(began)).isTrue();
    }
    assertThat(pace.waitNanos(began)).isZero();
  }

  @Test
  void aSecondSeesTheRateAndATenthMoreAtMost() {
    pace.limit(100L);
    assertThat(takenUntil(10_000, 11_000)).isBetween(109, 111); // after a long pause
    assertThat(takenUntil(11_000, 12_000)).isBetween(99, 101);
    assertThat(pace.waitNanos(began + 12_000 * MS)).isBetween(0L, 10 * MS);
  }

  @Test
  void aSlowRateLetsOneBegin() {
    pace.limit(1L);
    assertThat(takenUntil(10_000, 10_100)).isEqualTo(1);
    assertThat(takenUntil(10_100, 10_900)).isZero();
    assertThat(takenUntil(10_900, 11_001)).isEqualTo(1);
  }

  @Test
  void aNodeHasItsPart() {
    pace.limit(400L);
    pace.part(0.25);
    assertThat(pace.perSecond()).isEqualTo(100);
    takenUntil(10_000, 11_000);
    assertThat(takenUntil(11_000, 12_000)).isBetween(99, 101);
  }

  @Test
  void aMomentThatWasNotUsedIsThereAgain() {
    pace.limit(1L);
    assertThat(pace.take(began + 10_000 * MS)).isTrue();
    assertThat(pace.take(began + 10_000 * MS)).isFalse();
    pace.giveBack();
    assertThat(pace.take(began + 10_000 * MS)).isTrue();
  }

  @Test
  void aFasterRateIsNotLateBecauseOfTheSlowOne() {
    pace.limit(1L);
    pace.part(1e-3);
    assertThat(pace.take(System.nanoTime())).isTrue(); // the next in 1000 s
    pace.part(1);
    assertThat(pace.waitNanos(System.nanoTime())).isLessThanOrEqualTo(1000 * MS);
  }

  @Test
  void demandIsWhatCameSinceAndWhatWaits() {
    pace.asked();
    pace.asked();
    pace.stand(1);
    assertThat(pace.demand()).isEqualTo(3);
    assertThat(pace.demand()).isEqualTo(1);
    pace.stand(-1);
    assertThat(pace.demand()).isZero();
  }
}
