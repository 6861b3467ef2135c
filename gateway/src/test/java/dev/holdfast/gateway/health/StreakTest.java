package dev.holdfast.gateway.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.config.Check.Initial;
import dev.holdfast.words.Health;
import org.junit.jupiter.api.Test;

class StreakTest {
  private static Streak after(Streak streak, String results, Initial initial) {
    Streak now = streak;
    for (char result : results.toCharArray()) {
      now = now.after(result == '+', 2, 3, initial);
    }
    return now;
  }

  private static Streak after(Streak streak, String results) {
    return after(streak, results, Initial.CHECKED);
  }

  @Test
  void theFirstResultDecides() {
    assertThat(Streak.UNKNOWN.health()).isNull();
    assertThat(after(Streak.UNKNOWN, "+").health()).isEqualTo(Health.UP);
    assertThat(after(Streak.UNKNOWN, "-").health()).isEqualTo(Health.DOWN);
    assertThat(after(Streak.UNKNOWN, "-", Initial.UP).health()).isEqualTo(Health.DOWN);
  }

  @Test
  void whereItBeginsDownItMustRise() {
    assertThat(after(Streak.UNKNOWN, "+", Initial.DOWN).health()).isNull();
    assertThat(after(Streak.UNKNOWN, "+", Initial.DOWN).moving()).isTrue();
    assertThat(after(Streak.UNKNOWN, "++", Initial.DOWN).health()).isEqualTo(Health.UP);
    assertThat(after(Streak.UNKNOWN, "+-", Initial.DOWN).health()).isEqualTo(Health.DOWN);
  }

  @Test
  void onlyResultsInARowChangeIt() {
    Streak up = after(Streak.UNKNOWN, "+");
    assertThat(after(up, "--+--").health()).isEqualTo(Health.UP);
    assertThat(after(up, "---").health()).isEqualTo(Health.DOWN);
    assertThat(after(up, "---+-+").health()).isEqualTo(Health.DOWN);
    assertThat(after(up, "---++").health()).isEqualTo(Health.UP);
    assertThat(after(up, "-").moving()).isTrue();
    assertThat(after(up, "-+").moving()).isFalse();
  }
}
