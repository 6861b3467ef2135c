package dev.holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One source that comes to all nodes at once, as fast as it is let in. */
@Tag("alone")
class SourceLimitIT {
  private static final int NODES = 4;
  private static final int LIMIT = 100;
  private static final int RATE = 20;
  private static final String SOURCE = "127.9.9.9";

  /** What a node admits of a source in a second: its bucket, and what is filled into it. */
  private static final int BOUND = LIMIT + (NODES - 1) * 2 * RATE;

  private static final String LISTENER =
      """
      listeners:
        - name: chat
          bind: 127.0.0.1:7000
          pool: chat
          limits: { sessions-per-source: %d, new-sessions-per-source: %d/s }
      pools:
        - name: chat
          check: { type: none }
          servers:
      %%servers
      """
          .formatted(LIMIT, RATE);

  @Test
  void aSourceSpreadOverFourNodesHasNoMoreThanTheBoundAndADeadNodesShareIsFree() throws Exception {
    try (NamedServers servers = new NamedServers("app-1");
        GatewayCluster cluster = GatewayCluster.start(NODES, "", LISTENER, servers, "app-1");
        Crowd crowd = new Crowd(NODES)) {
      AtomicBoolean enough = new AtomicBoolean();
      Thread offering = offer(crowd, cluster, enough);
      Await.until("it has its sessions", Duration.ofSeconds(20), () -> servers.current() >= LIMIT);
      int[] seen = {-1, 0};
      Await.until( // for three seconds nobody more was let in
          "all nodes know",
          Duration.ofSeconds(20),
          () -> {
            seen[1] = servers.current() == seen[0] ? seen[1] + 1 : 0;
            seen[0] = servers.current();
            LockSupport.parkNanos(100_000_000L);
            return seen[1] >= 30;
          });
      int most = servers.most();
      System.out.printf(
          "one source over %d nodes: %d sessions of %d, bound %d%n", NODES, most, LIMIT, BOUND);
      assertThat(most).isBetween(LIMIT, BOUND);
      enough.set(true);
      offering.join();
      aDeadNodesCountsAreGone(cluster, servers, crowd);
    }
  }

  /** One node alone admits exactly the limit, though another died with sessions of the source. */
  private static void aDeadNodesCountsAreGone(
      GatewayCluster cluster, NamedServers servers, Crowd crowd) throws Exception {
    GatewayCluster.Node dead = cluster.nodes.get(0);
    int its = (int) dead.metric("holdfast_listener_current_sessions", "");
    assertThat(its).isPositive();
    dead.signal("KILL");
    crowd.leave();
    Await.until("all sessions ended", Duration.ofSeconds(10), () -> servers.current() == 0);
    servers.resetMost();
    long killed = System.nanoTime();
    Await.until(
        "one node has all of the limit",
        Duration.ofSeconds(20),
        () -> {
          crowd.open(SOURCE, cluster.nodes.get(1).listener, 2000);
          return servers.current() >= LIMIT;
        });
    System.out.printf(
        "a node died with %d sessions of the source: another had all %d of it %.1f s later%n",
        its, LIMIT, (System.nanoTime() - killed) / 1e9);
    for (int i = 0; i < 20; i++) {
      crowd.open(SOURCE, cluster.nodes.get(1).listener, 2000);
    }
    assertThat(servers.most()).isEqualTo(LIMIT);
  }

  /** Each node is asked for one session after the other, without a pause. */
  private static Thread offer(Crowd crowd, GatewayCluster cluster, AtomicBoolean enough) {
    Thread thread =
        new Thread(
            () -> {
              try {
                crowd.each(
                    NODES,
                    node -> {
                      while (!enough.get()) {
                        if (!crowd.open(SOURCE, cluster.nodes.get(node).listener, 2000)) {
                          LockSupport.parkNanos(2_000_000L);
                        }
                      }
                    });
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            },
            "offering");
    thread.start();
    return thread;
  }
}
