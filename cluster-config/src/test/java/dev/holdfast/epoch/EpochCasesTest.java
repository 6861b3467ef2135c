package dev.holdfast.epoch;

import static dev.holdfast.epoch.Fleet.X;
import static dev.holdfast.epoch.Fleet.Y;
import static dev.holdfast.epoch.Fleet.wish;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.epoch.Fleet.Node;
import dev.holdfast.words.Source;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The cases of EPOCHS.md, section 8, on the store in memory. */
class EpochCasesTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Fleet fleet = new Fleet(1);

  private Node a;
  private Node b;

  private void two() {
    a = fleet.start("a");
    b = fleet.start("b");
    fleet.pass(SECOND.multipliedBy(4));
    assertThat(a.state().settled()).isTrue();
    assertThat(b.state().open()).isTrue();
  }

  @Test
  void case1AMoveKeepsTheSourceWhereItIsLiveUntilTheSweep() {
    two();
    Source source = Fleet.sourceAt(a, X, 0);
    Source fresh = Fleet.sourceAt(a, X, 1);
    a.lane(0).opened(source, X);
    fleet.wish(wish(0, 100, 0));
    fleet.pass(SECOND.multipliedBy(2));
    assertThat(a.state().settled()).isTrue();
    assertThat(a.server(source)).isEqualTo(X);
    assertThat(b.server(source)).isEqualTo(X);
    assertThat(b.server(fresh)).isEqualTo(Y);
    assertThat(a.state().pins()).isEqualTo(1);
    a.lane(0).closed(source, X);
    fleet.pass(SECOND.multipliedBy(130));
    assertThat(a.state().pins()).isZero();
    assertThat(a.server(source)).isEqualTo(Y);
    assertThat(b.server(source)).isEqualTo(Y);
    assertThat(b.state().heldSlots()).isZero();
  }
}
