package dev.holdfast.gateway.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.config.Check;
import dev.holdfast.config.ServerConfig;
import dev.holdfast.gateway.hosts.Hosts;
import dev.holdfast.time.ManualLoop;
import dev.holdfast.words.Health;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks of one server on a clock that the test moves, without sockets. */
class ServerCheckTest {
  private static final PoolName POOL = new PoolName("chat");
  private static final ServerConfig SERVER =
      new ServerConfig(new ServerName("app-1"), "127.0.0.1", List.of(9001), 100, null);

  private final ManualLoop loop = new ManualLoop();
  private final Hosts hosts = Hosts.start(Duration.ofDays(1));
  private final Gate gate = new Gate(2);
  private final List<Long> askedAtMs = new ArrayList<>();
  private final List<String> heard = new ArrayList<>();
  private final ArrayDeque<Consumer<Prober.Answer>> hanging = new ArrayDeque<>();

  /** What the server answers; null: not yet. */
  private Function<Prober.Question, CheckCode> answer = question -> CheckCode.L4OK;

  private final ServerCheck.Means means =
      new ServerCheck.Means(loop, gate, this::probe, hosts, new Random(7));
  private ServerCheck check;

  private void probe(Prober.Question question, Consumer<Prober.Answer> answered) {
    askedAtMs.add(loop.nanos() / 1_000_000);
    CheckCode code = answer.apply(question);
    if (code == null) {
      hanging.add(answered);
    } else {
      answered.accept(new Prober.Answer(code, ""));
    }
  }

  @BeforeEach
  void knowTheAddress() {
    hosts.want(Set.of("127.0.0.1"));
  }

  @AfterEach
  void end() {
    hosts.close();
  }

  private void start(Check how, InetAddress... sources) {
    check =
        new ServerCheck(
            means,
            POOL,
            SERVER,
            how,
            List.of(sources),
            Streak.UNKNOWN,
            new ServerCheck.Listener() {
              @Override
              public void checked(CheckResult result) {}

              @Override
              public void voted(Health vote, CheckResult because) {
                heard.add(vote + " " + because.code());
              }
            });
    check.start();
  }

  private static Check tcp(int rise, int fall) {
    return Check.tcp(Duration.ofSeconds(2), Duration.ofSeconds(1), rise, fall);
  }

  private static Check with(Check.Initial initial, Integer errorLimit) {
    Check base = tcp(2, 3);
    return new Check(
        base.type(),
        base.timing(),
        new Check.Verdict(2, 3, initial),
        new Check.Passive(errorLimit, null),
        null,
        base.tls(),
        base.http(),
        List.of());
  }

  private void pass(long ms) {
    loop.pass(Duration.ofMillis(ms));
  }

  private List<Long> gaps() {
    List<Long> gaps = new ArrayList<>();
    for (int i = 1; i < askedAtMs.size(); i++) {
      gaps.add(askedAtMs.get(i) - askedAtMs.get(i - 1));
    }
    return gaps;
  }

  @Test
  void theFirstCheckComesWithinASecondAndTheOthersAPeriodApart() {
    start(tcp(2, 3));
    pass(1000);
    assertThat(askedAtMs).hasSize(1);
    assertThat(heard).containsExactly("UP L4OK");
    pass(100_000);
    assertThat(gaps())
        .hasSizeBetween(46, 55)
        .allSatisfy(ms -> assertThat(ms).isBetween(1799L, 2201L));
    assertThat(gaps().stream().distinct().count())
        .as("no two nodes stay in step")
        .isGreaterThan(30);
  }

  @Test
  void afterAFailureChecksComeFasterUntilItIsDecided() {
    start(tcp(2, 3));
    pass(3_000);
    answer = question -> CheckCode.L4CON;
    askedAtMs.clear();
    pass(20_000);
    assertThat(heard).containsExactly("UP L4OK", "DOWN L4CON");
    assertThat(gaps().subList(0, 2)).allSatisfy(ms -> assertThat(ms).isBetween(449L, 551L));
    assertThat(gaps().get(2)).as("DOWN is decided").isBetween(1799L, 2201L);
    answer = question -> CheckCode.L4OK;
    askedAtMs.clear();
    pass(10_000);
    assertThat(heard).last().isEqualTo("UP L4OK");
    assertThat(gaps().get(0)).isBetween(449L, 551L);
    assertThat(gaps().get(1)).isBetween(1799L, 2201L);
  }

  @Test
  void aCheckThatHangsIsNeverJoinedByAnother() {
    start(tcp(2, 1));
    answer = question -> null;
    pass(60_000);
    assertThat(askedAtMs).hasSize(1);
    hanging.remove().accept(new Prober.Answer(CheckCode.L4TOUT, ""));
    assertThat(heard).containsExactly("DOWN L4TOUT");
    pass(100);
    assertThat(askedAtMs).as("it is late already").hasSize(2);
  }

  @Test
  void whatIsOurFaultSaysNothing() {
    start(tcp(1, 1));
    answer = question -> CheckCode.SOCKERR;
    pass(10_000);
    assertThat(heard).isEmpty();
    answer = question -> CheckCode.L4OK;
    pass(3_000);
    answer = question -> CheckCode.SOCKERR;
    pass(10_000);
    assertThat(heard).containsExactly("UP L4OK");
  }

