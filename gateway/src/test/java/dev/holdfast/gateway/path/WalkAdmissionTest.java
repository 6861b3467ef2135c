package dev.holdfast.gateway.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.config.Cidr;
import dev.holdfast.config.ListenerConfig;
import dev.holdfast.words.Refusal;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is let in at once, who waits for the moment, who is refused: before any permit. */
class WalkAdmissionTest extends WalkScene {
  @Test
  void refusesWhoIsDenied() throws Exception {
    gateway.deny = List.of(Cidr.parse("127.0.0.0/8"));
    start();
    refused(Refusal.ACL);
    ended("PQ");
  }

  @Test
  void refusesByAnOrderlyCloseWhereItIsTold() throws Exception {
    gateway.deny = List.of(Cidr.parse("127.0.0.0/8"));
    gateway.refuse = ListenerConfig.Refuse.CLOSE;
    start();
    assertThat(client().last()).isEqualTo("FIN");
  }

  @Test
  void refusesMoreSessionsThanTheNodeHolds() throws Exception {
    gateway.maxSessions = 1;
    start();
    End first = served();
    refused(Refusal.NODE_LIMIT);
    first.reset();
    Wait.until("free again", () -> gateway.path.snapshot().current() == 0);
    served();
  }

  @Test
  void refusesMoreSessionsOfOneSource() throws Exception {
    gateway.limits = limits(1L, null, 10, 1000);
    start();
    served();
    refused(Refusal.SOURCE_LIMIT);
    opened(End.connect(gateway.address(), "127.0.0.9"));
    accepted(app1);
  }

  @Test
  void refusesASourceThatComesTooFast() throws Exception {
    gateway.limits = limits(null, 2L, 10, 1000);
    start();
    served();
    served();
    refused(Refusal.SOURCE_RATE);
  }

  private static ListenerConfig.Limits perNetwork(Long perSource, int ipv4Prefix) {
    return new ListenerConfig.Limits(
        null,
        perSource,
        null,
        new ListenerConfig.PerSource(ipv4Prefix, 64),
        null,
        10,
        Duration.ofSeconds(1));
  }

  private static ListenerConfig.Limits paced(Long newSessions, int queue) {
    return new ListenerConfig.Limits(
        null,
        null,
        null,
        ListenerConfig.PerSource.ADDRESS,
        newSessions,
        queue,
        Duration.ofSeconds(20));
  }

  @Test
  void countsANetworkAsOneSourceWhereItIsTold() throws Exception {
    gateway.limits = perNetwork(2L, 24);
    start();
    served();
    opened(End.connect(gateway.address(), "127.0.0.9"));
    accepted(app1);
    refused(Refusal.SOURCE_LIMIT);
    opened(End.connect(gateway.address(), "127.0.1.9"));
    accepted(app1);
  }

  @Test
  void countsWhoWasThereWhenALimitOfSourcesComesAndWhenItChanges() throws Exception {
    start();
    End first = served();
    served();
    gateway.limits = perNetwork(2L, 32);
    Gateway.await(gateway.path.apply(gateway.config()));
    refused(Refusal.SOURCE_LIMIT);
    gateway.limits = perNetwork(3L, 24);
    Gateway.await(gateway.path.apply(gateway.config()));
    opened(End.connect(gateway.address(), "127.0.0.9"));
    accepted(app1);
    refused(Refusal.SOURCE_LIMIT);
    first.reset();
    Wait.until("one less", () -> gateway.path.size() == 2);
    served();
    gateway.limits = limits(null, null, 10, 1000);
    Gateway.await(gateway.path.apply(gateway.config()));
    served();
  }

  /** So many clients at once are all served, one after the other. */
  private void servedEvenly(int clients, long leastMs) throws IOException {
    long began = System.nanoTime();
    for (int i = 0; i < clients; i++) {
      client();
    }
    for (int i = 0; i < clients; i++) {
      accepted(app1);
    }
    assertThat(System.nanoTime() - began).isGreaterThan(leastMs * 1_000_000L);
    Wait.until("nobody waits", () -> gateway.counts().queued() == 0);
  }

  @Test
  void whoComesFasterThanTheListenerLetsBeginWaits() throws Exception {
    gateway.limits = paced(20L, 100);
    start();
    servedEvenly(12, 400); // three at once, then one each 50 ms
  }

  @Test
  void whoComesFasterThanTheServerLetsBeginWaits() throws Exception {
    gateway.serverRate = 20L;
    start();
    servedEvenly(12, 400);
  }

  @Test
  void refusesWhoComesTooFastWhereNobodyMayWait() throws Exception {
    gateway.serverRate = 1L;
    gateway.limits = paced(null, 0);
    start();
    served();
    refused(Refusal.SERVER_RATE);
    gateway.limits = paced(1L, 0);
    Gateway.await(gateway.path.apply(gateway.config()));
    assertThat(End.howRefused(gateway.address())).isEqualTo("RESET"); // by either of the two
    refused(Refusal.LISTENER_RATE);
    ended("PQ");
  }

  @Test
  void whoGotPermitsTooFastGivesThemBackAndWaitsForItsMoment() throws Exception {
    gateway.serverRate = 5L;
    gateway.limits = paced(null, 100);
    start();
    gateway.admission.limit(SERVER_1, 0);
    for (int i = 0; i < 3; i++) {
      client();
    }
    Wait.until("they wait for permits", () -> gateway.admission.waiting() == 3);
    gateway.admission.limit(SERVER_1, 10);
    Wait.until("one was first", () -> gateway.counts().current() == 1);
    Wait.until("who waits holds nothing", () -> gateway.admission.held(SERVER_1) == 1);
    for (int i = 0; i < 3; i++) {
      accepted(app1);
    }
  }

  @Test
  void leavesTheLineOfAPaceWhenTheClientGoesAwayOrTheRouteMoves() throws Exception {
    gateway.serverRate = 1L;
    gateway.limits = paced(null, 100);
    start();
    served();
    End resets = client();
    client().send(10, 5);
    Wait.until("both wait", () -> gateway.counts().queued() == 2);
    resets.reset();
    Wait.until("one waits", () -> gateway.counts().queued() == 1);
    gateway.routes.answers = source -> FixedRoutes.to("app-2");
    gateway.path.loops().get(0).execute(gateway.routes.letGo);
    accepted(app2).expect(10, 5);
  }
}
