package dev.holdfast.loadtest.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TableTest {
  private final Comparison.Rounds rounds = new Comparison.Rounds();

  private static Map<Measure, Double> round(double session, double busy) {
    return Map.of(Measure.SESSION_CPU, session, Measure.SESSION_BUSY, busy);
  }

  @Test
  void takesRatiosWithinARound() {
    rounds.add("a", round(100, 99));
    rounds.add("b", round(50, 98));
    rounds.add("a", round(200, 99));
    rounds.add("b", round(180, 97));
    rounds.add("a", round(100, 99));
    rounds.add("b", round(60, 98));
    rounds.calls("b", Map.of("read", 2.0, "rare", 0.01));
    Table table = new Table(List.of("a", "b"), rounds);
    assertThat(table.ratios(Measure.SESSION_CPU, "b")).containsExactly(0.5, 0.9, 0.6);
    assertThat(table.text())
        .isEqualTo(
            """
                                       a       b
            CPU per short session      100 µs  60.0 µs, 0.60x (0.50-0.90)
            proxy's share of its core  99.0 %  98.0 %
            calls per session, b: read 2.0
            """);
    assertThat(table.markdown())
        .startsWith(
            "|  | a | b |\n|---|---|---|\n| CPU per short session | 100 µs | 60.0 µs, 0.60x");
  }

  @Test
  void leavesOutWhatWasNotMeasured() {
    rounds.add("a", round(100, 99));
    assertThat(new Table(List.of("a", "b"), rounds).text()).doesNotContain("echo", "x (");
  }

  @Test
  void longTimesAreInMilliseconds() {
    rounds.add("a", Map.of(Measure.ECHO_P99, 4795.0, Measure.ECHO_P50, 551.0));
    assertThat(new Table(List.of("a"), rounds).text())
        .contains("echo, p99  4.80 ms", "echo, p50  551 µs");
  }

  @Test
  void takesTheMiddle() {
    assertThat(Table.median(List.of(3.0, 1.0, 2.0))).isEqualTo(2);
    assertThat(Table.median(List.of(4.0, 1.0))).isEqualTo(2.5);
  }
}
