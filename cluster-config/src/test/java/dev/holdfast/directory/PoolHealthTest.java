package dev.holdfast.directory;

import static dev.holdfast.directory.Samples.APP_1;
import static dev.holdfast.directory.Samples.APP_2;
import static dev.holdfast.directory.Samples.APP_3;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.config.Check;
import dev.holdfast.config.PoolConfig;
import dev.holdfast.config.ServerConfig;
import dev.holdfast.directory.PoolVerdict.Standing;
import dev.holdfast.directory.PoolVerdict.Votes;
import dev.holdfast.words.AdminState;
import dev.holdfast.words.Health;
import dev.holdfast.words.ServerName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoolHealthTest {
  private static final Votes UP = new Votes(3, 0);
  private static final Votes DOWN = new Votes(1, 2);

  private static final ServerName APP_4 = new ServerName("app-4");

  private PoolConfig pool = Samples.pool();
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

  // ---------------------------------------------------------------- servers that are new or back

  private void initial(Check.Initial initial) {
    Check check = pool.check();
    pool =
        pool.with(
            new Check(
                check.type(),
                check.timing(),
                new Check.Verdict(2, 3, initial),
                check.passive(),
                null,
                check.tls(),
                check.http(),
                List.of()));
  }

  private void add(ServerName... names) {
    List<ServerConfig> servers = new ArrayList<>(pool.servers());
    for (ServerName name : names) {
      servers.add(Samples.server(name.value(), 9004));
    }
    pool = pool.with(servers);
  }

  @Test
  void aServerThatIsAddedTakesNobodyBeforeItWasChecked() {
    at(0);
    add(APP_4);
    assertThat(at(1_000).servers().get(APP_4).takesNew()).isFalse();
    assertThat(at(60_000).panic()).as("it is not counted before").isFalse();
    assertThat(at(60_000).servers().get(APP_4).takesNew()).isFalse();
    votes.put(APP_4, new Votes(1, 0));
    at(61_000);
    assertThat(actedAt(62_000, APP_4)).as("no hold-down, it never was DOWN").isEqualTo(Health.UP);
  }

  @Test
  void aServerThatIsAddedAndDoesNotServeIsLeftOutAndIsNoPanic() {
    at(0);
    ServerName[] dead = {APP_4, new ServerName("app-5"), new ServerName("app-6")};
    add(dead);
    add(new ServerName("app-7"));
    for (ServerName name : dead) {
      votes.put(name, DOWN);
    }
    votes.put(new ServerName("app-7"), DOWN);
    at(2_000);
    PoolVerdict verdict = at(5_000);
    assertThat(verdict.panic()).isFalse();
    assertThat(verdict.servers().get(APP_4).takesNew()).isFalse();
    assertThat(verdict.servers().get(APP_1).takesNew()).isTrue();
    votes.put(APP_1, DOWN);
    at(6_000);
    assertThat(actedAt(7_000, APP_1)).as("the table still moves").isEqualTo(Health.DOWN);
  }

  @Test
  void whereThePoolSaysSoAServerThatIsAddedIsUpAtOnce() {
    initial(Check.Initial.UP);
    at(0);
    add(APP_4);
    assertThat(at(1_000).servers().get(APP_4).takesNew()).isTrue();
    votes.put(APP_4, DOWN);
    at(2_000);
    assertThat(actedAt(3_000, APP_4)).isEqualTo(Health.DOWN);
  }

  @Test
  void withoutChecksAServerThatIsAddedIsUpAtOnce() {
    pool = pool.with(Check.none());
    votes.clear();
    at(0);
    add(APP_4);
    assertThat(at(1_000).servers().get(APP_4).takesNew()).isTrue();
  }

  @Test
  void whoIsTheOnlyHopeIsTriedUnchecked() {
    at(0);
    pool = pool.with(List.of());
    add(APP_4);
    votes.clear();
    assertThat(at(1_000).servers().get(APP_4).takesNew()).isTrue();
  }

  @Test
  void aServerThatComesBackFromMaintIsCheckedFirst() {
    states.put(APP_1, AdminState.MAINT);
    votes.put(APP_1, Votes.NONE);
    at(0);
    states.remove(APP_1);
    assertThat(at(1_000).servers().get(APP_1).takesNew()).isFalse();
    votes.put(APP_1, UP);
    at(2_000);
    assertThat(at(3_000).servers().get(APP_1).takesNew()).isTrue();
  }

  @Test
  void whoIsUpAgainReturnsInAPanicToo() {
    add(APP_4, new ServerName("app-5"));
    votes.put(APP_4, UP);
    votes.put(new ServerName("app-5"), UP);
    at(0);
    votes.put(APP_1, DOWN);
    votes.put(APP_2, DOWN);
    at(1_000);
    at(2_000);
    votes.put(APP_3, DOWN);
    votes.put(APP_4, DOWN);
    assertThat(at(3_000).panic()).isTrue();
    assertThat(actedAt(60_000, APP_3)).as("nobody is put DOWN").isEqualTo(Health.UP);
    votes.put(APP_1, UP);
    at(61_000);
    assertThat(at(71_000).panic()).as("two of five").isTrue();
    assertThat(actedAt(72_000, APP_1)).isEqualTo(Health.UP);
    assertThat(actedAt(72_000, APP_2)).isEqualTo(Health.DOWN);
    assertThat(actedAt(72_000, APP_3)).isEqualTo(Health.UP);
  }

  @Test
  void aNewServerThatServesEndsTheWaitInAPanic() {
    at(0);
    votes.replaceAll((server, vote) -> DOWN);
    add(APP_4);
    assertThat(at(1_000).panic()).isTrue();
    assertThat(actedAt(1_000, APP_4)).isEqualTo(Health.DOWN);
    votes.put(APP_4, UP);
    at(2_000);
    assertThat(actedAt(3_000, APP_4)).isEqualTo(Health.UP);
  }

  @Test
  void aTieOfTheNodesIsNoReasonToMoveAnybody() {
    at(0);
    votes.put(APP_1, new Votes(1, 1));
    at(1_000);
    assertThat(actedAt(60_000, APP_1)).isEqualTo(Health.UP);
  }

  @Test
  void aServerThatFlapsStaysDownAndMovesNobody() {
    at(0);
    votes.put(APP_1, DOWN);
    at(1_000);
    at(2_000);
    int changes = 0;
    Health last = Health.DOWN;
    for (long ms = 2_000; ms < 300_000; ms += 500) {
      votes.put(APP_1, ms / 500 % 10 < 5 ? UP : DOWN);
      Health now = actedAt(ms, APP_1);
      changes += now == last ? 0 : 1;
      last = now;
    }
    assertThat(changes).isZero();
    assertThat(last).isEqualTo(Health.DOWN);
  }

  @Test
  void fortyServersThatFlapAtRandomMakeFewChanges() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<ServerName> names = new ArrayList<>();
    for (int i = 10; i < 50; i++) {
      names.add(new ServerName("app-" + i));
    }
    pool = pool.with(List.of());
    add(names.toArray(ServerName[]::new));
    votes.clear();
    names.forEach(name -> votes.put(name, UP));
    at(0);
    Map<ServerName, Standing> before = at(0).servers();
    int changes = 0;
    for (long ms = 100; ms < 120_000; ms += 100) {
      ServerName name = names.get(random.nextInt(names.size()));
      votes.put(name, random.nextInt(3) == 0 ? DOWN : UP);
      PoolVerdict now = at(ms);
      boolean changed = false;
      for (ServerName one : names) {
        changed |= now.servers().get(one).health() != before.get(one).health();
      }
      changes += changed ? 1 : 0;
      before = now.servers();
    }
    assertThat(changes).as("seed " + seed + ": one a second at most").isLessThanOrEqualTo(120);
  }
}
