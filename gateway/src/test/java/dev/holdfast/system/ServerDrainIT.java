package dev.holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The drain of a server over three nodes; {@link Drained} has the long form. */
@Tag("alone")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ServerDrainIT {
  private static final String APP_1 = "/v1/pools/chat/servers/app-1";

  private static NamedServers servers;
  private static GatewayCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    servers = new NamedServers("app-1", "app-2");
    cluster =
        GatewayCluster.start(
            3,
            "  lease: 4s",
            GatewayCluster.chat(null, "check: { type: none }\naffinity: { ttl: 10s }"),
            servers,
            "app-1",
            "app-2");
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
    servers.close();
  }

  /** The server takes new sources again, and has its half of the slots. */
  @BeforeEach
  void ready() throws Exception {
    GatewayCluster.Node node = cluster.nodes.get(0);
    cluster.send(200, "POST", node, APP_1 + "/ready", "{}");
    Await.until(
        "the server has its slots again",
        Duration.ofSeconds(20),
        () -> node.get(APP_1).get("slots").asInt() == 32_768);
  }

  private static List<Herd.Member> at(Herd herd, String server) {
    return herd.members.stream().filter(member -> server.equals(member.server())).toList();
  }

  private static String drain(GatewayCluster.Node node, String body) throws Exception {
    JsonNode operation = cluster.send(202, "POST", node, APP_1 + "/drain", body);
    assertThat(operation.get("kind").asText()).isEqualTo("drain-server");
    assertThat(operation.get("target").asText()).isEqualTo("server/chat/app-1");
    return operation.get("id").asText();
  }

  @Test
  @Order(1)
  void keepsSourcesThatReturnAndRefusesASecondOrder() throws Exception {
    try (Herd herd = new Herd()) {
      herd.open(
          100,
          Crowd::source,
          i -> cluster.nodes.get(i % 3).listener,
          i -> false,
          member -> cluster.nodes.get((member.servers.size() + 1) % 3).listener);
      List<Herd.Member> drained = at(herd, "app-1");
      String id = drain(cluster.nodes.get(2), "{\"pace\":\"40/s\",\"sticky\":\"keep\"}");
      contradicts("app-1", id + " (drain-server server/chat/app-1) is ");
      contradicts("app-2", "(app-1 is drained by " + id + ")");
      Await.until(
          "all have returned",
          Drained.bound(),
          () -> drained.stream().allMatch(member -> member.servers.size() >= 2));
      assertThat(drained).allMatch(member -> member.servers.equals(List.of("app-1", "app-1")));
      try (Herd fresh = new Herd()) {
        fresh.open(
            60, i -> Crowd.source(5000 + i), i -> cluster.nodes.get(i % 3).listener, i -> false);
        assertThat(fresh.members).allMatch(member -> member.server().equals("app-2"));
      }
      Await.until(
          "all are counted",
          Duration.ofSeconds(10),
          () ->
              Drained.operation(cluster.nodes.get(0), id).get("closed").asInt() == drained.size());
      JsonNode now = Drained.operation(cluster.nodes.get(0), id);
      Drained.isConsistent(now);
      assertThat(now.get("state").asText()).isEqualTo("running");
      assertThat(now.get("remaining").asInt()).isEqualTo(drained.size());
      ready();
      assertThat(Drained.operation(cluster.nodes.get(2), id).get("state").asText())
          .isEqualTo("cancelled");
      assertThat(drained).allMatch(member -> member.alive && member.servers.size() == 2);
    }
  }

  /** Another operator at another node wants what does not go with the drain of app-1. */
  private static void contradicts(String server, String reason) throws Exception {
    String path = "/v1/pools/chat/servers/" + server + "/drain";
    JsonNode problem = cluster.send(409, "POST", cluster.nodes.get(0), path, "{}");
    assertThat(problem.get("type").asText()).isEqualTo("/problems/conflict");
    assertThat(problem.get("detail").asText()).contains(reason);
  }

  @Test
  @Order(2)
  void movesSessionsAtThePaceTheIdleOnesFirstAlsoWhenItsLeaderIsKilled() throws Exception {
    GatewayCluster.Node leader = cluster.leader(cluster.nodes.get(0));
    List<GatewayCluster.Node> survivors = new ArrayList<>(cluster.nodes);
    survivors.remove(leader);
    try (Herd herd = new Herd()) {
      herd.open(
          2 * Drained.SESSIONS,
          i -> Crowd.source(10_000 + i),
          i -> cluster.nodes.get(i % 3).listener,
          i -> i / 3 % 2 == 0,
          member -> survivors.get(member.servers.size() % 2).listener);
      List<Herd.Member> drained = at(herd, "app-1");
      List<Herd.Member> others = at(herd, "app-2");
      assertThat(drained.size() + others.size()).isEqualTo(2 * Drained.SESSIONS);
      JsonNode dry =
          cluster.send(
              200,
              "POST",
              survivors.get(0),
              APP_1 + "/drain",
              "{\"pace\":\"10/s\",\"dryRun\":true}");
      assertThat(dry.at("/plan/sessions").asInt()).isEqualTo(drained.size());
      assertThat(dry.at("/plan/from/app-1").asInt()).isEqualTo(drained.size());
      assertThat(dry.at("/plan/to/app-2").asInt()).isEqualTo(drained.size());
      assertThat(dry.at("/plan/slots").asInt()).isEqualTo(32_768);
      Thread.sleep(1500); // those that do not chat are idle by now
      String pace = "{\"pace\":\"" + Drained.PACE + "/s\",";
      String id = drain(leader, pace + "\"deadline\":\"10m\",\"onDeadline\":\"close\"}");
      Await.until(
          "a third is closed", Drained.bound(), () -> Drained.ended(drained) > drained.size() / 3);
      leader.signal("KILL");
      long killed = System.nanoTime();
      Drained.awaitDone(survivors, id, drained);

      List<Herd.Member> lost = new ArrayList<>(drained);
      lost.removeIf(
          member -> !member.gateway.equals(leader.listener) || member.endedNanos - killed < 0);
      List<Herd.Member> closed = new ArrayList<>(drained);
      closed.removeAll(lost);
      for (GatewayCluster.Node node : survivors) {
        JsonNode done = Drained.operation(node, id);
        System.out.println(node.name + ": " + done + ", lost with the leader " + lost.size());
        assertThat(done.get("total").asInt()).as(node.name).isEqualTo(drained.size());
        assertThat(done.get("remaining").asInt()).isZero();
        // what the leader closed after its last word is counted as ended
        assertThat(done.get("ended").asInt())
            .isBetween(lost.size(), lost.size() + 2 * Drained.PACE);
      }
      assertThat(closed).allMatch(member -> member.endedNanos != 0 && !member.reset);
      Await.until(
          "all are back",
          Duration.ofSeconds(20),
          () -> herd.members.stream().allMatch(member -> member.alive));
      assertThat(drained).allMatch(member -> member.servers.equals(List.of("app-1", "app-2")));
      assertThat(others)
          .allMatch(
              member ->
                  member.servers.size() == 1
                      || member.gateway.equals(leader.listener)
                          && member.servers.equals(List.of("app-2", "app-2")));
      Drained.wentIdleFirst(closed);
      Drained.keptThePace(closed, killed);
      JsonNode server = survivors.get(1).get(APP_1);
      assertThat(server.get("adminState").asText()).isEqualTo("DRAIN");
      assertThat(server.get("slots").asInt()).isZero();
      assertThat(survivors.get(0).metric("holdfast_drain_closed_total", "server/chat/app-1"))
          .isGreaterThanOrEqualTo(closed.size() - 2.0 * Drained.PACE);
    }
  }
}
