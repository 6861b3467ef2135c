package dev.holdfast.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.ledger.LedgerCluster.Clients;
import dev.holdfast.ledger.LedgerCluster.Node;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.OnPartition;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Scope;
import dev.holdfast.words.ServerName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What becomes of permits when nodes vanish, stop, are cut off and return; when limits change. */
class LedgerPolicyTest {
  private static final Scope CHAT = Scope.of(new ListenerName("chat"));
  private static final Scope POOL = Scope.of(new PoolName("chat"));
  private static final Scope SERVER = Scope.of(new PoolName("chat"), new ServerName("app-1"));
  private static final Duration SECOND = Duration.ofSeconds(1);

  private static LedgerCluster of(OnPartition policy, int limit) {
    LedgerCluster cluster = new LedgerCluster(policy, 3, Map.of(CHAT, limit));
    cluster.pass(SECOND.multipliedBy(2));
    return cluster;
  }

  private static void arrive(Clients clients, int count, Scope... scopes) {
    for (int i = 0; i < count; i++) {
      clients.arrive(scopes);
    }
  }

  @Test
  void permitsOfANodeProvenGoneAreLentToOthersAtOnce() {
    for (OnPartition policy : OnPartition.values()) {
      LedgerCluster cluster = of(policy, 300);
      List<Clients> clients = cluster.clients();
      arrive(clients.get(0), 250, CHAT);
      cluster.pass(SECOND);
      arrive(clients.get(1), 200, CHAT);
      arrive(clients.get(2), 200, CHAT);
      cluster.pass(SECOND);
      int survivors = clients.get(1).sessions.size() + clients.get(2).sessions.size();
      assertThat(clients.get(0).sessions).hasSize(250);
      assertThat(survivors).isEqualTo(50);
      cluster.kill(cluster.node(0));
      cluster.meet(cluster.alive());
      cluster.pass(SECOND);
      assertThat(cluster.held(CHAT)).isEqualTo(50);
      assertThat(cluster.granted(CHAT)).isEqualTo(50);
      cluster.proven(cluster.node(0));
      cluster.pass(SECOND);
      assertThat(cluster.held(CHAT)).isEqualTo(300);
    }
  }

  @Test
  void strictReservesWhatASilentNodeHoldsUntilItIsForgotten() {
    LedgerCluster cluster = of(OnPartition.STRICT, 300);
    List<Clients> clients = cluster.clients();
    arrive(clients.get(0), 200, CHAT);
    arrive(clients.get(1), 300, CHAT);
    cluster.pass(SECOND);
    cluster.meet(List.of(cluster.node(1), cluster.node(2)));
    cluster.meet(List.of(cluster.node(0)));
    cluster.pass(SECOND.multipliedBy(30));
    assertThat(cluster.held(CHAT)).isEqualTo(300);
    Node cut = cluster.node(0);
    assertThat(cut.ledger.admits()).isFalse();
    clients.get(0).end();
    assertThat(cut.ledger.take(cut.permits(CHAT))).isEqualTo(CHAT);

    cluster.kill(cut);
    cluster.forgotten.add(cut);
    cluster.proven(cut);
    cluster.pass(SECOND.multipliedBy(2));
    assertThat(cluster.held(CHAT)).isEqualTo(300);
  }

  @Test
  void aLoneSurvivorCarriesEverything() {
    for (OnPartition policy : OnPartition.values()) {
      LedgerCluster cluster = of(policy, 300);
      List<Clients> clients = cluster.clients();
      clients.forEach(c -> arrive(c, 100, CHAT));
      cluster.pass(SECOND);
      assertThat(cluster.held(CHAT)).isEqualTo(300);
      arrive(clients.get(2), 300, CHAT);
      cluster.kill(cluster.node(0));
      cluster.kill(cluster.node(1));
      cluster.proven(cluster.node(0), cluster.node(1));
      cluster.pass(SECOND);
      if (policy == OnPartition.STRICT) {
        assertThat(cluster.held(CHAT)).isEqualTo(100);
        cluster.pass(SECOND.multipliedBy(20));
        assertThat(cluster.held(CHAT)).isEqualTo(100);
        cluster.forgotten.addAll(List.of(cluster.node(0), cluster.node(1)));
        cluster.meet(cluster.alive());
        cluster.pass(SECOND);
      }
      assertThat(cluster.held(CHAT))
          .as(policy + " " + cluster.node(2).ledger.statuses() + cluster.row(CHAT))
          .isEqualTo(300);
    }
  }

