package dev.holdfast.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.words.ListenerName;
import dev.holdfast.words.OnPartition;
import dev.holdfast.words.Scope;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The whole ledger of several nodes on a manual clock. */
class LedgerTest {
  private static final Scope CHAT = Scope.of(new ListenerName("chat"));

  @Test
  void allOfASmallLimitIsUsableAlthoughOneNodeGetsMost() {
    for (OnPartition policy : OnPartition.values()) {
      LedgerCluster cluster = new LedgerCluster(policy, 3, Map.of(CHAT, 300));
      List<LedgerCluster.Clients> clients = cluster.clients();
      cluster.pass(Duration.ofSeconds(2));
      int[] shares = {630, 135, 135};
      for (int i = 0; i < 3; i++) {
        for (int k = 0; k < shares[i]; k++) {
          clients.get(i).arrive(CHAT);
        }
      }
      cluster.pass(Duration.ofSeconds(1));
      assertThat(cluster.held(CHAT)).isEqualTo(300);
      assertThat(cluster.row(CHAT).entries().values().stream().mapToInt(e -> e.granted()).sum())
          .isEqualTo(300);
      System.out.println(
          policy
              + " held "
              + cluster.nodes.stream().map(n -> n.held(CHAT)).toList()
              + " operations "
              + cluster.operations());

      for (int round = 0; round < 60; round++) {
        LedgerCluster.Clients most = clients.get(round % 3);
        if (!most.sessions.isEmpty()) {
          most.end();
        }
        cluster.pass(Duration.ofMillis(250));
        assertThat(cluster.held(CHAT)).as("round " + round).isEqualTo(300);
      }
      System.out.println(
          "after 60 ends "
              + cluster.nodes.stream().map(n -> n.held(CHAT)).toList()
              + " operations "
              + cluster.operations());
      clients.forEach(c -> c.waiting.forEach(Admission.Waiter::leave));
      cluster.pass(Duration.ofSeconds(1));
      clients.forEach(LedgerCluster.Clients::endAll);
      cluster.pass(Duration.ofSeconds(3));
      assertThat(cluster.held(CHAT)).isZero();
      LedgerRow row = cluster.row(CHAT);
      assertThat(row.line()).isEmpty();
      assertThat(cluster.granted(CHAT)).isLessThanOrEqualTo(60);
    }
  }

  @Test
  void aFullScopeThatNobodyWaitsForIsAskedForOnceASecond() {
    LedgerCluster cluster = new LedgerCluster(OnPartition.STRICT, 3, Map.of(CHAT, 300));
    List<LedgerCluster.Clients> clients = cluster.clients();
    for (int i = 0; i < 300; i++) {
      clients.get(i % 3).arrive(CHAT);
    }
    cluster.pass(Duration.ofSeconds(3));
    assertThat(cluster.held(CHAT)).isEqualTo(300);
    long before = cluster.operations();
    cluster.pass(Duration.ofSeconds(10));
    assertThat(cluster.operations() - before).isLessThanOrEqualTo(33);
    before = cluster.operations();
    for (int i = 0; i < 5_000; i++) {
      LedgerCluster.Node node = cluster.node(i % 3);
      assertThat(node.ledger.take(node.permits(CHAT))).isEqualTo(CHAT);
      if (i % 5 == 0) {
        cluster.pass(Duration.ofMillis(10));
      }
    }
    System.out.println("5,000 refused in 10 s: operations " + (cluster.operations() - before));
    assertThat(cluster.operations() - before).isLessThan(200);
  }

  @Test
  void fewOperationsAtNinetyPercentOfALargeLimit() {
    long seed = Long.getLong("holdfast.seed", 7);
    System.out.println("seed " + seed);
    LedgerCluster cluster = new LedgerCluster(OnPartition.AVAILABLE, 4, Map.of(CHAT, 10_000));
    Random random = new Random(seed);
    double[] shares = {0.7, 0.1, 0.1, 0.1};
    double perSecond = 0.9 * 10_000 / 60;
    record End(double at, int node) {}
    PriorityQueue<End> ends = new PriorityQueue<>((a, b) -> Double.compare(a.at(), b.at()));
    List<List<Permits>> scopes = cluster.nodes.stream().map(n -> n.permits(CHAT)).toList();
    double next = 0;
    long admitted = 0;
    long refused = 0;
    long operations = 0;
    int most = 0;
    for (double t = 0; t < 300; t += 0.01) {
      if (t < 180) {
        operations = cluster.operations();
        admitted = 0;
        refused = 0;
      }
      for (; next < t; next -= Math.log(1 - random.nextDouble()) / perSecond) {
        double pick = random.nextDouble();
        int node = pick < 0.7 ? 0 : 1 + (int) ((pick - 0.7) / 0.1000001);
        if (cluster.node(node).ledger.take(scopes.get(node)) == null) {
          admitted++;
          ends.add(new End(next - Math.log(1 - random.nextDouble()) * 60, node));
        } else {
          refused++;
        }
      }
      while (!ends.isEmpty() && ends.peek().at() < t) {
        int node = ends.remove().node();
        cluster.node(node).ledger.release(scopes.get(node));
      }
      cluster.pass(Duration.ofMillis(10));
      most = Math.max(most, cluster.held(CHAT));
    }
    double each = (double) (cluster.operations() - operations) / admitted;
    System.out.printf(
        "90 %% of 10,000: admitted %d, refused %d, %.5f operations per admission, most held %d, shares %s%n",
        admitted, refused, each, most, java.util.Arrays.toString(shares));
    assertThat(each).isLessThanOrEqualTo(0.003);
    assertThat(refused).isZero();
    assertThat(most).isLessThanOrEqualTo(10_000);
    assertThat(new HashMap<>(cluster.node(0).ledger.operations())).containsKey(CHAT);
  }
}
