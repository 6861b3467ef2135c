package dev.holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.system.GatewayCluster.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions of three nodes listed, counted and closed through any of them. */
@Timeout(120)
class SessionsIT {
  private static final int SESSIONS = 600;

  private static NamedServers servers;
  private static GatewayCluster cluster;

  private Crowd crowd;

  @BeforeAll
  static void start() throws Exception {
    servers = new NamedServers("app-1", "app-2", "app-3");
    cluster =
        GatewayCluster.start(
            3, "", GatewayCluster.chat(null, null), servers, "app-1", "app-2", "app-3");
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
    servers.close();
  }

  @BeforeEach
  void come() throws Exception {
    crowd = new Crowd(32);
    crowd.each(
        SESSIONS,
        i -> crowd.open(Crowd.source(i % 200), cluster.nodes.get(i % 3).listener, 10_000));
    assertThat(crowd.clients).hasSize(SESSIONS);
  }

  @AfterEach
  void leave() throws Exception {
    crowd.close();
    awaitSessions(cluster.nodes.get(0), 0);
  }

  @Test
  void anyNodeListsAndClosesTheSessionsOfAll() throws Exception {
    Node first = cluster.nodes.get(0);
    List<String> ids = pages(cluster.nodes.get(1), "", 70);
    assertThat(ids).hasSize(SESSIONS).doesNotHaveDuplicates();
    assertThat(pages(first, "", 1000)).isEqualTo(ids);
    int byServer = 0;
    for (String server : List.of("app-1", "app-2", "app-3")) {
      List<String> some = pages(first, "&server=" + server, 500);
      assertThat(some).hasSize(servers.current(server));
      byServer += some.size();
    }
    assertThat(byServer).isEqualTo(SESSIONS);
    assertThat(pages(first, "&node=gw-3", 150)).hasSize(SESSIONS / 3);

    List<String> ofOne = pages(first, "&source=" + Crowd.source(7), 100);
    assertThat(ofOne).hasSize(3);
    JsonNode heaviest = first.get("/v1/sources?limit=5");
    assertThat(heaviest.get("sources")).hasSize(5);
    heaviest.get("sources").forEach(one -> assertThat(one.get("sessions").intValue()).isEqualTo(3));

    String far = ids.get(ids.size() - 1);
    assertThat(cluster.change("DELETE", first, "/v1/sessions/" + far, "{}")).isEqualTo(204);
    awaitSessions(first, SESSIONS - 1);
    assertThat(cluster.change("DELETE", first, "/v1/sessions/" + far, "{}")).isEqualTo(404);
    String source = "{\"source\":\"" + Crowd.source(7) + "\"}";
    assertThat(cluster.change("POST", first, "/v1/sessions/close", source)).isEqualTo(202);
    awaitSessions(first, SESSIONS - 1 - 3);
    assertThat(pages(first, "&source=" + Crowd.source(7), 100)).isEmpty();
    assertThat(crowd.alive()).isEqualTo(SESSIONS - 1 - 3);
  }

  @Test
  void pagesStayTrueWhileSessionsComeAndGo() throws Exception {
    Node first = cluster.nodes.get(0);
    Set<String> stay = new HashSet<>(pages(first, "", 1000));
    Crowd others = new Crowd(8);
    Thread churn =
        new Thread(
            () -> {
              for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
                others.open("127.9.0.1", cluster.nodes.get(i % 3).listener, 5000);
                try {
                  others.leave();
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              }
            });
    churn.start();
    try {
      for (int round = 0; round < 10; round++) {
        List<String> ids = pages(cluster.nodes.get(round % 3), "", 37);
        assertThat(ids).doesNotHaveDuplicates().containsAll(stay);
      }
    } finally {
      churn.interrupt();
      churn.join();
      others.close();
    }
  }

  @Test
  void closesAtThePaceOfTheWholeCluster() throws Exception {
    Node first = cluster.nodes.get(0);
    int before = servers.current("app-1");
    String body = "{\"server\":\"app-1\",\"pace\":\"50/s\"}";
    long began = System.nanoTime();
    assertThat(cluster.change("POST", first, "/v1/sessions/close", body)).isEqualTo(202);
    Await.until(
        "half is closed", Duration.ofSeconds(20), () -> servers.current("app-1") < before / 2);
    double seconds = (System.nanoTime() - began) / 1e9;
    System.out.printf("%d of %d closed in %.2f s at 50/s%n", before / 2, before, seconds);
    Await.until("all are closed", Duration.ofSeconds(20), () -> servers.current("app-1") == 0);
    assertThat(servers.current("app-2") + servers.current("app-3")).isEqualTo(SESSIONS - before);
  }

  @Test
  void aNodeThatDoesNotAnswerIsNamed() throws Exception {
    Node first = cluster.nodes.get(0);
    Node third = cluster.nodes.get(2);
    third.signal("STOP");
    try {
      JsonNode page = first.get("/v1/sessions?limit=1000");
      assertThat(page.get("sessions")).hasSize(SESSIONS * 2 / 3);
      assertThat(page.get("missing").get(0).textValue()).isEqualTo("gw-3");
      assertThat(first.get("/v1/sources").get("missing")).hasSize(1);
    } finally {
      third.signal("CONT");
    }
    Await.until(
        "the third answers again",
        Duration.ofSeconds(20),
        () -> first.get("/v1/sessions?limit=1000").get("missing").isEmpty());
  }

  private static void awaitSessions(Node node, int count) throws Exception {
    Await.until(
        count + " sessions", Duration.ofSeconds(10), () -> pages(node, "", 1000).size() == count);
  }

  private static List<String> pages(Node node, String filter, int limit) throws Exception {
    List<String> ids = new ArrayList<>();
    String cursor = "";
    while (true) {
      JsonNode page = node.get("/v1/sessions?limit=" + limit + filter + cursor);
      assertThat(page.get("missing")).isEmpty();
      ids.addAll(page.get("sessions").findValuesAsText("id"));
      if (page.get("cursor").isNull()) {
        return ids;
      }
      assertThat(page.get("sessions")).hasSize(limit);
      cursor = "&cursor=" + page.get("cursor").textValue();
    }
  }
}
