package dev.holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * All nodes are killed in the middle of a drain and start in another order. {@code
 * -Dholdfast.stop.sources=10000} makes the long form.
 */
class FullStopIT {
  private static final int SOURCES = Integer.getInteger("holdfast.stop.sources", 2_000);
  private static final String SERVERS = "/v1/pools/chat/servers/";
  private static final String PINNED = "127.20.0.7";

  @Test
  void movesNobodyAndKeepsWhatOperatorsSaidAndPausesWhatWasUnderWay() throws Exception {
    String chat = GatewayCluster.chat(5_000, "affinity: { ttl: 1m }");
    try (NamedServers servers = new NamedServers("app-1", "app-2", "app-3");
        GatewayCluster cluster =
            GatewayCluster.start(3, "  lease: 4s", chat, servers, "app-1", "app-2", "app-3");
        Crowd crowd = new Crowd()) {
      GatewayCluster.Node first = cluster.nodes.get(0);
      final String pinnedTo = pin(cluster);
      String weight =
          "{\"host\":\"127.0.0.1\",\"ports\":[" + servers.port("app-2") + "],\"weight\":50}";
      assertThat(cluster.change("PUT", first, SERVERS + "app-2", weight)).isEqualTo(200);
      Await.until(
          "half a weight is half as many slots",
          Duration.ofSeconds(15),
          () -> first.get(SERVERS + "app-2").get("slots").asInt() <= 13_108);
      settled(cluster);
      crowd.clients.add(clientOf("app-3", first));
      String drain =
          cluster.send(202, "POST", first, SERVERS + "app-3/drain", "{}").get("id").asText();
      awaitState(cluster, drain, "running"); // when all route by the table without it
      settled(cluster);
      Map<String, String> homes = new ConcurrentHashMap<>();
      crowd.each(
          SOURCES,
          i -> {
            String source = Crowd.source(i);
            homes.put(source, server(source, cluster.nodes.get(i % 3).listener));
          });
      assertThat(homes.values()).doesNotContain("app-3");
      final JsonNode before = first.get("/v1/pools/chat").get("servers");
      final long revision = first.get("/v1/config").get("revision").asLong();
      for (GatewayCluster.Node node : cluster.nodes) {
        node.signal("KILL");
      }
      startInAnotherOrder(cluster);
      for (GatewayCluster.Node node : cluster.nodes) {
        assertThat(node.get("/v1/config").get("revision").asLong()).isEqualTo(revision);
        assertThat(standing(node.get("/v1/pools/chat").get("servers"))).isEqualTo(standing(before));
      }
      awaitState(cluster, drain, "paused");
      assertThat(Drained.operation(first, drain).get("reason").asText())
          .isEqualTo("the whole cluster was down");
      AtomicInteger moved = new AtomicInteger();
      crowd.each(
          SOURCES,
          i -> {
            String source = Crowd.source(i);
            String now = server(source, cluster.nodes.get((i + 1) % 3).listener);
            if (!now.equals(homes.get(source))) {
              moved.incrementAndGet();
            }
          });
      System.out.println("full stop: moved " + moved + " of " + SOURCES);
      assertThat(moved).as("sources that moved").hasValue(0);
      assertThat(explained(cluster.nodes.get(1), PINNED)).isEqualTo(pinnedTo + " by pin");
      cluster.send(200, "POST", first, "/v1/operations/" + drain + "/resume", "{}");
      awaitState(cluster, drain, "done");
      assertThat(cluster.change("DELETE", first, "/v1/pools/chat/pins/" + PINNED, "{}"))
          .isEqualTo(204);
      // it stays where it was seen within the ttl, by a pin that is nobody's order
      assertThat(first.get("/v1/pools/chat/pins").get("pins")).isEmpty();
      settled(cluster);
    }
  }

  /** Pins a source to another server than it has; its session of before goes on. */
  private static String pin(GatewayCluster cluster) throws Exception {
    GatewayCluster.Node first = cluster.nodes.get(0);
    String home = server(PINNED, cluster.nodes.get(1).listener);
    String other = home.equals("app-1") ? "app-2" : "app-1";
    try (Client old = Client.open(PINNED, cluster.nodes.get(2).listener, 10_000)) {
      String body = "{\"server\":\"" + other + "\"}";
      assertThat(cluster.change("PUT", first, "/v1/pools/chat/pins/" + PINNED, body))
          .isEqualTo(201);
      for (GatewayCluster.Node node : cluster.nodes) {
        Await.until(
            "pinned on " + node.name,
            Duration.ofSeconds(15),
            () -> explained(node, PINNED).equals(other + " by pin"));
        assertThat(server(PINNED, node.listener)).isEqualTo(other);
      }
      assertThat(old.alive()).as("the session of before").isTrue();
    }
    return other;
  }

  /** A session that lives at a server. */
  private static Client clientOf(String server, GatewayCluster.Node node) throws Exception {
    for (int i = 0; i < 100; i++) {
      Client client = Client.open(Crowd.source(100_000 + i), node.listener, 10_000);
      if (client.server().equals(server)) {
        return client;
      }
      client.close();
    }
    throw new AssertionError("no source of a hundred belongs to " + server);
  }

  private static void startInAnotherOrder(GatewayCluster cluster) throws Exception {
    List<GatewayCluster.Node> order = new ArrayList<>(cluster.nodes);
    Collections.reverse(order);
    for (GatewayCluster.Node node : order) {
      node.process.onExit().get(20, TimeUnit.SECONDS);
    }
    for (GatewayCluster.Node node : order) {
      node.start();
    }
    for (GatewayCluster.Node node : order) {
      node.awaitReady(Duration.ofSeconds(60));
    }
    settled(cluster);
  }

  private static void settled(GatewayCluster cluster) throws Exception {
    for (GatewayCluster.Node node : cluster.nodes) {
      Await.until(
          node.name + " is settled",
          Duration.ofSeconds(30),
          () -> node.get("/v1/pools/chat").get("settled").asBoolean());
    }
  }

  private static void awaitState(GatewayCluster cluster, String operation, String state)
      throws Exception {
    for (GatewayCluster.Node node : cluster.nodes) {
      Await.until(
          operation + " is " + state + " on " + node.name,
          Duration.ofSeconds(20),
          () -> Drained.operation(node, operation).get("state").asText().equals(state));
    }
  }

  /** Weight, admin state and slots of each server. */
  private static Map<String, String> standing(JsonNode servers) {
    Map<String, String> all = new TreeMap<>();
    for (JsonNode one : servers) {
      all.put(
          one.get("name").asText(),
          one.get("weight") + " " + one.get("adminState") + " " + one.get("slots"));
    }
    return all;
  }

  private static String server(String source, InetSocketAddress listener) throws IOException {
    try (Client client = Client.open(source, listener, 10_000)) {
      return client.server();
    }
  }

  private static String explained(GatewayCluster.Node node, String source) throws Exception {
    JsonNode answer = node.get("/v1/explain?listener=chat&source=" + source);
    return answer.get("server").asText() + " by " + answer.get("by").asText();
  }
}
