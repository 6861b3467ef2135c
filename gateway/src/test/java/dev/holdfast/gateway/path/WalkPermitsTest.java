package dev.holdfast.gateway.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.config.PoolConfig;
import dev.holdfast.epoch.LoopRoutes.Answer;
import dev.holdfast.words.Overflow;
import dev.holdfast.words.Refusal;
import dev.holdfast.words.Scope;
import dev.holdfast.words.ServerName;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who waits for a permit, whose turn it is, and faults that must not keep one. */
class WalkPermitsTest extends WalkScene {
  @Test
  void aFullQueueTakesAPlaceFromTheSourceThatHasMost() throws Exception {
    gateway.limits = limits(null, null, 3, 20_000);
    gateway.admission.limit(SERVER_1, 0);
    start();
    End first = client();
    client();
    End newest = client();
    Wait.until("three wait", () -> gateway.admission.waiting() == 3);
    End other = opened(End.connect(gateway.address(), "127.0.0.9"));
    assertThat(newest.last()).isEqualTo("RESET");
    assertThat(gateway.counts().denied()).containsEntry(Refusal.QUEUE_FULL, 1L);
    Wait.until("the other one waits", () -> gateway.admission.waiting() == 3);
    refused(Refusal.QUEUE_FULL); // it has two of three
    gateway.admission.limit(SERVER_1, 10);
    for (int i = 0; i < 3; i++) {
      accepted(app1);
    }
    assertThat(first.socket.isConnected() && other.socket.isConnected()).isTrue();
    assertThat(java.util.Arrays.stream(gateway.counts().waits().counts()).sum()).isEqualTo(4);
  }

  @Test
  void aPoolMayAllowFewerToWait() throws Exception {
    gateway.queue = new PoolConfig.Queue(1, Duration.ofMillis(300));
    gateway.admission.limit(SERVER_1, 0);
    start();
    End waits = client();
    Wait.until("it waits", () -> gateway.admission.waiting() == 1);
    refused(Refusal.QUEUE_FULL);
    assertThat(waits.last()).isEqualTo("RESET");
    ended("sQ");
    gateway.queue = new PoolConfig.Queue(0, null);
    Gateway.await(gateway.path.apply(gateway.config()));
    refused(Refusal.SERVER_LIMIT);
  }

  @Test
  void refusesByTheScopeThatIsFull() throws Exception {
    gateway.overflow = Overflow.REFUSE;
    start();
    served();
    for (Scope scope :
        List.of(SERVER_1, Scope.of(Gateway.POOL), Scope.of(Gateway.LISTENER), Scope.CLUSTER)) {
      gateway.admission.limit(scope, 1);
      refused(
          switch (scope.text().charAt(0)) {
            case 's' -> Refusal.SERVER_LIMIT;
            case 'p' -> Refusal.POOL_LIMIT;
            case 'l' -> Refusal.LISTENER_LIMIT;
            default -> Refusal.CLUSTER_LIMIT;
          });
      gateway.admission.limit(scope, null);
    }
  }

  @Test
  void refusesWhileItIsCutOff() throws Exception {
    gateway.routes.answers = source -> new Answer.Closed();
    gateway.admission.cutOff();
    start();
    refused(Refusal.CUT_OFF);
  }

  @Test
  void refusesWhereThePoolHasNoServer() throws Exception {
    gateway.routes.answers = source -> new Answer.Unserved(null);
    start();
    refused(Refusal.NO_SERVER);
    ended("DQ");
  }

  @Test
  void waitsForAPermitAndGetsItWhenOneIsFree() throws Exception {
    gateway.admission.limit(Scope.of(Gateway.LISTENER), 1);
    start();
    End first = served();
    End second = client().send(10, 5);
    Wait.until("it waits", () -> gateway.admission.waiting() == 1);
    first.reset();
    accepted(app1).expect(10, 5);
    assertThat(gateway.admission.most(Scope.of(Gateway.LISTENER))).isEqualTo(1);
    assertThat(second.socket.isConnected()).isTrue();
  }

  @Test
  void refusesWhenTheQueueIsFullOrTakesTooLong() throws Exception {
    gateway.limits = limits(null, null, 1, 300);
    gateway.admission.limit(SERVER_1, 1);
    start();
    served();
    End waits = client();
    Wait.until("it waits", () -> gateway.admission.waiting() == 1);
    refused(Refusal.QUEUE_FULL);
    assertThat(waits.last()).isEqualTo("RESET");
    assertThat(gateway.counts().denied()).containsEntry(Refusal.QUEUE_TIMEOUT, 1L);
    ended("sQ");
  }

  @Test
  void leavesTheQueueWhenTheClientGoesAway() throws Exception {
    gateway.admission.limit(SERVER_1, 1);
    start();
    served();
    End resets = client();
    End closes = client();
    End resetsAfterBytes = client().send(100_000, 1);
    Wait.until("they wait", () -> gateway.admission.waiting() == 3);
    resets.reset();
    Wait.until("one left", () -> gateway.admission.waiting() == 2);
    closes.close();
    Wait.until("two left", () -> gateway.admission.waiting() == 1);
    resetsAfterBytes.reset();
    Wait.until("all left", () -> gateway.admission.waiting() == 0);
    ended("CQ");
  }

