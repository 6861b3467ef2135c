package dev.holdfast.loadtest.scale;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The gateways of one cluster, started by their launcher; they end with {@link #close}. */
final class Gateways implements AutoCloseable {
  private static final int LISTENER = 7000;
  private static final int MEMBER = 5701;
  private static final int ADMIN = 8081;
  private static final long FIRST_MS = 20_000;
  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<Child> children = new ArrayList<>();
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(ANSWER).build();
  private final Path folder;
  private final Size size;

  Gateways(Path folder, Size size) {
    this.folder = folder;
    this.size = size;
  }

  static String host(int node) {
    return Net.OURS + (10 + node) + ".1";
  }

  static String listener(int node) {
    return host(node) + ":" + LISTENER;
  }

  /** The configuration of a node. Without checks: a server would count their connections too. */
  static String config(int node, Size size, int cluster) {
    String join =
        IntStream.range(0, size.nodes())
            .mapToObj(i -> host(i) + ":" + MEMBER)
            .collect(Collectors.joining(", "));
    String servers =
        IntStream.range(0, size.servers())
            .mapToObj(
                i ->
                    "      - { name: %s, host: %s, ports: [%d] }\n"
                        .formatted(AppServers.name(i), AppServers.host(i), AppServers.PORT))
            .collect(Collectors.joining());
    return """
    node:
      name: gw-%d
      state-dir: state-%d
      member: %s:%d
      admin: { bind: "%s:%d" }
      access-log: { to: none }
      listeners: { chat: "%s" }
      shutdown: { grace: 0s, deadline: 2s }
    cluster:
      name: scale-%d
      join: [%s]
    listeners:
      - name: chat
        bind: 127.0.0.1:%d
        pool: chat
        limits: { sessions: %d, queue: 1000, queue-timeout: 5s }
    pools:
      - name: chat
        check: { type: none }
        servers:
    %s\
    """
        .formatted(
            node + 1,
            node + 1,
            host(node),
            MEMBER,
            host(node),
            ADMIN,
            listener(node),
            cluster,
            join,
            LISTENER,
            size.sessions(),
            servers);
  }

  /** Starts them: the first alone, because those that start together first argue about it. */
  void start(Path launcher, String javaOptions) throws IOException, InterruptedException {
    int cluster = (int) ProcessHandle.current().pid();
    for (int i = 0; i < size.nodes(); i++) {
      Path file = folder.resolve("gw-" + (i + 1) + ".yaml");
      Files.writeString(file, config(i, size, cluster));
      children.add(
          Child.start(
              "gw-" + (i + 1),
              folder,
              Map.of(
                  "HOLDFAST_JAVA_OPTS", javaOptions, "JAVA_HOME", System.getProperty("java.home")),
              List.of(launcher.toString(), "run", "-c", file.toString())));
      if (i == 0) {
        awaitMember();
      }
    }
  }

  private void awaitMember() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + FIRST_MS * 1_000_000;
    while (System.nanoTime() < deadline) {
      children.get(0).requireAlive();
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(host(0), MEMBER), 500);
        return;
      } catch (IOException e) {
        Thread.sleep(100);
      }
    }
  }

  /** How many take sessions now. */
  int ready() throws IOException, InterruptedException {
    int ready = 0;
    for (int i = 0; i < children.size(); i++) {
      children.get(i).requireAlive();
      try {
        if (get(i, "/health/ready").statusCode() == 200) {
          ready++;
        }
      } catch (IOException e) {
        // not yet
      }
    }
    return ready;
  }

  /** Sessions of the cluster as a node tells them. */
  JsonNode cluster(int node) throws IOException, InterruptedException {
    return JSON.readTree(get(node, "/v1/cluster").body());
  }

  private HttpResponse<String> get(int node, String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://" + host(node) + ":" + ADMIN + path))
            .timeout(ANSWER)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  List<ProcessHandle> handles() {
    return children.stream().map(child -> child.process().toHandle()).toList();
  }

  /** Fails if one has ended. */
  void requireAlive() throws IOException {
    for (Child child : children) {
      child.requireAlive();
    }
  }

  @Override
  public void close() {
    children.forEach(Child::end);
    children.forEach(Child::end); // a second signal: at once, in order
    children.forEach(Child::close);
  }
}
