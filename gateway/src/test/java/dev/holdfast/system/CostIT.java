package dev.holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What sessions cost the cluster: nothing on their walk, and little near a limit. */
class CostIT {
  private static final int LIMIT = 10_000;
  private static final int HELD = 9_000;
  private static final int VISITS = 12_000;

  @Test
  void sessionsAtNinetyPercentOfALimitCallTheLedgerAlmostNeverAndNothingElse() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed=" + seed);
    try (NamedServers servers = new NamedServers("app-1", "app-2", "app-3");
        GatewayCluster cluster =
            GatewayCluster.start(
                3,
                "",
                GatewayCluster.chat(LIMIT, "check: { type: none }"),
                servers,
                "app-1",
                "app-2",
                "app-3");
        Crowd crowd = new Crowd();
        Crowd visitors = new Crowd(16)) {
      Random random = new Random(seed);
      int[] node = random.ints(HELD + VISITS, 0, 20).map(CostIT::skewed).toArray();
      AtomicInteger refused = new AtomicInteger();
      crowd.each(
          HELD,
          i -> {
            if (!crowd.open(Crowd.source(i), cluster.nodes.get(node[i]).listener, 10_000)) {
              refused.incrementAndGet();
            }
          });
      assertThat(refused).hasValue(0);
      double idle = callsASecond(cluster);
      double ledgerBefore = sum(cluster, "holdfast_ledger_operations_total", "");
      double otherBefore = otherCalls(cluster);
      long begin = System.nanoTime();
      visitors.each(
          VISITS,
          i -> {
            int number = HELD + i;
            try (Client visit =
                Client.open(
                    Crowd.source(100_000 + i), cluster.nodes.get(node[number]).listener, 10_000)) {
              assertThat(visit.server()).startsWith("app-");
            }
          });
      double seconds = (System.nanoTime() - begin) / 1e9;
      double ledger = sum(cluster, "holdfast_ledger_operations_total", "") - ledgerBefore;
      double other = otherCalls(cluster) - otherBefore;
      System.out.printf(
          "%d admissions at 90 %% of %d in %.1f s: %.0f ledger operations (%.5f each);"
              + " other store calls %.1f/s, when idle %.1f/s%n",
          VISITS, LIMIT, seconds, ledger, ledger / VISITS, other / seconds, idle);
      assertThat(ledger / VISITS).isLessThanOrEqualTo(0.003);
      assertThat(other).isLessThan(idle * seconds * 2 + 60); // the clock's calls, not the sessions'
      assertThat(servers.most()).isLessThanOrEqualTo(LIMIT);
    }
  }

  /** 70/15/15. */
  private static int skewed(int twentieth) {
    return twentieth < 14 ? 0 : twentieth < 17 ? 1 : 2;
  }

  private static double callsASecond(GatewayCluster cluster) throws Exception {
    double before = otherCalls(cluster);
    long begin = System.nanoTime();
    long end = begin + Duration.ofSeconds(5).toNanos();
    Await.until("five seconds passed", Duration.ofSeconds(10), () -> System.nanoTime() > end);
    return (otherCalls(cluster) - before) / ((System.nanoTime() - begin) / 1e9);
  }

  private static double otherCalls(GatewayCluster cluster) throws Exception {
    return sum(cluster, "holdfast_store_calls_total", "")
        - sum(cluster, "holdfast_store_calls_total", "table=\"ledger");
  }

  private static double sum(GatewayCluster cluster, String name, String labels) throws Exception {
    double sum = 0;
    for (GatewayCluster.Node node : List.copyOf(cluster.nodes)) {
      sum += node.metric(name, labels);
    }
    return sum;
  }
}
