package dev.holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** A limit of 300 over three nodes, whatever happens to them. */
class LimitIT {
  private static final int LIMIT = 300;

  private static GatewayCluster start(String policy, NamedServers servers) throws Exception {
    return start(policy, "2s", servers);
  }

  private static GatewayCluster start(String policy, String queueTimeout, NamedServers servers)
      throws Exception {
    return GatewayCluster.start(
        3,
        "  lease: 4s\n  on-partition: " + policy,
        GatewayCluster.chat(
            LIMIT, queueTimeout, "check: { type: none }") /* a check is a connection too */,
        servers,
        "app-1",
        "app-2",
        "app-3");
  }

  private static NamedServers servers() throws Exception {
    return new NamedServers("app-1", "app-2", "app-3");
  }

  /** Offers clients, 70/15/15 over the nodes given; returns how many were admitted. */
  private static int offer(Crowd crowd, int from, int count, GatewayCluster.Node... nodes)
      throws Exception {
    AtomicInteger admitted = new AtomicInteger();
    crowd.each(
        count,
        i -> {
          int pick = nodes.length == 1 || i % 20 < 14 ? 0 : 1 + i % (nodes.length - 1);
          if (crowd.open(Crowd.source(from + i), nodes[pick].listener, 8_000)) {
            admitted.incrementAndGet();
          }
        });
    return admitted.get();
  }

  private static GatewayCluster.Node[] all(GatewayCluster cluster) {
    return cluster.nodes.toArray(GatewayCluster.Node[]::new);
  }

  private static long held(GatewayCluster.Node node) throws Exception {
    for (JsonNode scope : node.get("/v1/cluster").get("scopes")) {
      if (scope.get("scope").asText().equals("listener/chat")) {
        return scope.get("held").asLong();
      }
    }
    return -1;
  }

  @Test
  void exactlyThreeHundredOfNineHundredAreAdmittedAndAllPermitsReturn() throws Exception {
    try (NamedServers servers = servers();
        GatewayCluster cluster = start("available", "5s", servers);
        Crowd crowd = new Crowd(900)) {
      int admitted = offer(crowd, 0, 900, all(cluster));
      assertThat(admitted).isEqualTo(LIMIT);
      assertThat(servers.most()).isEqualTo(LIMIT);
      assertThat(crowd.alive()).isEqualTo(LIMIT);
      crowd.leave();
      Await.until("servers are empty", Duration.ofSeconds(20), () -> servers.current() == 0);
      for (GatewayCluster.Node node : cluster.nodes) {
        Await.until("nothing is held", Duration.ofSeconds(20), () -> held(node) == 0);
      }
      assertThat(offer(crowd, 5_000, 400, cluster.nodes.get(2)))
          .as("all of them through the node that had the least")
          .isEqualTo(LIMIT);
      assertThat(servers.most()).isEqualTo(LIMIT);
    }
  }

  @Test
  void killNineOfTheBusiestNodeCostsOnlyItsOwnSessions() throws Exception {
    try (NamedServers servers = servers();
        GatewayCluster cluster = start("strict", servers);
        Crowd others = new Crowd();
        Crowd crowd = new Crowd()) {
      GatewayCluster.Node busy = cluster.nodes.get(0);
      assertThat(offer(others, 0, 90, cluster.nodes.get(1), cluster.nodes.get(2))).isEqualTo(90);
      assertThat(offer(crowd, 1_000, 400, busy)).isEqualTo(LIMIT - 90);
      int lost = servers.current() - 90;
      busy.signal("KILL");
      long killed = System.nanoTime();
      try (Crowd after = new Crowd()) {
        CompletableFuture<Long> full =
            CompletableFuture.supplyAsync(
                () -> {
                  while (after.clients.size() < lost
                      && System.nanoTime() - killed < Duration.ofSeconds(30).toNanos()) {
                    LockSupport.parkNanos(1_000_000);
                  }
                  return System.nanoTime() - killed;
                });
        int[] round = new int[1];
        Await.until(
            "the permits of the dead node are usable",
            Duration.ofSeconds(30),
            () -> {
              offer(
                  after,
                  10_000 + lost * round[0]++,
                  lost - after.clients.size(),
                  cluster.nodes.get(1),
                  cluster.nodes.get(2));
              return after.clients.size() == lost;
            });
        double seconds = full.get() / 1e9;
        System.out.printf(
            "%d permits of the killed node in use again %.2f s after kill -9%n", lost, seconds);
        double settling = 0.3 + 50e-6 * lost;
        assertThat(seconds).as("and a second to open them").isLessThan(2 + settling + 1);
        assertThat(servers.most()).isEqualTo(LIMIT);
        assertThat(others.alive()).isEqualTo(90);
      }
    }
  }

