package dev.holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The same source reaches the same server whichever node it lands on. */
class OneAnswerIT {
  private static final int SOURCES = 10_000;

  /** The three nodes list the servers in three orders. */
  @Test
  void tenThousandSourcesThroughTwoNodesNeverDisagree() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed=" + seed);
    try (NamedServers servers = new NamedServers("app-1", "app-2", "app-3");
        GatewayCluster cluster =
            GatewayCluster.start(
                3, "", GatewayCluster.chat(null, null), servers, "app-1", "app-2", "app-3");
        Crowd crowd = new Crowd()) {
      int[] first = new Random(seed).ints(SOURCES, 0, 3).toArray();
      int[] second = new Random(seed + 1).ints(SOURCES, 1, 3).toArray();
      AtomicInteger disagreements = new AtomicInteger();
      Map<String, AtomicInteger> seen = new ConcurrentHashMap<>();
      crowd.each(
          SOURCES,
          i -> {
            String source = Crowd.source(i);
            InetSocketAddress a = cluster.nodes.get(first[i]).listener;
            InetSocketAddress b = cluster.nodes.get((first[i] + second[i]) % 3).listener;
            try (Client one = Client.open(source, a, 10_000);
                Client two = Client.open(source, b, 10_000)) {
              seen.computeIfAbsent(one.server(), name -> new AtomicInteger()).incrementAndGet();
              if (!one.server().equals(two.server())) {
                disagreements.incrementAndGet();
              }
            }
          });
      System.out.println("sources per server " + seen);
      assertThat(disagreements).hasValue(0);
      for (GatewayCluster.Node node : cluster.nodes) {
        JsonNode pool = node.get("/v1/pools/chat");
        for (JsonNode server : pool.get("servers")) {
          assertThat(server.get("slots").asInt()).isBetween(21_845, 21_846);
        }
        assertThat(pool.get("pins").asInt()).isZero();
      }
    }
  }

  @Test
  void aFourthServerTakesItsQuarterAndSplitsNoSource() throws Exception {
    int live = 2_000;
    try (NamedServers servers = new NamedServers("app-1", "app-2", "app-3");
        GatewayCluster cluster =
            GatewayCluster.start(
                3,
                "",
                GatewayCluster.chat(null, "affinity: { ttl: 2s }"),
                servers,
                "app-1",
                "app-2",
                "app-3");
        Crowd crowd = new Crowd();
        Crowd visitors = new Crowd()) {
      Map<String, String> home = new ConcurrentHashMap<>();
      crowd.each(
          live,
          i -> {
            Client client = Client.open(Crowd.source(i), cluster.nodes.get(i % 3).listener, 10_000);
            crowd.clients.add(client);
            home.put(Crowd.source(i), client.server());
          });
      long epochBefore = cluster.nodes.get(0).get("/v1/pools/chat").get("epoch").asLong();
      int port = servers.add("app-4");
      AtomicBoolean stop = new AtomicBoolean();
      Set<String> split = ConcurrentHashMap.newKeySet();
      ConcurrentLinkedQueue<String> refused = new ConcurrentLinkedQueue<>();
      AtomicInteger visits = new AtomicInteger();
      Thread visiting =
          new Thread(
              () -> {
                try {
                  while (!stop.get()) {
                    visitors.each(
                        200,
                        k -> {
                          int i = visits.getAndIncrement() % live;
                          try (Client second =
                              Client.open(
                                  Crowd.source(i),
                                  cluster.nodes.get((i + 1 + k % 2) % 3).listener,
                                  10_000)) {
                            if (!second.server().equals(home.get(Crowd.source(i)))) {
                              split.add(Crowd.source(i));
                            }
                          } catch (java.io.IOException e) {
                            refused.add(Crowd.source(i) + " " + e.getMessage());
                          }
                        });
                  }
                } catch (Exception e) {
                  refused.add(e.toString());
                }
              });
      visiting.start();
      int status =
          cluster.change(
              "PUT",
              cluster.nodes.get(1),
              "/v1/pools/chat/servers/app-4",
              "{\"host\":\"127.0.0.1\",\"ports\":[" + port + "],\"weight\":100}");
      assertThat(status).isEqualTo(201);
      for (GatewayCluster.Node node : cluster.nodes) {
        Await.until(
            node.name + " routes by the new epoch",
            Duration.ofSeconds(30),
            () -> {
              JsonNode pool = node.get("/v1/pools/chat");
              return pool.get("epoch").asLong() > epochBefore
                  && pool.get("settled").asBoolean()
                  && slots(pool).getOrDefault("app-4", 0) == 16_384;
            });
      }
      int after = visits.get();
      Await.until("more visits", Duration.ofSeconds(60), () -> visits.get() > after + live);
      stop.set(true);
      visiting.join(60_000);
      assertThat(split).as("sources with sessions on two servers").isEmpty();
      assertThat(refused).isEmpty();
      JsonNode pool = cluster.nodes.get(2).get("/v1/pools/chat");
      assertThat(slots(pool)).containsValues(16_384, 16_384, 16_384, 16_384);
      int pins = pool.get("pins").asInt();
      System.out.println("visits=" + visits + " pins=" + pins + " of " + live);
      assertThat(pins).isBetween(live / 4 - 150, live / 4 + 150);
      assertThat(pinned(cluster.nodes.get(1), home)).as("live sources that moved").isEqualTo(pins);
      AtomicInteger fresh = new AtomicInteger();
      crowd.each(
          1_000,
          i -> {
            try (Client one =
                Client.open(Crowd.source(100_000 + i), cluster.nodes.get(i % 3).listener, 10_000)) {
              if (one.server().equals("app-4")) {
                fresh.incrementAndGet();
              }
            }
          });
      assertThat(fresh.get()).as("new sources on the new server").isBetween(180, 320);
      assertThat(crowd.alive()).isEqualTo(live);
      crowd.leave();
      for (GatewayCluster.Node node : cluster.nodes) {
        Await.until(
            "pins are gone on " + node.name,
            Duration.ofSeconds(150),
            () -> node.get("/v1/pools/chat").get("pins").asInt() == 0);
      }
    }
  }

  /** How many sources a pin keeps at home; the table has the home of all others. */
  private static int pinned(GatewayCluster.Node node, Map<String, String> home) throws Exception {
    AtomicInteger pinned = new AtomicInteger();
    List<String> sources = List.copyOf(home.keySet());
    try (Crowd asking = new Crowd(8)) {
      asking.each(
          sources.size(),
          i -> {
            String source = sources.get(i);
            JsonNode answer = node.get("/v1/explain?listener=chat&source=" + source);
            assertThat(answer.get("server").asText()).as(source).isEqualTo(home.get(source));
            if (answer.get("by").asText().equals("pin")) {
              pinned.incrementAndGet();
            }
          });
    }
    return pinned.get();
  }

  private static Map<String, Integer> slots(JsonNode pool) {
    Map<String, Integer> slots = new HashMap<>();
    pool.get("servers").forEach(s -> slots.put(s.get("name").asText(), s.get("slots").asInt()));
    return slots;
  }
}
