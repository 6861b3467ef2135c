package dev.holdfast.gateway.admit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.words.Refusal;
import dev.holdfast.words.Source;
import java.util.Map;
import java.util.Set;
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

  @Test
  void addsWhatOtherNodesHold() {
    limits.elsewhere(Map.of(A, 2, B, 5));
    assertThat(limits.enter(A, 3L, null, 0)).isNull();
    assertThat(limits.enter(A, 3L, null, 0)).isEqualTo(Refusal.SOURCE_LIMIT);
    assertThat(limits.hindrance(A, 3L, null, 0)).isEqualTo(Refusal.SOURCE_LIMIT);
    assertThat(limits.hindrance(B, 3L, null, 0)).as("unknown here").isEqualTo(Refusal.SOURCE_LIMIT);
    limits.elsewhere(Map.of());
    assertThat(limits.hindrance(A, 3L, null, 0)).isNull();
    assertThat(limits.hindrance(B, 3L, null, 0)).isNull();
  }

  @Test
  void lookingCountsNothing() {
    for (int i = 0; i < 10; i++) {
      assertThat(limits.hindrance(A, 1L, 1L, 0)).isNull();
    }
    assertThat(limits.enter(A, 1L, 1L, 0)).isNull();
    assertThat(limits.hindrance(A, 2L, 1L, 0)).isEqualTo(Refusal.SOURCE_RATE);
    assertThat(limits.hindrance(A, 2L, 1L, SECOND)).isNull();
  }

  @Test
  void tellsTheHeaviestSourcesAndThoseThatOthersToldOf() {
    limits.heavyFrom(2);
    limits.enter(A, null, null, 0);
    assertThat(limits.heaviest(10, Set.of())).isEmpty();
    limits.enter(A, null, null, 0);
    limits.enter(B, null, null, 0);
    assertThat(limits.heaviest(10, Set.of())).isEqualTo(Map.of(A, 2));
    assertThat(limits.heaviest(10, Set.of(B))).isEqualTo(Map.of(A, 2, B, 1));
    assertThat(limits.heaviest(1, Set.of(B))).isEqualTo(Map.of(A, 2));
    limits.heavyFrom(1);
    assertThat(limits.heaviest(10, Set.of())).isEqualTo(Map.of(A, 2, B, 1));
    limits.leave(B);
    assertThat(limits.heaviest(10, Set.of())).isEqualTo(Map.of(A, 2));
    limits.heavyFrom(3);
    assertThat(limits.heaviest(10, Set.of())).isEmpty();
  }

  @Test
  void forgetsManySourcesInSeveralSweeps() {
    for (int i = 0; i < 25_000; i++) {
      Source source = Source.v4(i, 32);
      limits.enter(source, 1L, null, 0);
      limits.leave(source);
    }
    limits.sweep(2 * SECOND);
    assertThat(limits.size()).isEqualTo(15_000);
    limits.sweep(2 * SECOND);
    limits.sweep(2 * SECOND);
    assertThat(limits.size()).isZero();
    limits.enter(A, 1L, null, 0);
    limits.sweep(2 * SECOND);
    assertThat(limits.size()).isEqualTo(1);
  }
}
