package dev.holdfast.directory;

import static dev.holdfast.directory.Samples.APP_1;
import static dev.holdfast.directory.Samples.APP_2;
import static dev.holdfast.directory.Samples.APP_3;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.config.PoolConfig;
import dev.holdfast.directory.PoolVerdict.Votes;
import dev.holdfast.words.AdminState;
import dev.holdfast.words.Health;
import dev.holdfast.words.ServerName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoolHealthTest {
  private static final Votes UP = new Votes(3, 0);
  private static final Votes DOWN = new Votes(1, 2);

  private final PoolConfig pool = Samples.pool();
  private final PoolHealth health = new PoolHealth(Samples.CHAT);
  private final Map<ServerName, AdminState> states = new HashMap<>();
  private final Set<ServerName> keeping = new HashSet<>();
  private final Map<ServerName, Votes> votes =
      new HashMap<>(Map.of(APP_1, UP, APP_2, UP, APP_3, UP));

  private PoolVerdict at(long ms) {
    return health.judge(pool, states, keeping, votes, ms * 1_000_000);
  }

  private Health actedAt(long ms, ServerName server) {
    return at(ms).servers().get(server).health();
  }

  @ParameterizedTest
  @CsvSource({"0,0,UP", "1,0,UP", "0,1,DOWN", "1,1,UP", "1,2,DOWN", "2,1,UP", "2,3,DOWN"})
  void moreThanHalfOfThoseThatReportDecide(int up, int down, Health verdict) {
    assertThat(new Votes(up, down).majority()).isEqualTo(verdict);
  }

  @Test
  void theFirstVotesCountAtOnce() {
    votes.put(APP_1, DOWN);
    assertThat(actedAt(0, APP_1)).isEqualTo(Health.DOWN);
  }

  @Test
  void aServerThatGoesDownIsActedOnAfterTheWindow() {
    at(0);
    votes.put(APP_1, DOWN);
    assertThat(actedAt(1_000, APP_1)).isEqualTo(Health.UP);
    assertThat(at(1_000).servers().get(APP_1).measured()).isEqualTo(Health.DOWN);
    assertThat(actedAt(1_999, APP_1)).isEqualTo(Health.UP);
    assertThat(actedAt(2_000, APP_1)).isEqualTo(Health.DOWN);
    assertThat(at(2_000).servers().get(APP_1).takesNew()).isFalse();
    assertThat(at(2_000).servers().get(APP_1).serves()).isFalse();
  }

  @Test
  void aFlapWithinTheWindowIsNoChange() {
    at(0);
    votes.put(APP_1, DOWN);
    at(1_000);
    votes.put(APP_1, UP);
    at(1_500);
    votes.put(APP_1, DOWN);
    assertThat(actedAt(2_000, APP_1)).isEqualTo(Health.UP);
    assertThat(actedAt(3_000, APP_1)).isEqualTo(Health.DOWN);
  }

  @Test
  void changesWithinTheWindowAreActedOnTogether() {
    votes.put(APP_1, DOWN);
    at(0);
    votes.put(APP_1, UP);
    at(1_000); // may return at 11 s
    at(11_000);
    votes.put(APP_2, DOWN);
    assertThat(actedAt(11_500, APP_1)).isEqualTo(Health.DOWN);
    PoolVerdict both = at(12_000);
    assertThat(both.servers().get(APP_1).health()).isEqualTo(Health.UP);
    assertThat(both.servers().get(APP_2).health()).isEqualTo(Health.DOWN);
  }

  @Test
  void aServerReturnsAfterTheHoldDownWithoutARelapse() {
    votes.put(APP_1, DOWN);
    at(0);
    votes.put(APP_1, UP);
    at(1_000);
    votes.put(APP_1, DOWN);
    at(9_000);
    votes.put(APP_1, UP);
    at(10_000);
    assertThat(actedAt(19_999, APP_1)).isEqualTo(Health.DOWN);
    assertThat(actedAt(20_000, APP_1)).isEqualTo(Health.DOWN);
    assertThat(actedAt(21_000, APP_1)).isEqualTo(Health.UP);
  }

  @Test
  void fewerThanHalfOfTheReadyServersUpIsAPanicThatLeavesTheTable() {
    at(0);
    votes.put(APP_1, DOWN);
    at(1_000);
    at(2_000);
    votes.put(APP_2, DOWN);
    PoolVerdict panic = at(3_000);
    assertThat(panic.panic()).isTrue();
    assertThat(at(60_000).servers().get(APP_1).health()).isEqualTo(Health.DOWN);
    assertThat(at(60_000).servers().get(APP_2).health()).isEqualTo(Health.UP);
    votes.put(APP_1, UP);
    at(61_000);
    at(71_000);
    assertThat(at(71_000).panic()).isFalse();
    assertThat(actedAt(72_000, APP_2)).isEqualTo(Health.DOWN);
    assertThat(actedAt(72_000, APP_1)).isEqualTo(Health.UP);
  }

  @Test
  void aPanicFromTheStartTriesEveryServer() {
    votes.replaceAll((server, vote) -> DOWN);
    PoolVerdict verdict = at(0);
    assertThat(verdict.panic()).isTrue();
    assertThat(verdict.servers().values()).allMatch(standing -> standing.takesNew());
  }

  @Test
  void adminStatesCountAtOnceAndAreNotCountedForThePanic() {
    states.put(APP_1, AdminState.MAINT);
    states.put(APP_2, AdminState.DRAIN);
    votes.put(APP_1, Votes.NONE);
    votes.put(APP_2, DOWN);
    PoolVerdict verdict = at(0);
    assertThat(verdict.panic()).isFalse();
    assertThat(verdict.servers().get(APP_1).serves()).isFalse();
    assertThat(verdict.servers().get(APP_2).serves()).isFalse();
    votes.put(APP_2, UP);
    at(1_000);
    at(11_000);
    PoolVerdict later = at(12_000);
    assertThat(later.servers().get(APP_2).serves()).as("its sources are to move").isFalse();
    keeping.add(APP_2);
    later = at(12_000);
    assertThat(later.servers().get(APP_2).serves()).as("its sources are kept").isTrue();
    assertThat(later.servers().get(APP_2).takesNew()).isFalse();
  }
}
