package dev.holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** The shared configuration is changed while sessions live, or refused as a whole. */
class ApplyIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int HELD = Integer.getInteger("holdfast.apply.held", 1_000);
  private static final int PER_SECOND = Integer.getInteger("holdfast.apply.rate", 400);

  private static ObjectNode config(GatewayCluster.Node node) throws Exception {
    return (ObjectNode) node.get("/v1/config").get("config");
  }

  private static long revision(GatewayCluster.Node node) throws Exception {
    return node.get("/v1/config").get("revision").asLong();
  }

  private static ObjectNode listener(ObjectNode config, String name, String bind) {
    ObjectNode listener = config.get("listeners").get(0).deepCopy();
    listener.put("name", name);
    listener.putArray("bind").add(bind);
    ((ArrayNode) config.get("listeners")).add(listener);
    return config;
  }

  @Test
  void underLoadNobodyIsRefusedOrLostAndWhatOneCannotFollowChangesNothing() throws Exception {
    List<Integer> ports = FreePorts.take(4);
    try (NamedServers servers = new NamedServers("app-1", "app-2", "app-3");
        GatewayCluster cluster = withSpare(servers, ports);
        Crowd crowd = new Crowd();
        ShortSessions load = new ShortSessions(cluster)) {
      crowd.each(
          HELD,
          i ->
              crowd.clients.add(
                  Client.open(Crowd.source(i), cluster.nodes.get(i % 3).listener, 10_000)));
      load.begin(PER_SECOND);
      Await.until("load", Duration.ofSeconds(20), () -> load.done.get() > PER_SECOND);
      int port = servers.add("app-4");
      ObjectNode next = config(cluster.nodes.get(0));
      JsonNode pool = next.get("pools").get(0);
      ((ObjectNode) pool.get("timeouts")).put("idle", "2h");
      ((ObjectNode) pool.get("affinity")).put("ttl", "5m");
      ((ObjectNode) next.get("cluster")).put("lease", "12s");
      ((ObjectNode) next.get("listeners").get(0).get("limits")).put("sessions", 6_000);
      ((ArrayNode) pool.get("servers"))
          .addObject()
          .put("name", "app-4")
          .put("host", servers.host())
          .putArray("ports")
          .add(port);

      HttpResponse<String> dry = cluster.put(cluster.nodes.get(1), next, 2, "?dryRun=true");
      assertThat(dry.statusCode()).as(dry.body()).isEqualTo(200);
      JsonNode effect = JSON.readTree(dry.body()).get("effect");
      assertThat(effect.get("pools").get(0).get("slots").asInt()).isEqualTo(16_384);
      assertThat(revision(cluster.nodes.get(1))).isEqualTo(2);
      long sentNanos = System.nanoTime();
      HttpResponse<String> done = cluster.put(cluster.nodes.get(1), next, 2, "");
      long answeredMs = (System.nanoTime() - sentNanos) / 1_000_000;
      assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
      assertThat(done.headers().firstValue("ETag")).contains("\"3\"");
      for (GatewayCluster.Node node : cluster.nodes) {
        Await.until(
            node.name + " has it",
            Duration.ofSeconds(2),
            () -> node.metric("holdfast_config_revision", "") == 3);
      }
      long allMs = (System.nanoTime() - sentNanos) / 1_000_000;
      for (GatewayCluster.Node node : cluster.nodes) {
        Await.until(
            node.name + " routes by four servers",
            Duration.ofSeconds(20),
            () -> {
              JsonNode now = node.get("/v1/pools/chat");
              return now.get("settled").asBoolean() && now.get("servers").size() == 4;
            });
      }
      int after = load.done.get();
      Await.until("more", Duration.ofSeconds(20), () -> load.done.get() > after + 2 * PER_SECOND);
      load.end();
      System.out.println(
          "apply under load: answered after %d ms, on all nodes after %d ms, %d short sessions"
                  .formatted(answeredMs, allMs, load.done.get())
              + " held="
              + HELD);
      assertThat(load.failed).isEmpty();
      assertThat(crowd.alive()).isEqualTo(HELD);
      HttpResponse<String> stale = cluster.put(cluster.nodes.get(2), next, 2, "");
      assertThat(stale.statusCode()).isEqualTo(412);
      ObjectNode less = config(cluster.nodes.get(0));
      ((ArrayNode) less.get("pools").get(0).get("servers")).remove(0);
      HttpResponse<String> live = cluster.put(cluster.nodes.get(2), less, 3, "");
      assertThat(live.statusCode()).isEqualTo(409);
      assertThat(live.body()).contains("server/chat/app-1 has");
      HttpResponse<String> forced = cluster.put(cluster.nodes.get(2), less, 3, "?force=true");
      assertThat(forced.statusCode()).as(forced.body()).isEqualTo(200);
      HttpResponse<String> again =
          cluster.send("POST", cluster.nodes.get(0), "/v1/config/revisions/3/apply", "{}", 4);
      assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
      assertThat(config(cluster.nodes.get(1)).get("pools").get(0).get("servers")).hasSize(4);
      JsonNode revisions = cluster.nodes.get(1).get("/v1/config/revisions").get("revisions");
      assertThat(revisions).hasSize(5);
      assertThat(revisions.get(1).get("what").toString()).contains("servers[app-1]: removed");
      changesNothingAnywhere(cluster, ports);
      aSignalReadsTheFileAgain(cluster.nodes.get(2));
      assertThat(crowd.alive()).isEqualTo(HELD);
    }
  }

  /** Each node has an address of its own for the listener {@code spare}, which is to come. */
  private static GatewayCluster withSpare(NamedServers servers, List<Integer> ports)
      throws Exception {
    String chat = GatewayCluster.chat(5_000, "affinity: { ttl: 1m }");
    GatewayCluster cluster =
        GatewayCluster.prepare(3, "", chat, servers, "app-1", "app-2", "app-3");
    for (GatewayCluster.Node node : cluster.nodes) {
      String own = "spare: \"127.0.0.1:" + ports.get(node.index) + "\"";
      String spare = "{ name: spare, bind: \"127.0.0.1:" + ports.get(3) + "\", pool: chat }";
      Files.writeString(
          node.file,
          Files.readString(node.file)
              .replaceFirst("listeners: \\{ (chat: [^}]*) }", "listeners: { $1, " + own + " }")
              .replaceFirst("(?m)^pools:", "  - " + spare + "\npools:")); // a file knows its names
    }
    GatewayCluster.start(cluster);
    ObjectNode without = config(cluster.nodes.get(0));
    ((ArrayNode) without.get("listeners")).remove(1);
    HttpResponse<String> removed = cluster.put(cluster.nodes.get(0), without, 1, "");
    assertThat(removed.statusCode()).as(removed.body()).isEqualTo(200);
    return cluster;
  }

  /** One node cannot have the address, or the configuration breaks a rule. */
  private static void changesNothingAnywhere(GatewayCluster cluster, List<Integer> ports)
      throws Exception {
    ObjectNode next = config(cluster.nodes.get(0));
    listener(next, "spare", "127.0.0.1:" + ports.get(3));
    long before = revision(cluster.nodes.get(0));
    try (ServerSocket taken = new ServerSocket()) {
      taken.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), ports.get(2)));
      HttpResponse<String> no = cluster.put(cluster.nodes.get(0), next, before, "");
      assertThat(no.statusCode()).as(no.body()).isEqualTo(409);
      assertThat(no.body())
          .contains("node gw-3: listeners[spare].bind: 127.0.0.1:" + ports.get(2))
          .contains("a port that is not in use on gw-3");
      for (GatewayCluster.Node node : cluster.nodes) {
        assertThat(revision(node)).isEqualTo(before);
        assertThat(node.get("/v1/listeners").get("listeners")).hasSize(1);
        assertThat(node.ready()).isTrue();
      }
      for (int i = 0; i < 2; i++) { // nobody holds what was tried
        int port = ports.get(i);
        Await.until("let go", Duration.ofSeconds(5), () -> free(port));
      }
    }
    ((ObjectNode) next.get("pools").get(0).get("timeouts")).put("idle", "soon");
    HttpResponse<String> invalid = cluster.put(cluster.nodes.get(1), next, before, "");
    assertThat(invalid.statusCode()).isEqualTo(400);
    assertThat(invalid.body()).contains("/pools/0/timeouts/idle");
    assertThat(revision(cluster.nodes.get(2))).isEqualTo(before);
    ((ObjectNode) next.get("pools").get(0).get("timeouts")).put("idle", "1h");
    HttpResponse<String> yes = cluster.put(cluster.nodes.get(0), next, before, "");
    assertThat(yes.statusCode()).as(yes.body()).isEqualTo(200);
    for (int i = 0; i < 3; i++) {
      InetSocketAddress spare = new InetSocketAddress("127.0.0.1", ports.get(i));
      Await.until("gw-" + (i + 1) + " listens", Duration.ofSeconds(5), () -> opens(spare));
    }
  }

  /** What needs a restart is named, and so is what differs from the shared configuration. */
  private static void aSignalReadsTheFileAgain(GatewayCluster.Node node) throws Exception {
    Files.writeString(
        node.file,
        Files.readString(node.file)
            .replaceFirst("node:\n", "node:\n  max-sessions: 777\n")
            .replaceFirst("ttl: 1m", "ttl: 7m"));
    node.signal("HUP");
    Await.until(
        "the log names the keys",
        Duration.ofSeconds(10),
        () -> Files.readString(node.log).contains("need a restart keys=[node.max-sessions]"));
    Await.until(
        "the drift names its keys",
        Duration.ofSeconds(10),
        () -> drift(node).contains("pools[chat].affinity.ttl"));
  }

  private static String drift(GatewayCluster.Node node) throws Exception {
    for (JsonNode each : node.get("/v1/nodes").get("nodes")) {
      if (each.get("name").asText().equals(node.name)) {
        return each.get("drift") + " " + each.get("driftKeys");
      }
    }
    return "";
  }

  private static boolean free(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean opens(InetSocketAddress listener) {
    try (Client client = Client.open(null, listener, 2_000)) {
      return client.alive();
    } catch (IOException e) {
      return false;
    }
  }

  /** So many sessions a second over all nodes: connect, a byte there and back, close. */
  private static final class ShortSessions implements AutoCloseable {
    final AtomicInteger done = new AtomicInteger();
    final ConcurrentLinkedQueue<String> failed = new ConcurrentLinkedQueue<>();
    private final GatewayCluster cluster;
    private final ExecutorService threads = Executors.newFixedThreadPool(64);
    private final AtomicInteger begun = new AtomicInteger();
    private volatile boolean stopped;

    ShortSessions(GatewayCluster cluster) {
      this.cluster = cluster;
    }

    void begin(int perSecond) {
      Thread pace =
          new Thread(
              () -> {
                long start = System.nanoTime();
                for (long n = 0; !stopped; n++) {
                  long due = start + n * 1_000_000_000L / perSecond;
                  LockSupport.parkNanos(Math.max(0, due - System.nanoTime()));
                  begun.incrementAndGet();
                  int number = (int) n;
                  threads.execute(() -> one(number));
                }
              },
              "pace");
      pace.setDaemon(true);
      pace.start();
    }

    private void one(int number) {
      String source = Crowd.source(200_000 + number % 5_000);
      InetSocketAddress listener = cluster.nodes.get(number % 3).listener;
      try (Client client = Client.open(source, listener, 10_000)) {
        if (!client.alive()) {
          failed.add(source + " no echo");
        }
      } catch (IOException e) {
        failed.add(source + " " + e.getMessage());
      } finally {
        done.incrementAndGet();
      }
    }

    void end() throws Exception {
      stopped = true;
      Await.until("all end", Duration.ofSeconds(20), () -> done.get() == begun.get());
    }

    @Override
    public void close() {
      stopped = true;
      threads.shutdownNow();
    }
  }
}