  @Test
  void asksTheRouteAgainWhenItsPermitsCome() throws Exception {
    gateway.admission.limit(SERVER_1, 1);
    start();
    End first = served();
    client().send(10, 5);
    Wait.until("it waits", () -> gateway.admission.waiting() == 1);
    gateway.routes.answers = source -> FixedRoutes.to("app-2");
    first.reset();
    accepted(app2).expect(10, 5);
    Wait.until("given back", () -> gateway.admission.held(SERVER_1) == 0);
    assertThat(gateway.admission.held(SERVER_2)).isEqualTo(1);
  }

  @Test
  void spillsWhenItsServerIsFull() throws Exception {
    gateway.overflow = Overflow.SPILL;
    gateway.admission.limit(SERVER_1, 1);
    start();
    served();
    divertTo("app-2");
    client().send(10, 5);
    accepted(app2).expect(10, 5);
  }

  @Test
  void waitsForItsOwnServerWhenTheNextChoiceIsFullToo() throws Exception {
    gateway.overflow = Overflow.SPILL;
    gateway.admission.limit(SERVER_1, 1);
    gateway.admission.limit(SERVER_2, 1);
    start();
    End first = served();
    divertTo("app-2");
    client().send(10, 5);
    accepted(app2).expect(10, 5);
    client().send(20, 5);
    Wait.until("it waits", () -> gateway.admission.waiting() == 1);
    first.reset(); // of the server that the source has left
    assertThat(gateway.admission.waiting()).isEqualTo(1);
    gateway.admission.limit(SERVER_2, 2);
    accepted(app2).expect(20, 5);
  }

  @Test
  void refusesByTheServersLimitWhenThereIsNowhereToSpillAndNobodyMayWait() throws Exception {
    gateway.overflow = Overflow.SPILL;
    gateway.queue = new PoolConfig.Queue(0, null);
    gateway.admission.limit(SERVER_1, 0);
    start();
    refused(Refusal.SERVER_LIMIT);
  }

  @Test
  void leavesTheLineOfAServerThatIsNotItsOwnAnyMore() throws Exception {
    gateway.admission.limit(SERVER_1, 1);
    start();
    served(); // stays
    client().send(10, 5);
    Wait.until("it waits", () -> gateway.admission.waiting() == 1);
    gateway.path.loops().get(0).execute(gateway.routes.letGo); // nothing moved
    gateway.routes.answers = source -> FixedRoutes.to("app-2");
    gateway.path.loops().get(0).execute(gateway.routes.letGo);
    accepted(app2).expect(10, 5);
    assertThat(gateway.admission.waiting()).isZero();
    assertThat(gateway.admission.held(SERVER_1)).isEqualTo(1);
  }

  @Test
  void aFaultOfTheRoutesEndsThatSessionOnly() throws Exception {
    gateway.routes.answers = failing();
    start();
    resets(1);
    gateway.routes.answers = source -> new Answer.Unserved(new ServerName("app-1"));
    gateway.routes.diversions =
        (source, server) -> {
          throw new IllegalStateException("of the test");
        };
    resets(2);
    gateway.routes.answers = source -> FixedRoutes.to("app-1");
    served();
  }

  @Test
  void aFaultWhenItsPermitsComeGivesThemBack() throws Exception {
    gateway.admission.limit(SERVER_1, 1);
    start();
    End first = served();
    End second = client();
    Wait.until("it waits", () -> gateway.admission.waiting() == 1);
    gateway.routes.answers = failing();
    first.reset();
    assertThat(second.last()).isEqualTo("RESET");
    Wait.until("given back", () -> gateway.admission.held(SERVER_1) == 0);
    gateway.routes.answers = source -> FixedRoutes.to("app-1");
    served();
  }

  @Test
  void aFaultAtTheNextChoiceGivesPermitsBack() throws Exception {
    app1.close();
    divertTo("app-2");
    gateway.routes.diversions =
        (source, unusable) -> {
          gateway.routes.answers = failing();
          return Future.succeededFuture();
        };
    start();
    resets(1);
    Wait.until("given back", () -> gateway.admission.heldInAll() == 0);
  }

  private static java.util.function.Function<dev.holdfast.words.Source, Answer> failing() {
    return source -> {
      throw new IllegalStateException("of the test");
    };
  }

  private void resets(long faults) throws IOException {
    assertThat(End.howRefused(gateway.address())).isEqualTo("RESET");
    Wait.until(
        faults + " faults in " + gateway.counts().ended(),
        () ->
            gateway.counts().ended().values().stream().mapToLong(Long::longValue).sum() == faults);
    assertThat(gateway.counts().ended().keySet()).allMatch(letters -> letters.startsWith("I"));
  }
}