  @Test
  void strictNeverPassesTheLimitWhileANodeIsStopped() throws Exception {
    stopped("strict");
  }

  @Test
  void availableStaysWithinItsBoundWhileANodeIsStopped() throws Exception {
    stopped("available");
  }

  private static void stopped(String policy) throws Exception {
    boolean strict = policy.equals("strict");
    try (NamedServers servers = servers();
        GatewayCluster cluster = start(policy, servers);
        Crowd first = new Crowd();
        Crowd crowd = new Crowd()) {
      GatewayCluster.Node[] all = all(cluster);
      assertThat(offer(first, 0, 200, all)).isEqualTo(200);
      all[0].signal("STOP");
      long end = System.nanoTime() + Duration.ofSeconds(12).toNanos();
      for (int round = 0; System.nanoTime() < end; round++) {
        offer(crowd, 10_000 + 200 * round, 200, all[1], all[2]);
      }
      int during = servers.most();
      all[0].signal("CONT");
      all[0].awaitReady(Duration.ofSeconds(60));
      int admitted = offer(crowd, 90_000, 300, all);
      System.out.printf(
          "%s: most while stopped %d, most in all %d, admitted after %d, now %d%n",
          policy, during, servers.most(), admitted, servers.current());
      int bound = strict ? LIMIT : 2 * LIMIT;
      assertThat(servers.most()).isLessThanOrEqualTo(bound);
      assertThat(first.alive()).as("sessions from before").isEqualTo(200);
      crowd.leave();
      first.leave();
      Await.until("servers are empty", Duration.ofSeconds(30), () -> servers.current() == 0);
      for (GatewayCluster.Node node : cluster.nodes) {
        Await.until("nothing is held", Duration.ofSeconds(30), () -> held(node) == 0);
      }
      for (GatewayCluster.Node node : cluster.nodes) {
        node.awaitReady(Duration.ofSeconds(60));
      }
      servers.resetMost();
      int[] round = new int[1];
      Await.until(
          "nothing leaked: all permits are usable",
          Duration.ofSeconds(60),
          () -> {
            offer(crowd, 200_000 + 400 * round[0]++, 400, all);
            return servers.current() == LIMIT;
          });
      assertThat(servers.most()).isEqualTo(LIMIT);
    }
  }

  @Test
  void availableSurvivorOfTwoKilledNodesCarriesAll() throws Exception {
    try (NamedServers servers = servers();
        GatewayCluster cluster = start("available", servers);
        Crowd first = new Crowd();
        Crowd crowd = new Crowd()) {
      GatewayCluster.Node survivor = cluster.nodes.get(2);
      assertThat(offer(first, 0, 50, survivor)).isEqualTo(50);
      cluster.nodes.get(0).signal("KILL");
      cluster.nodes.get(1).signal("KILL");
      fill(servers, crowd, survivor);
      assertThat(first.alive()).isEqualTo(50);
    }
  }

  @Test
  void strictSurvivorOfTwoKilledNodesCarriesAllOnceTheyAreForgotten() throws Exception {
    try (NamedServers servers = servers();
        GatewayCluster cluster = start("strict", servers);
        Crowd first = new Crowd();
        Crowd crowd = new Crowd()) {
      GatewayCluster.Node survivor = cluster.nodes.get(2);
      assertThat(offer(first, 0, 50, survivor)).isEqualTo(50);
      cluster.nodes.get(0).signal("KILL");
      cluster.nodes.get(1).signal("KILL");
      for (String name : new String[] {"gw-1", "gw-2"}) {
        Await.until(
            "forget " + name,
            Duration.ofSeconds(30),
            () -> cluster.change("POST", survivor, "/v1/nodes/" + name + "/forget", "{}") == 200);
      }
      fill(servers, crowd, survivor);
      assertThat(first.alive()).isEqualTo(50);
    }
  }

  private static void fill(NamedServers servers, Crowd crowd, GatewayCluster.Node survivor)
      throws Exception {
    int[] round = new int[1];
    Await.until(
        "the survivor carries all",
        Duration.ofSeconds(40),
        () -> {
          offer(crowd, 10_000 + 100 * round[0]++, 100, survivor);
          return servers.current() == LIMIT;
        });
    assertThat(servers.most()).isEqualTo(LIMIT);
  }
}