  @Test
  void theFirstNodeOfANewClusterAdmitsItsPartAfterOneLease() {
    LedgerCluster cluster = new LedgerCluster(OnPartition.AVAILABLE, 3, Map.of(CHAT, 300));
    cluster.forgotten.addAll(List.of(cluster.node(1), cluster.node(2)));
    Node first = cluster.node(0);
    Ledger alone =
        new Ledger(
            first.id,
            first.loop,
            cluster.cloud.join(first.id, first.loop),
            cluster.cloud.owner(first.id),
            () -> 5);
    alone.start();
    alone.configure(
        new ScopeLimits(1, OnPartition.AVAILABLE, LedgerCluster.LEASE, 3, Map.of(CHAT, 300)));
    alone.contact(
        new dev.holdfast.members.Contact(
            first.id, Map.of(first.id.name(), 1L), Set.of(first.id), Map.of(), false, false, 0));
    first.loop.pass(SECOND.multipliedBy(9));
    assertThat(alone.permits(CHAT).granted()).isZero();
    first.loop.pass(SECOND.multipliedBy(2));
    assertThat(alone.permits(CHAT).granted()).isEqualTo(100);
  }

  @Test
  void availableKeepsAdmittingOnBothSidesWithinTheBoundAndComesBackBelowTheLimit() {
    LedgerCluster cluster = of(OnPartition.AVAILABLE, 300);
    List<Clients> clients = cluster.clients();
    clients.forEach(c -> arrive(c, 60, CHAT));
    cluster.pass(SECOND.multipliedBy(2));
    Node cut = cluster.node(0);
    cluster.meet(List.of(cluster.node(1), cluster.node(2)));
    cluster.meet(List.of(cut));
    int before = cut.granted(CHAT);
    cluster.pass(SECOND.multipliedBy(6));
    int allowance = cut.granted(CHAT);
    assertThat(allowance).isBetween(before, before + 40);
    clients.forEach(c -> arrive(c, 400, CHAT));
    cluster.pass(SECOND.multipliedBy(5));
    int near = cluster.node(1).held(CHAT) + cluster.node(2).held(CHAT);
    assertThat(near).isEqualTo(300);
    assertThat(cut.held(CHAT)).isEqualTo(allowance);
    System.out.println("available: held near " + near + ", cut off " + allowance);

    cluster.meet(cluster.nodes);
    cluster.pass(SECOND.multipliedBy(2));
    int most = cluster.held(CHAT);
    assertThat(cluster.node(1).ledger.excess()).isEqualTo(allowance);
    for (int i = 0; i < allowance; i++) {
      clients.get(i % 3).end();
      cluster.pass(Duration.ofMillis(20));
      assertThat(cluster.held(CHAT)).isEqualTo(most - i - 1);
    }
    cluster.pass(SECOND.multipliedBy(2));
    assertThat(cluster.held(CHAT)).isEqualTo(300);
    assertThat(cluster.node(1).ledger.excess()).isZero();
    clients.get(1).end();
    cluster.pass(SECOND.multipliedBy(2));
    assertThat(cluster.held(CHAT)).isEqualTo(300);
  }

  @Test
  void threeCutOffFromEachOtherStayWithinTheLimit() {
    LedgerCluster cluster = of(OnPartition.AVAILABLE, 300);
    List<Clients> clients = cluster.clients();
    cluster.pass(SECOND.multipliedBy(31));
    cluster.nodes.forEach(node -> cluster.meet(List.of(node)));
    cluster.pass(SECOND.multipliedBy(12));
    clients.forEach(c -> arrive(c, 400, CHAT));
    cluster.pass(SECOND.multipliedBy(2));
    assertThat(cluster.held(CHAT)).isBetween(280, 300);
    cluster.meet(cluster.nodes);
    cluster.pass(SECOND.multipliedBy(3));
    assertThat(cluster.held(CHAT)).isEqualTo(300);
  }

