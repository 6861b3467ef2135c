package dev.holdfast.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvenPaceTest {
  private static final long START = Long.MAX_VALUE - 500; // the clock may wrap

  /** The times, from the start, at which each of so many was due when asked each 10. */
  private static List<Integer> times(int count, int until) {
    EvenPace pace = new EvenPace(START, START + until);
    List<Integer> times = new ArrayList<>();
    for (int now = 0; times.size() < count; now += 10) {
      for (int due = pace.due(START + now, count - times.size()); due > 0; due--) {
        times.add(now);
      }
    }
    return times;
  }

  @Test
  void spreadsFewOverTheWholeTime() {
    assertThat(times(5, 1_000)).containsExactly(0, 200, 400, 600, 800);
  }

  @Test
  void endsManyAtOneRate() {
    List<Integer> times = times(1_000, 1_000);
    assertThat(times.get(250)).isBetween(240, 260);
    assertThat(times.get(500)).isBetween(490, 510);
    assertThat(times.get(999)).isBetween(990, 1_000);
  }

  @Test
  void catchesUpAfterAPause() {
    EvenPace pace = new EvenPace(START, START + 1_000);
    assertThat(pace.due(START, 10)).isEqualTo(1);
    assertThat(pace.due(START + 500, 9)).isEqualTo(5);
    assertThat(pace.due(START + 2_000, 4)).isEqualTo(4);
  }

  @Test
  void takesNewcomersIntoTheTimeThatIsLeft() {
    EvenPace pace = new EvenPace(START, START + 1_000);
    assertThat(pace.due(START, 2)).isEqualTo(1);
    assertThat(pace.due(START + 499, 101)).isZero();
    assertThat(pace.due(START + 750, 101)).isBetween(50, 52);
  }
}