  @Test
  void aFailedSessionHastensTheNextCheck() {
    start(tcp(2, 3));
    pass(1000);
    pass(1500 - (loop.nanos() / 1_000_000 - askedAtMs.get(0)));
    askedAtMs.clear();
    answer = question -> CheckCode.L4CON;
    check.sessionsFailed(1);
    pass(1);
    assertThat(askedAtMs).as("a fast interval has passed since the last").hasSize(1);
    check.sessionsFailed(2);
    check.sessionsFailed(3);
    pass(400);
    assertThat(askedAtMs).as("however many fail").hasSize(1);
    pass(1000);
    assertThat(heard).containsExactly("UP L4OK", "DOWN L4CON");
  }

  @Test
  void enoughFailedSessionsAreAVerdictThatChecksDoNotTakeBackAtOnce() {
    start(with(Check.Initial.CHECKED, 10));
    pass(1000);
    check.sessionsFailed(9);
    assertThat(heard).containsExactly("UP L4OK");
    check.sessionsFailed(10);
    assertThat(heard).containsExactly("UP L4OK", "DOWN HANA");
    pass(ServerCheck.AFTER_SESSIONS_FAILED.toMillis() - 1);
    assertThat(heard).hasSize(2);
    pass(6_000);
    assertThat(heard).containsExactly("UP L4OK", "DOWN HANA", "UP L4OK");
  }

  @Test
  void withoutALimitSessionsOnlyAskForChecks() {
    start(with(Check.Initial.CHECKED, null));
    pass(1000);
    check.sessionsFailed(1_000_000);
    pass(10_000);
    assertThat(heard).containsExactly("UP L4OK");
  }

  @Test
  void whereAServerBeginsDownItRisesFirst() {
    start(with(Check.Initial.DOWN, 10));
    while (askedAtMs.isEmpty()) {
      pass(1);
    }
    assertThat(heard).isEmpty();
    pass(1000);
    assertThat(heard).as("the second comes fast").containsExactly("UP L4OK");
  }

  @Test
  void oneBadSourceAddressDoesNotMarkAServerDown() throws Exception {
    InetAddress bad = InetAddress.getByName("127.0.0.2");
    InetAddress good = InetAddress.getByName("127.0.0.3");
    answer = question -> bad.equals(question.from()) ? CheckCode.L4TOUT : CheckCode.L4OK;
    start(tcp(2, 1), good, bad);
    pass(300_000);
    assertThat(heard).doesNotContain("DOWN L4TOUT").contains("UP L4OK");
    assertThat(check.leftOut()).containsExactly(bad);
    answer = question -> CheckCode.L4TOUT;
    pass(10_000);
    assertThat(heard).last().isEqualTo("DOWN L4TOUT");
    answer = question -> bad.equals(question.from()) ? CheckCode.L4TOUT : CheckCode.L4OK;
    pass(20_000);
    assertThat(heard).last().as("it comes back by the good one").isEqualTo("UP L4OK");
  }

  @Test
  void aNameWithoutAnAddressIsAFailure() {
    ServerConfig nameless =
        new ServerConfig(new ServerName("app-1"), "nowhere.invalid", List.of(1), 100, null);
    List<CheckCode> codes = new ArrayList<>();
    ServerCheck unknown =
        new ServerCheck(
            means,
            POOL,
            nameless,
            tcp(1, 1),
            List.of(),
            Streak.UNKNOWN,
            new ServerCheck.Listener() {
              @Override
              public void checked(CheckResult result) {
                codes.add(result.code());
              }

              @Override
              public void voted(Health vote, CheckResult because) {}
            });
    unknown.start();
    pass(1000);
    assertThat(codes).containsExactly(CheckCode.NOADDR);
    assertThat(unknown.known().health()).isEqualTo(Health.DOWN);
    assertThat(gate.inside()).isZero();
  }

  @Test
  void whoIsStoppedAsksNobodyAndLeavesTheGate() {
    answer = question -> null;
    start(tcp(1, 1));
    pass(1000);
    check.stop();
    hanging.remove().accept(new Prober.Answer(CheckCode.L4CON, ""));
    pass(60_000);
    assertThat(askedAtMs).hasSize(1);
    assertThat(heard).isEmpty();
    assertThat(gate.inside()).isZero();
  }

  @Test
  void withoutACheckItIsUp() {
    start(Check.none());
    assertThat(heard).containsExactly("UP INI");
    check.sessionsFailed(1000);
    pass(60_000);
    assertThat(heard).hasSize(1);
    assertThat(askedAtMs).isEmpty();
  }

  @Test
  void noMoreThanTheGateAllowsAreUnderWayAtOnce() {
    answer = question -> null;
    List<ServerCheck> checks = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      start(tcp(1, 1));
      checks.add(check);
    }
    pass(1000);
    assertThat(askedAtMs).hasSize(2);
    assertThat(gate.waiting()).isEqualTo(2);
    hanging.remove().accept(new Prober.Answer(CheckCode.L4OK, ""));
    assertThat(askedAtMs).hasSize(3);
    checks.forEach(ServerCheck::stop);
    while (!hanging.isEmpty()) {
      hanging.remove().accept(new Prober.Answer(CheckCode.L4OK, ""));
    }
    assertThat(askedAtMs).as("who was stopped in line asks nobody").hasSize(3);
    assertThat(gate.inside()).isZero();
  }
}