  @Test
  void aProcessThatWasStoppedNoticesBeforeItAdmits() {
    for (OnPartition policy : OnPartition.values()) {
      LedgerCluster cluster = of(policy, 300);
      List<Clients> clients = cluster.clients();
      arrive(clients.get(0), 5, CHAT);
      cluster.pass(SECOND);
      Node stopped = cluster.node(0);
      stopped.frozen = true;
      cluster.pass(SECOND.multipliedBy(2));
      List<Node> others = List.of(cluster.node(1), cluster.node(2));
      cluster.meet(others);
      arrive(clients.get(1), 400, CHAT);
      cluster.pass(SECOND.multipliedBy(30));
      int reserved = policy == OnPartition.STRICT ? stopped.granted(CHAT) : 0;
      assertThat(clients.get(1).sessions).hasSize(300 - reserved);

      assertThat(stopped.granted(CHAT)).isGreaterThan(5);
      assertThat(stopped.ledger.take(stopped.permits(CHAT))).isEqualTo(CHAT);
      stopped.frozen = false;
      cluster.meet(cluster.nodes);
      cluster.pass(SECOND);
      clients.get(0).arrive(CHAT);
      cluster.pass(SECOND);
      int excess = policy == OnPartition.STRICT ? 0 : 5;
      assertThat(cluster.held(CHAT)).isEqualTo(300 + excess);
      for (int i = 0; i < 20; i++) {
        clients.get(1).end();
        cluster.pass(Duration.ofMillis(300));
      }
      assertThat(cluster.held(CHAT)).isEqualTo(300);
    }
  }

  @Test
  void aLivingNodeThatWasForgottenAdmitsNobodyNew() {
    LedgerCluster cluster = of(OnPartition.STRICT, 300);
    Node forgotten = cluster.node(0);
    Clients clients = cluster.clients().get(0);
    arrive(clients, 5, CHAT);
    cluster.gone.put(forgotten.id.name(), forgotten.id.incarnation());
    cluster.meet(cluster.nodes);
    cluster.pass(SECOND.multipliedBy(2));
    assertThat(forgotten.granted(CHAT)).isEqualTo(5);
    assertThat(forgotten.ledger.take(forgotten.permits(CHAT))).isEqualTo(CHAT);
    clients.end();
    cluster.pass(SECOND);
    assertThat(forgotten.ledger.take(forgotten.permits(CHAT))).isEqualTo(CHAT);
  }

  @Test
  void loweringALimitEndsNoSessionAndAdmitsNobodyAboveIt() {
    LedgerCluster cluster = of(OnPartition.STRICT, 300);
    List<Clients> clients = cluster.clients();
    clients.forEach(c -> arrive(c, 80, CHAT));
    cluster.pass(SECOND);
    cluster.configure(2, Map.of(CHAT, 100));
    cluster.pass(SECOND.multipliedBy(2));
    assertThat(cluster.held(CHAT)).isEqualTo(240);
    assertThat(cluster.granted(CHAT)).isEqualTo(240);
    assertThat(cluster.node(0).ledger.excess()).isEqualTo(140);
    clients.forEach(c -> arrive(c, 50, CHAT));
    for (int i = 0; i < 140; i++) {
      clients.get(i % 3).end();
      cluster.pass(Duration.ofMillis(50));
      assertThat(cluster.held(CHAT)).isEqualTo(239 - i);
    }
    cluster.pass(SECOND.multipliedBy(2));
    clients.get(0).end();
    cluster.pass(SECOND.multipliedBy(2));
    assertThat(cluster.held(CHAT)).isEqualTo(100);
    cluster.configure(1, Map.of(CHAT, 50));
    cluster.configure(3, Map.of(CHAT, 120));
    cluster.pass(SECOND.multipliedBy(2));
    assertThat(cluster.held(CHAT)).isEqualTo(120);
  }

  @Test
  void aLimitMayGoAndComeWhileSessionsLive() {
    LedgerCluster cluster = of(OnPartition.STRICT, 30);
    List<Clients> clients = cluster.clients();
    clients.forEach(c -> arrive(c, 20, CHAT));
    cluster.pass(SECOND.multipliedBy(2));
    assertThat(cluster.held(CHAT)).isEqualTo(30);
    cluster.configure(2, Map.of());
    cluster.pass(SECOND);
    assertThat(cluster.held(CHAT)).isEqualTo(60);
    clients.forEach(c -> arrive(c, 20, CHAT));
    assertThat(cluster.held(CHAT)).isEqualTo(120);
    cluster.configure(3, Map.of(CHAT, 40));
    cluster.pass(SECOND.multipliedBy(3));
    assertThat(cluster.held(CHAT)).isEqualTo(120);
    assertThat(cluster.granted(CHAT)).isEqualTo(120);
    assertThat(cluster.row(CHAT).complete()).isTrue();
    assertThat(cluster.node(0).ledger.excess()).isEqualTo(80);
    clients.forEach(Clients::endAll);
    cluster.pass(SECOND.multipliedBy(3));
    clients.forEach(c -> arrive(c, 40, CHAT));
    cluster.pass(SECOND.multipliedBy(3));
    assertThat(cluster.held(CHAT)).isEqualTo(40);
  }

