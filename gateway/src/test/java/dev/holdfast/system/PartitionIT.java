package dev.holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes are cut off from the others by a firewall, both sides get the full load. */
class PartitionIT {
  private static final int LIMIT = 300;

  /** How a node is cut off from the others. */
  private interface Cut {
    void off(Namespaces net, int index) throws Exception;
  }

  private Namespaces net;

  @BeforeEach
  void needsNamespaces() {
    boolean possible = Namespaces.possible();
    if (!possible) {
      System.out.println(
          "SKIPPED: network namespaces and iptables need root; the partition tests did not run");
    }
    Assumptions.assumeTrue(possible, "network namespaces and iptables need root");
  }

  @AfterEach
  void removeHosts() throws Exception {
    if (net != null) {
      net.close();
    }
  }

  @Test
  void strictHoldsTheLimitThroughACut() throws Exception {
    cut("strict", LIMIT, Namespaces::cutOff);
  }

  /** A reset proves nothing: what the cut-off node was lent stays reserved. */
  @Test
  void strictHoldsTheLimitThroughACutByResets() throws Exception {
    cut("strict", LIMIT, Namespaces::cutOffByResets);
  }

  @Test
  void availableStaysWithinItsBoundThroughACut() throws Exception {
    cut("available", 2 * LIMIT, Namespaces::cutOff);
  }

  /** The stores of those that are cut off are one, which must join the other as a whole. */
  @Test
  void severalThatAreCutOffTogetherComeBack() throws Exception {
    net = Namespaces.create(5);
    try (NamedServers servers = new NamedServers(net.here(), List.of("app-1"));
        GatewayCluster cluster =
            GatewayCluster.start(
                GatewayCluster.prepare(
                    net,
                    5,
                    "  lease: 4s",
                    GatewayCluster.chat(LIMIT, "2s", "check: { type: none }"),
                    servers,
                    "app-1"));
        Crowd crowd = new Crowd()) {
      offer(crowd, 100, cluster.nodes);
      net.cutOff(0, 1);
      seesReady(cluster.nodes.get(0), 2);
      seesReady(cluster.nodes.get(4), 3);
      net.heal(0, 1);
      for (GatewayCluster.Node node : cluster.nodes) {
        seesReady(node, 5);
      }
      assertThat(crowd.alive()).isEqualTo(100);
    }
  }

  private static void seesReady(GatewayCluster.Node node, int nodes) throws Exception {
    Await.until(
        node.name + " sees " + nodes + " ready nodes",
        Duration.ofSeconds(90),
        () -> node.metric("holdfast_cluster_nodes", "READY") == nodes);
  }

  private void cut(String policy, int bound, Cut cut) throws Exception {
    net = Namespaces.create(3);
    try (NamedServers servers = new NamedServers(net.here(), List.of("app-1", "app-2", "app-3"));
        GatewayCluster cluster =
            GatewayCluster.start(
                GatewayCluster.prepare(
                    net,
                    3,
                    "  lease: 4s\n  on-partition: " + policy,
                    GatewayCluster.chat(LIMIT, "2s", "check: { type: none }"),
                    servers,
                    "app-1",
                    "app-2",
                    "app-3"));
        Crowd before = new Crowd();
        Crowd crowd = new Crowd()) {
      offer(before, 150, cluster.nodes);
      assertThat(before.clients).hasSize(150);
      cut.off(net, 0);
      long end = System.nanoTime() + Duration.ofSeconds(16).toNanos();
      while (System.nanoTime() < end) {
        crowd.each(300, i -> open(crowd, i / 2, cluster.nodes.get(i % 2 == 0 ? 0 : 1 + i / 2 % 2)));
      }
      int during = servers.most();
      assertThat(before.alive()).as("sessions from before, while cut").isEqualTo(150);
      int atHeal = servers.current();
      servers.resetMost();
      net.heal(0);
      for (GatewayCluster.Node node : cluster.nodes) {
        Await.until(
            node.name + " is ready and sees all three again",
            Duration.ofSeconds(90),
            () -> {
              offer(crowd, 20, cluster.nodes); // the store may still be split
              return node.metric("holdfast_cluster_nodes", "READY") == 3 && node.ready();
            });
      }
      offer(crowd, 300, cluster.nodes);
      System.out.printf(
          "%s: most while cut %d, most afterwards %d, now %d%n",
          policy, during, servers.most(), servers.current());
      assertThat(during).isLessThanOrEqualTo(bound);
      assertThat(servers.most())
          .as("admitted after healing")
          .isLessThanOrEqualTo(Math.max(LIMIT, atHeal));
      assertThat(before.alive()).as("sessions from before, after healing").isEqualTo(150);
      crowd.leave();
      before.leave();
      Await.until("servers are empty", Duration.ofSeconds(30), () -> servers.current() == 0);
      servers.resetMost();
      AtomicInteger rounds = new AtomicInteger();
      Await.until(
          "all permits are usable",
          Duration.ofSeconds(60),
          () -> {
            rounds.incrementAndGet();
            offer(crowd, 320, cluster.nodes);
            return servers.current() == LIMIT;
          });
      assertThat(servers.most()).isEqualTo(LIMIT);
    }
  }

  private void offer(Crowd crowd, int count, List<GatewayCluster.Node> nodes) throws Exception {
    crowd.each(count, i -> open(crowd, i, nodes.get(i % nodes.size())));
  }

  private void open(Crowd crowd, int number, GatewayCluster.Node node) {
    crowd.open(net.source(number), node.listener, 6_000);
  }
}
