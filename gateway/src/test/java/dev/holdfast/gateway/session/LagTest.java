package dev.holdfast.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LagTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void remembersTheMostForTenToTwentySeconds() {
    Lag lag = new Lag(0);
    assertThat(lag.nanos()).isZero();
    lag.note(5, SECOND);
    lag.note(3, 2 * SECOND);
    assertThat(lag.nanos()).isEqualTo(5);
    lag.note(2, 11 * SECOND);
    assertThat(lag.nanos()).isEqualTo(5);
    lag.note(1, 21 * SECOND);
    assertThat(lag.nanos()).isEqualTo(2);
    lag.note(SECOND, 100 * SECOND);
    assertThat(lag.nanos()).isEqualTo(SECOND);
    lag.note(0, 125 * SECOND);
    assertThat(lag.nanos()).as("what was long ago is forgotten").isZero();
  }
}
