package dev.holdfast.admin.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.admin.access.Rates.Kind;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RatesTest {
  private long nanos;
  private final Rates rates = new Rates(() -> nanos);

  @Test
  void allowsABurstThenTheRate() {
    assertThat(taken("a", 1000)).isEqualTo(400);
    assertThat(rates.take("a", Kind.CHANGE)).isEqualTo(1);
    nanos += TimeUnit.MILLISECONDS.toNanos(100);
    assertThat(taken("a", 1000)).isEqualTo(20);
    nanos += TimeUnit.HOURS.toNanos(1);
    assertThat(taken("a", 1000)).isEqualTo(400);
  }

  @Test
  void addressesAndKindsDoNotShare() {
    assertThat(taken("a", 1000)).isEqualTo(400);
    assertThat(taken("b", 1000)).isEqualTo(400);
    assertThat(rates.take("a", Kind.READ)).isZero();
  }

  @Test
  void keepsABoundedNumberOfAddresses() {
    assertThat(taken("first", 1000)).isEqualTo(400);
    for (int i = 0; i < Rates.MOST; i++) {
      rates.take("other-" + i, Kind.CHANGE);
    }
    assertThat(taken("first", 1000)).as("forgotten, so full again").isEqualTo(400);
  }

  private int taken(String address, int tries) {
    int taken = 0;
    for (int i = 0; i < tries; i++) {
      if (rates.take(address, Kind.CHANGE) == 0) {
        taken++;
      }
    }
    return taken;
  }
}
