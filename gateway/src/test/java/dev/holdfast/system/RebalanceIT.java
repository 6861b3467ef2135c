package dev.holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * An eleventh server for ten, and a twelfth, under clients that come back at once. {@code
 * -Dholdfast.rebalance.sessions=5000 -Dholdfast.rebalance.pace=50} makes the long form.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RebalanceIT {
  private static final int SESSIONS = Integer.getInteger("holdfast.rebalance.sessions", 1100);
  private static final int PACE = Integer.getInteger("holdfast.rebalance.pace", 25);
  private static final boolean LONG = SESSIONS >= 5000;

  private static NamedServers servers;
  private static GatewayCluster cluster;
  private static Herd herd;

  @BeforeAll
  static void start() throws Exception {
    String[] names = new String[10];
    for (int i = 0; i < 10; i++) {
      names[i] = "app-" + (i + 1);
    }
    servers = new NamedServers(names);
    cluster =
        GatewayCluster.start(
            3, "  lease: 4s", GatewayCluster.chat(null, "check: { type: none }"), servers, names);
    herd = new Herd();
    herd.open(
        SESSIONS,
        Crowd::source,
        i -> cluster.nodes.get(i % 3).listener,
        i -> i % 2 == 0,
        member -> cluster.nodes.get(member.servers.size() % 2).listener);
  }

  @AfterAll
  static void stop() throws Exception {
    herd.close();
    cluster.close();
    servers.close();
  }

  private static Map<String, Integer> loads() {
    Map<String, Integer> loads = new TreeMap<>();
    herd.members.stream()
        .filter(member -> member.alive)
        .forEach(member -> loads.merge(last(member), 1, Integer::sum));
    return loads;
  }

  private static String last(Herd.Member member) {
    return member.servers.get(member.servers.size() - 1);
  }

  private static String await(String id, String state) throws Exception {
    Await.until(
        id + " is " + state,
        Duration.ofSeconds(60 + 2L * SESSIONS / PACE / 10),
        () -> {
          JsonNode now = cluster.nodes.get(2).get("/v1/operations/" + id);
          assertThat(now.get("total").asInt())
              .as(now.toString())
              .isEqualTo(
                  now.get("closed").asInt()
                      + now.get("ended").asInt()
                      + now.get("remaining").asInt());
          return now.get("state").asText().equals(state);
        });
    return cluster.nodes.get(2).get("/v1/operations/" + id).toString();
  }

  @Test
  @Order(1)
  void bringsAnEleventhServerItsShareAsTheDryRunSaid() throws Exception {
    int port = servers.add("app-11");
    assertThat(
            cluster.change(
                "PUT",
                cluster.nodes.get(1),
                "/v1/pools/chat/servers/app-11",
                "{\"host\":\"127.0.0.1\",\"ports\":[" + port + "]}"))
        .isEqualTo(201);
    for (GatewayCluster.Node node : cluster.nodes) {
      Await.until(
          "the table has the new server on " + node.name,
          Duration.ofSeconds(20),
          () -> {
            JsonNode pool = node.get("/v1/pools/chat");
            int slots = 0;
            for (JsonNode server : pool.get("servers")) {
              slots =
                  server.get("name").asText().equals("app-11")
                      ? server.get("slots").asInt()
                      : slots;
            }
            return pool.get("settled").asBoolean() && slots > 0;
          });
    }
    Map<String, Integer> before = loads();
    String order = "{\"over\":\"servers\",\"pool\":\"chat\",\"pace\":\"" + PACE + "/s\"";
    JsonNode plan =
        cluster
            .send(200, "POST", cluster.nodes.get(1), "/v1/rebalances", order + ",\"dryRun\":true}")
            .get("plan");
    System.out.println("plan " + plan);
    int moved = plan.get("sessions").asInt();
    assertThat(moved).isBetween(SESSIONS / 22, SESSIONS / 11 + SESSIONS / 200);
    String id =
        cluster
            .send(202, "POST", cluster.nodes.get(0), "/v1/rebalances", order + "}")
            .get("id")
            .asText();
    System.out.println(await(id, "done"));
    Await.until("all are back", Duration.ofSeconds(20), () -> herd.alive() == herd.members.size());
    Map<String, Integer> after = loads();
    System.out.println("before " + before + "\nafter  " + after);
    JsonNode done = cluster.nodes.get(1).get("/v1/operations/" + id);
    assertThat(done.get("closed").asInt()).isEqualTo(moved);
    assertThat(done.get("plan")).isEqualTo(plan);
    List<Herd.Member> those =
        herd.members.stream().filter(member -> member.servers.size() > 1).toList();
    assertThat(those).hasSize(moved).allMatch(member -> member.servers.size() == 2);
    assertThat(those).allMatch(member -> last(member).equals("app-11") && !member.reset);
    Map<String, Integer> from = new HashMap<>();
    those.forEach(member -> from.merge(member.server(), 1, Integer::sum));
    plan.get("from")
        .properties()
        .forEach(one -> assertThat(from.get(one.getKey())).isEqualTo(one.getValue().asInt()));
    assertThat(after.get("app-11")).isEqualTo(moved);
    int most = after.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
    double maxOverMean = most * 11.0 / SESSIONS;
    assertThat(plan.at("/maxOverMean/1").asDouble())
        .isCloseTo(maxOverMean, org.assertj.core.data.Offset.offset(0.002));
    if (LONG) {
      assertThat(maxOverMean).isLessThanOrEqualTo(1.10);
    }
  }

  @Test
  @Order(2)
  void aCancelStopsItWithinASecondAndLeavesOneAnswer() throws Exception {
    Map<String, String> homes = new HashMap<>();
    herd.members.forEach(member -> homes.put(member.source, last(member)));
    int port = servers.add("app-12");
    cluster.change(
        "PUT",
        cluster.nodes.get(1),
        "/v1/pools/chat/servers/app-12",
        "{\"host\":\"127.0.0.1\",\"ports\":[" + port + "]}");
    String order = "{\"over\":\"servers\",\"pool\":\"chat\",\"pace\":\"" + PACE + "/s\"}";
    int before = herd.members.stream().mapToInt(member -> member.servers.size()).sum();
    String id =
        cluster.send(202, "POST", cluster.nodes.get(0), "/v1/rebalances", order).get("id").asText();
    Await.until(
        "some are closed",
        Duration.ofSeconds(30),
        () ->
            herd.members.stream().mapToInt(member -> member.servers.size()).sum()
                > before + PACE / 2);
    cluster.send(200, "POST", cluster.nodes.get(2), "/v1/operations/" + id + "/cancel", "{}");
    Thread.sleep(1000);
    int stopped = herd.members.stream().mapToInt(member -> member.servers.size()).sum();
    System.out.println(await(id, "cancelled"));
    for (GatewayCluster.Node node : cluster.nodes) {
      Await.until(
          "the table is settled on " + node.name,
          Duration.ofSeconds(20),
          () -> node.get("/v1/pools/chat").get("settled").asBoolean());
    }
    assertThat(herd.members.stream().mapToInt(member -> member.servers.size()).sum())
        .as("nobody was closed later than a second after the cancel")
        .isEqualTo(stopped);
    // a second session of each source reaches the server of the first, on every node
    try (Crowd crowd = new Crowd()) {
      AtomicInteger split = new AtomicInteger();
      int some = Math.min(600, SESSIONS);
      crowd.each(
          some,
          i -> {
            Herd.Member member = herd.members.get(i);
            try (Client second =
                Client.open(member.source, cluster.nodes.get(i % 3).listener, 10_000)) {
              if (!second.server().equals(last(member))) {
                split.incrementAndGet();
              }
            }
          });
      assertThat(split.get()).as("sources on two servers, of " + some).isZero();
    }
  }
}
