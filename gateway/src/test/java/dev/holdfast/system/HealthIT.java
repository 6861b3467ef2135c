package dev.holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What three nodes make of servers that fall silent, and of one that only one node cannot use. */
class HealthIT {
  private static final String CHECK =
      """
      check:
        { type: send-expect, steps: [ { expect: app- } ], interval: 200ms, timeout: 200ms,
          rise: 2, fall: 2 }
      on-down: close
      on-down-pace: 100/s
      """;
  private static final int SESSIONS = 450;

  private static JsonNode server(GatewayCluster.Node node, String name) throws Exception {
    return node.get("/v1/pools/chat/servers/" + name);
  }

  private static double ended(GatewayCluster cluster, String letters) throws Exception {
    double sum = 0;
    for (GatewayCluster.Node node : cluster.nodes) {
      sum += node.metric("holdfast_sessions_ended_total", "\"" + letters + "\"");
    }
    return sum;
  }

  @Test
  void aServerThatFallsSilentIsDownAndItsSessionsAreClosedAtAPace() throws Exception {
    try (NamedServers servers = new NamedServers("app-1", "app-2", "app-3");
        GatewayCluster cluster =
            GatewayCluster.start(
                3, "", GatewayCluster.chat(null, CHECK), servers, "app-1", "app-2", "app-3");
        Crowd crowd = new Crowd()) {
      GatewayCluster.Node node = cluster.nodes.get(1);
      crowd.each(
          SESSIONS,
          i ->
              assertThat(crowd.open(Crowd.source(i), cluster.nodes.get(i % 3).listener, 10_000))
                  .isTrue());
      long ofIt = crowd.clients.stream().filter(one -> one.server().equals("app-1")).count();
      assertThat(ofIt).isGreaterThan(50);
      servers.mute("app-1", true);
      Set<Integer> seen = new TreeSet<>();
      Await.until(
          "its sessions are closed",
          Duration.ofSeconds(30),
          () -> {
            seen.add(servers.current("app-1"));
            return ended(cluster, "DD") == ofIt;
          });
      JsonNode down = server(node, "app-1");
      System.out.println("closed " + ofIt + ", seen on the way " + seen);
      assertThat(seen.size()).as("not all at once").isGreaterThan(5);
      assertThat(down.get("health").asText()).isEqualTo("DOWN");
      assertThat(down.get("slots").asInt()).isZero();
      assertThat(down.at("/check/code").asText()).isEqualTo("L7TOUT");
      assertThat(down.at("/check/lastResult").asText())
          .isEqualTo("Layer7 timeout: step 1 expects app-");
      assertThat(down.at("/check/failing")).hasSize(3);
      assertThat(node.metric("holdfast_server_check_status", "state=\"L7TOUT\"")).isEqualTo(1);
      assertThat(crowd.alive()).as("nobody else was closed").isEqualTo((int) (SESSIONS - ofIt));

      servers.mute("app-1", false);
      Await.until(
          "it came home",
          Duration.ofSeconds(30),
          () -> server(node, "app-1").get("slots").asInt() > 0);
      assertThat(server(node, "app-1").get("health").asText()).isEqualTo("UP");

      long epoch = node.get("/v1/pools/chat").get("epoch").asLong();
      for (String name : new String[] {"app-1", "app-2"}) {
        servers.mute(name, true);
      }
      Await.until(
          "panic",
          Duration.ofSeconds(20),
          () -> node.get("/v1/pools/chat").get("panic").asBoolean());
      Await.until(
          "every node finds both DOWN",
          Duration.ofSeconds(20),
          () -> server(node, "app-2").at("/votes/down").asInt() == 3);
      assertThat(server(node, "app-2").get("health").asText()).isEqualTo("UP");
      assertThat(node.get("/v1/pools/chat").get("epoch").asLong())
          .as("the table is left as it is")
          .isEqualTo(epoch);
      assertThat(node.metric("holdfast_pool_panic", "chat")).isEqualTo(1);
      servers.mute("app-1", false);
      servers.mute("app-2", false);
      Await.until(
          "no panic",
          Duration.ofSeconds(20),
          () -> !node.get("/v1/pools/chat").get("panic").asBoolean());
      assertThat(ended(cluster, "DD")).isEqualTo(ofIt);
    }
  }

  @Test
  void whatOneNodeAloneCannotReachItLeavesOutAndShows() throws Exception {
    try (NamedServers servers = new NamedServers("app-1", "app-2", "app-3");
        GatewayCluster cluster =
            GatewayCluster.prepare(
                3, "", GatewayCluster.chat(null, CHECK), servers, "app-1", "app-2", "app-3")) {
      GatewayCluster.Node alone = cluster.nodes.get(2);
      String text = Files.readString(alone.file);
      Files.writeString(
          alone.file,
          text.replaceFirst(
              "  listeners:", "  source-addresses: { chat: [127.0.0.77] }\n  listeners:"));
      servers.turnAway("app-1", "127.0.0.77");
      GatewayCluster.start(cluster);
      GatewayCluster.Node other = cluster.nodes.get(0);
      Await.until(
          "the votes are told",
          Duration.ofSeconds(20),
          () -> {
            JsonNode votes = server(other, "app-1").get("votes");
            return votes.get("up").asInt() == 2 && votes.get("down").asInt() == 1;
          });
      JsonNode seen = server(other, "app-1");
      assertThat(seen.get("health").asText()).isEqualTo("UP");
      assertThat(seen.at("/check/failing/0/node").asText()).isEqualTo(alone.name);
      assertThat(seen.at("/check/failing/0/reason").asText()).startsWith("L7RSP");
      String source = null;
      for (int i = 0; source == null; i++) {
        String some = Crowd.source(i);
        JsonNode explained = other.get("/v1/explain?listener=chat&source=" + some);
        source = explained.get("server").asText().equals("app-1") ? some : null;
      }
      String explained = "/v1/explain?listener=chat&source=" + source;
      try (Client here = Client.open(source, alone.listener, 5_000)) {
        assertThat(here.server()).isNotEqualTo("app-1");
        Await.until( // until then it may use the table's server
            "the other has heard of it",
            Duration.ofSeconds(5),
            () -> other.get(explained).get("by").asText().equals("diverted"));
        try (Client there = Client.open(source, other.listener, 5_000)) {
          assertThat(there.server()).as("one answer").isEqualTo(here.server());
        }
      }
      assertThat(alone.metric("holdfast_server_connection_errors_total", "app-1"))
          .as("nobody waited for a connection")
          .isZero();
      assertThat(server(other, "app-1").get("slots").asInt()).isGreaterThan(20_000);
    }
  }
}
