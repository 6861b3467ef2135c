package dev.holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** A node that drains, and one that is told to end; {@link Drained} has the long form. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NodeDrainIT {
  private static final int GRACE_SECONDS = 2;

  private static NamedServers servers;
  private static GatewayCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    servers = new NamedServers("app-1", "app-2");
    cluster =
        GatewayCluster.prepare(
            3,
            "  lease: 4s",
            GatewayCluster.chat(null, "check: { type: none }"),
            servers,
            "app-1",
            "app-2");
    for (GatewayCluster.Node node : cluster.nodes) {
      String ends = "  shutdown: { grace: " + GRACE_SECONDS + "s, deadline: 6s }\n";
      Files.writeString(
          node.file, Files.readString(node.file).replaceFirst("node:\n", "node:\n" + ends));
    }
    GatewayCluster.start(cluster);
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
    servers.close();
  }

  @Test
  @Order(1)
  void endsItsSessionsAtThePaceTheIdleOnesFirstAlsoWhenItsLeaderIsKilled() throws Exception {
    GatewayCluster.Node leader = cluster.leader(cluster.nodes.get(2));
    List<GatewayCluster.Node> others = new ArrayList<>(cluster.nodes);
    others.remove(leader);
    GatewayCluster.Node leaving = others.get(1);
    GatewayCluster.Node staying = others.get(0);
    try (Herd herd = new Herd();
        Herd guests = new Herd()) {
      herd.open(150, Crowd::source, i -> staying.listener, i -> i % 2 == 0);
      guests.open(
          Drained.SESSIONS, i -> Crowd.source(10_000 + i), i -> leaving.listener, i -> i % 2 == 0);
      Thread.sleep(1500); // those that do not chat are idle by now
      String id =
          cluster
              .send(
                  202,
                  "POST",
                  staying,
                  "/v1/nodes/" + leaving.name + "/drain",
                  "{\"grace\":\"1s\",\"pace\":\"" + Drained.PACE + "/s\"}")
              .get("id")
              .asText();
      Await.until("readiness fails", Duration.ofSeconds(5), () -> !leaving.ready());
      assertThat(cluster.status(leaving, "/health/route")).isEqualTo(200);
      assertThat(guests.alive()).as("nobody goes in the grace").isEqualTo(Drained.SESSIONS);
      Await.until(
          "a third is closed",
          Drained.bound(),
          () -> Drained.ended(guests.members) > Drained.SESSIONS / 3);
      leader.signal("KILL");
      long killed = System.nanoTime();
      Drained.awaitDone(others, id, guests.members);
      for (GatewayCluster.Node node : others) {
        JsonNode done = Drained.operation(node, id);
        assertThat(done.get("closed").asInt()).as(node.name).isEqualTo(Drained.SESSIONS);
        assertThat(done.get("ended").asInt() + done.get("remaining").asInt()).isZero();
      }
      assertThat(guests.members).allMatch(member -> member.endedNanos != 0 && !member.reset);
      Drained.wentIdleFirst(guests.members);
      Drained.keptThePace(guests.members, killed);
      assertThat(herd.members).allMatch(member -> member.alive);
      assertThat(
              staying.metric("holdfast_drain_closed_total", "target=\"node/" + leaving.name + "\""))
          .isEqualTo(Drained.SESSIONS);
      Await.until(
          "the route signal falls last",
          Duration.ofSeconds(5),
          () -> cluster.status(leaving, "/health/route") == 503);
      try (Crowd none = new Crowd(1)) {
        assertThat(none.open(Crowd.source(1), leaving.listener, 2_000)).isFalse();
      }
      assertThat(leaving.process.isAlive()).isTrue();
      leader.start();
      cluster.send(200, "POST", staying, "/v1/nodes/" + leaving.name + "/ready", "{}");
      Await.until("it is ready again", Duration.ofSeconds(20), leaving::ready);
      try (Crowd some = new Crowd(1)) {
        assertThat(some.open(Crowd.source(1), leaving.listener, 8_000)).isTrue();
      }
      leader.awaitReady(Duration.ofSeconds(60));
    }
  }

  /** Clients that come one after the other, each for a moment, until nobody listens any more. */
  private static final class Visitors {
    final AtomicInteger visits = new AtomicInteger();
    final AtomicInteger refused = new AtomicInteger();

    /** When the last one connected that was served. */
    final AtomicLong servedNanos = new AtomicLong();

    private final AtomicBoolean over = new AtomicBoolean();
    private final Thread thread;

    Visitors(GatewayCluster.Node node) {
      thread = new Thread(() -> come(node), "visitors");
      thread.start();
    }

    private void come(GatewayCluster.Node node) {
      try (Crowd crowd = new Crowd(16)) {
        while (!over.get()) {
          crowd.each(16, k -> visit(node, visits.getAndIncrement()));
        }
      } catch (Exception e) {
        System.out.println("visitors: " + e);
      }
    }

    private void visit(GatewayCluster.Node node, int number) {
      long began = System.nanoTime();
      try {
        Client.open(Crowd.source(40_000 + number), node.listener, 5_000).close();
        servedNanos.accumulateAndGet(began, (a, b) -> a == 0 || b - a > 0 ? b : a);
      } catch (ConnectException e) {
        over.set(true); // nobody listens any more
      } catch (IOException e) {
        refused.incrementAndGet();
        System.out.println("visit " + number + ": " + e);
      }
    }

    void end() throws InterruptedException {
      over.set(true);
      thread.join(20_000);
    }
  }

  @Test
  @Order(2)
  void toldToEndItAcceptsNobodyAfterTheGraceAndResetsNobodyWhileClientsConnect() throws Exception {
    GatewayCluster.Node leaving = cluster.nodes.get(2);
    try (Herd herd = new Herd();
        Herd guests = new Herd()) {
      herd.open(100, Crowd::source, i -> cluster.nodes.get(i % 2).listener, i -> i % 2 == 0);
      guests.open(
          Drained.SESSIONS,
          i -> Crowd.source(20_000 + i),
          i -> leaving.listener,
          i -> i % 2 == 0,
          member -> cluster.nodes.get(member.servers.size() % 2).listener);
      Visitors visitors = new Visitors(leaving);
      Await.until("visits", Duration.ofSeconds(10), () -> visitors.visits.get() > 50);
      leaving.signal("TERM");
      long told = System.nanoTime();
      Await.until("readiness fails", Duration.ofSeconds(5), () -> !leaving.ready());
      assertThat(guests.members).as("in the grace").allMatch(member -> member.endedNanos == 0);
      assertThat(leaving.process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      visitors.end();
      double served = (visitors.servedNanos.get() - told) / 1e9;
      System.out.printf(
          "visits %s, refused %s, the last one served came %.2f s after SIGTERM%n",
          visitors.visits, visitors.refused, served);
      assertThat(leaving.process.exitValue()).isZero();
      assertThat(visitors.refused.get()).as("clients that connected and were reset").isZero();
      assertThat(served).isBetween((double) GRACE_SECONDS - 1, GRACE_SECONDS + 1.0);
      Await.until(
          "all are back",
          Duration.ofSeconds(20),
          () -> guests.members.stream().allMatch(member -> member.alive));
      assertThat(guests.members).allMatch(m -> m.endedNanos != 0 && !m.reset && !m.refused);
      assertThat(guests.members).as("each was moved once").allMatch(m -> m.servers.size() == 2);
      assertThat(herd.members).allMatch(member -> member.alive);
    }
  }
}
