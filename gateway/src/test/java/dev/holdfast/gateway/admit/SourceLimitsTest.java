package dev.holdfast.gateway.admit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.words.Refusal;
import dev.holdfast.words.Source;
import org.junit.jupiter.api.Test;

class SourceLimitsTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Source A = Source.parse("127.0.0.1");
  private static final Source B = Source.parse("127.0.0.2");

  private final SourceLimits limits = new SourceLimits();

  @Test
  void refusesMoreSessionsOfOneSource() {
    assertThat(limits.enter(A, 2L, null, 0)).isNull();
    assertThat(limits.enter(A, 2L, null, 0)).isNull();
    assertThat(limits.enter(A, 2L, null, 0)).isEqualTo(Refusal.SOURCE_LIMIT);
    assertThat(limits.enter(B, 2L, null, 0)).isNull();
    limits.leave(A);
    assertThat(limits.enter(A, 2L, null, 0)).isNull();
  }

  @Test
  void refusesWhoComesFasterThanTheRate() {
    for (int i = 0; i < 10; i++) {
      assertThat(limits.enter(A, null, 10L, 0)).isNull();
    }
    assertThat(limits.enter(A, null, 10L, 0)).isEqualTo(Refusal.SOURCE_RATE);
    assertThat(limits.enter(A, null, 10L, SECOND / 10)).isNull();
    assertThat(limits.enter(A, null, 10L, SECOND / 10)).isEqualTo(Refusal.SOURCE_RATE);
  }

  @Test
  void forgetsWhoHasNoSessionAndAFullBucket() {
    limits.enter(A, 2L, 10L, 0);
    limits.sweep(2 * SECOND);
    assertThat(limits.size()).isEqualTo(1);
    limits.leave(A);
    limits.sweep(SECOND / 2);
    assertThat(limits.size()).isEqualTo(1);
    limits.sweep(2 * SECOND);
    assertThat(limits.size()).isZero();
  }
}
