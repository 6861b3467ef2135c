package dev.holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The oldest member of the store is stopped: the others stay one cluster and serve everybody. */
class StoppedOldestIT {
  private static final Pattern LOST = Pattern.compile("The store lost a member members=\\[(.*)]");

  @Test
  void newClientsOfTheOthersAreServedAllTheTime() throws Exception {
    try (NamedServers servers = new NamedServers("app-1", "app-2");
        GatewayCluster cluster =
            GatewayCluster.start(
                3,
                "  lease: 6s",
                GatewayCluster.chat(null, "check: { type: none }"),
                servers,
                "app-1",
                "app-2");
        Crowd crowd = new Crowd(20)) {
      GatewayCluster.Node oldest = cluster.leader(cluster.nodes.get(0));
      List<GatewayCluster.Node> others = cluster.nodes.stream().filter(n -> n != oldest).toList();

      oldest.signal("STOP");
      int[] offered = new int[1];
      Await.until(
          "both have noticed",
          Duration.ofSeconds(30),
          () -> {
            offer(crowd, others, offered);
            return !lost(others.get(0)).isEmpty() && !lost(others.get(1)).isEmpty();
          });
      for (int i = 0; i < 10; i++) {
        offer(crowd, others, offered);
      }
      System.out.printf("oldest stopped: %d offered, %d served%n", offered[0], servers.current());
      assertThat(crowd.clients).as("served").hasSize(offered[0]);
      assertThat(crowd.alive()).isEqualTo(offered[0]);
      for (GatewayCluster.Node node : others) {
        assertThat(lost(node)).allMatch(members -> members.contains(", "));
      }

      oldest.signal("CONT");
      for (GatewayCluster.Node node : cluster.nodes) {
        node.awaitReady(Duration.ofSeconds(60));
      }
      assertThat(crowd.alive()).isEqualTo(offered[0]);
    }
  }

  private static void offer(Crowd crowd, List<GatewayCluster.Node> nodes, int[] offered)
      throws Exception {
    int from = offered[0];
    crowd.each(
        20, i -> crowd.open(Crowd.source(from + i), nodes.get(i % nodes.size()).listener, 8_000));
    offered[0] += 20;
  }

  /** The members that were left, each time that the node's store lost one. */
  private static List<String> lost(GatewayCluster.Node node) throws IOException {
    return LOST.matcher(Files.readString(node.log)).results().map(m -> m.group(1)).toList();
  }
}