  @Test
  void rowsThatAreLostAreCountedAgain() {
    LedgerCluster cluster = of(OnPartition.STRICT, 300);
    List<Clients> clients = cluster.clients();
    clients.forEach(c -> arrive(c, 60, CHAT));
    cluster.pass(SECOND);
    cluster.cloud.lose(LedgerRow.TABLE);
    arrive(clients.get(0), 300, CHAT);
    cluster.pass(SECOND.multipliedBy(2));
    assertThat(cluster.held(CHAT)).isEqualTo(300);
    cluster.cloud.forgetOwner();
    clients.get(1).end();
    cluster.pass(SECOND.multipliedBy(3));
    assertThat(cluster.held(CHAT)).isEqualTo(300);
  }

  @Test
  void someoneIsAlwaysAdmittedThroughTwoScopesOfOnePermit() {
    LedgerCluster cluster = new LedgerCluster(OnPartition.STRICT, 2, Map.of(SERVER, 1, POOL, 1));
    cluster.pass(SECOND.multipliedBy(2));
    List<Clients> clients = cluster.clients();
    clients.forEach(c -> arrive(c, 5, SERVER, POOL));
    int sessions = Integer.getInteger("holdfast.nested", 10_000);
    long idle = 0;
    int[] served = new int[2];
    for (int done = 0; done < sessions; ) {
      boolean ended = false;
      for (int i = 0; i < 2; i++) {
        Clients c = clients.get(i);
        if (!c.sessions.isEmpty()) {
          c.end();
          c.arrive(SERVER, POOL);
          served[i]++;
          done++;
          ended = true;
        }
      }
      idle = ended ? 0 : idle + 1;
      assertThat(idle).as("steps of 5 ms without a session, after " + done).isLessThan(1000);
      assertThat(cluster.held(SERVER)).isLessThanOrEqualTo(1);
      cluster.pass(Duration.ofMillis(5));
    }
    long ms = cluster.node(0).loop.nanos() / 1_000_000;
    assertThat(ms / sessions).as("ms from one session to the next").isLessThanOrEqualTo(120);
    System.out.println(
        "nested: served "
            + served[0]
            + " and "
            + served[1]
            + ", operations "
            + cluster.operations()
            + " in ms "
            + ms);
    assertThat(served[0]).isGreaterThan(sessions / 10);
    assertThat(served[1]).isGreaterThan(sessions / 10);
    clients.forEach(c -> c.waiting.forEach(Admission.Waiter::leave));
    cluster.pass(SECOND);
    clients.forEach(Clients::endAll);
    cluster.pass(SECOND.multipliedBy(2));
    assertThat(cluster.row(POOL).line()).isEmpty();
    assertThat(cluster.held(POOL)).isZero();
  }

  @Test
  void aNewcomerDoesNotOvertakeTheLineAndWhoLeavesHoldsNothing() {
    LedgerCluster cluster = new LedgerCluster(OnPartition.STRICT, 1, Map.of(CHAT, 1));
    cluster.pass(SECOND);
    Node node = cluster.node(0);
    Clients clients = cluster.clients().get(0);
    clients.arrive(CHAT);
    clients.arrive(CHAT);
    assertThat(clients.waiting).hasSize(1);
    node.ledger.release(clients.sessions.remove());
    assertThat(node.ledger.take(node.permits(CHAT))).isEqualTo(CHAT);
    cluster.pass(SECOND);
    assertThat(clients.sessions).hasSize(1);
    assertThat(clients.waiting.get(0).leave()).isFalse();
    clients.arrive(CHAT);
    assertThat(clients.waiting.get(1).leave()).isTrue();
    clients.end();
    cluster.pass(SECOND);
    assertThat(node.held(CHAT)).isZero();
    assertThat(node.ledger.take(node.permits(CHAT))).isNull();
  }
}
