package dev.holdfast.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.words.ListenerName;
import dev.holdfast.words.OnPartition;
import dev.holdfast.words.Scope;
import dev.holdfast.words.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** More clients than the limit come at once, most of them to one node, and wait but a while. */
class LedgerRushTest {
  private static final Source SOURCE = Source.parse("127.0.0.9");
  private static final Scope CHAT = Scope.of(new ListenerName("chat"));
  private static final int LIMIT = 300;
  private static final Duration STEP = Duration.ofMillis(5);
  private static final int STEPS_OF_PATIENCE = 600; // 3 s

  /** A client that waits for at most three seconds. */
  private static final class Client {
    private final Admission.Waiter waiter;
    private final int leavesAt;
    private boolean served;

    Client(LedgerCluster.Node node, List<Permits> permits, int step) {
      leavesAt = step + STEPS_OF_PATIENCE;
      if (node.ledger.take(permits) == null) {
        served = true;
        waiter = null;
      } else {
        waiter = node.ledger.await(SOURCE, permits, node.loop, () -> served = true);
      }
    }

    boolean isDone(int step) {
      return served || (step >= leavesAt && waiter.leave());
    }
  }

  @Test
  void noPermitStaysIdleWhereNobodyNeedsItWhileOthersWait() {
    each((seed, policy) -> new Rush(seed, policy, 0, 900).run(Duration.ofMillis(600)));
    each((seed, policy) -> new Rush(seed, policy, 0, 200).run(Duration.ofMillis(600)));
  }

  @Test
  void lostAnswersAndHintsCostSecondsButNoPermit() {
    each((seed, policy) -> new Rush(seed, policy, 0.05, 900).run(Duration.ofSeconds(3)));
    each((seed, policy) -> new Rush(seed, policy, 0.05, 100).run(Duration.ofSeconds(3)));
  }

  private static void each(BiConsumer<Long, OnPartition> rush) {
    long seed = Long.getLong("holdfast.seed", 1);
    for (long count = Long.getLong("holdfast.seeds", 2); count > 0; count--, seed++) {
      for (OnPartition policy : OnPartition.values()) {
        rush.accept(seed, policy);
      }
    }
  }

  /** 900 clients, 64 at a time; those after the first few go to one node only. */
  private static final class Rush {
    private final Random random;
    private final int spread;
    private final String title;
    private final LedgerCluster cluster;
    private final SlowStore store;
    private final List<Client> open = new ArrayList<>();
    private int came;

    Rush(long seed, OnPartition policy, double lost, int spread) {
      this.spread = spread;
      random = new Random(seed);
      title = "seed " + seed + " " + policy + " lost " + lost + " spread " + spread;
      cluster = new LedgerCluster(policy, 3, Map.of(CHAT, LIMIT));
      store = new SlowStore(cluster.cloud, random, 5, 50);
      for (int step = 0; step < 400; step++) {
        pass();
      }
      store.lost = lost;
    }

    private void pass() {
      store.pass(cluster.node(0).loop.nanos());
      cluster.pass(STEP);
      assertThat(cluster.held(CHAT)).as(title).isLessThanOrEqualTo(LIMIT);
    }

    void run(Duration mostIdle) {
      int idle = 0;
      int most = 0;
      for (int step = 0; came < 900 || !open.isEmpty(); step++) {
        while (came < 900 && open.size() < 64) {
          LedgerCluster.Node node = cluster.node(pick());
          open.add(new Client(node, node.permits(CHAT), step));
          came++;
        }
        pass();
        int now = step;
        open.removeIf(client -> client.isDone(now));
        boolean starves = cluster.held(CHAT) < LIMIT && open.size() > 32;
        idle = starves ? idle + 1 : 0;
        most = Math.max(most, idle);
      }
      System.out.println(title + " idle at most ms=" + most * STEP.toMillis());
      assertThat(cluster.held(CHAT)).as(title).isEqualTo(LIMIT);
      assertThat(STEP.multipliedBy(most)).as(title).isLessThanOrEqualTo(mostIdle);
    }

    private int pick() {
      double pick = random.nextDouble();
      return came > spread || pick < 0.7 ? 0 : pick < 0.85 ? 1 : 2;
    }
  }
}
