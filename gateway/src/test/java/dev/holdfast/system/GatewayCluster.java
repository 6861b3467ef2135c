package dev.holdfast.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Gateway processes of one cluster on loopback, started from the runnable jar. */
final class GatewayCluster implements AutoCloseable {
  static final Path JAR = Path.of("target", "holdfast.jar").toAbsolutePath();
  private static final ObjectMapper JSON = new ObjectMapper();

  /** One node: its ports, its process. */
  final class Node {
    final int index;
    final String name;
    final String host;
    final InetSocketAddress listener;
    final int admin;
    final int member;
    final Path file;
    final Path log;
    Process process;

    Node(int index, List<Integer> ports) {
      this.index = index;
      this.name = "gw-" + (index + 1);
      this.host = net == null ? "127.0.0.1" : net.host(index);
      this.listener = new InetSocketAddress(host, ports.get(0));
      this.admin = ports.get(1);
      this.member = ports.get(2);
      this.file = folder.resolve(name + ".yaml");
      this.log = folder.resolve(name + ".log");
    }

    void start() throws IOException {
      process =
          new ProcessBuilder(
                  Stream.concat(
                          net == null ? Stream.of() : net.prefix(index).stream(),
                          command("run", "-c", file.toString()).stream())
                      .toList())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
    }

    /** Sends a signal by its name, as KILL or STOP. */
    void signal(String signal) throws Exception {
      new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
    }

    boolean ready() {
      try {
        return status(this, "/health/ready") == 200;
      } catch (IOException | InterruptedException e) {
        return false;
      }
    }

    void awaitReady(Duration bound) throws Exception {
      Await.until(
          name + " is ready; log:\n" + tail(),
          bound,
          () -> {
            if (!process.isAlive()) {
              throw new AssertionError(name + " ended:\n" + tail());
            }
            return ready();
          });
    }

    String tail() throws IOException {
      List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
    }

    JsonNode get(String path) throws Exception {
      HttpResponse<String> answer = request("GET", this, path, null);
      if (answer.statusCode() != 200) {
        throw new AssertionError(path + " answered " + answer.statusCode() + ": " + answer.body());
      }
      return JSON.readTree(answer.body());
    }

    /** A counter or gauge of this node: the sum over all series whose labels contain the text. */
    double metric(String name, String labels) throws Exception {
      String text = request("GET", this, "/metrics", null).body();
      double sum = 0;
      for (String line : text.split("\n")) {
        if (line.startsWith(name)
            && (line.charAt(name.length()) == '{' || line.charAt(name.length()) == ' ')
            && line.contains(labels)) {
          sum += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
        }
      }
      return sum;
    }
  }

  /** The token that the admin API of nodes outside loopback asks for. */
  static final String TOKEN = "system-test";

  final Path folder;
  private final Namespaces net;
  final List<Node> nodes = new ArrayList<>();
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  private GatewayCluster(Path folder, Namespaces net) {
    this.folder = folder;
    this.net = net;
  }

  /**
   * Writes the files and starts the nodes.
   *
   * @param shared YAML of the cluster's keys below {@code cluster:} (indented by two) such as
   *     on-partition
   * @param rest YAML of limits, listeners and pools; {@code bind} of the listener {@code chat} is
   *     overridden per node. {@code %servers} in it is replaced by the servers, rotated by one per
   *     node so that no two nodes list them in the same order
   */
  static GatewayCluster start(
      int count, String shared, String rest, NamedServers servers, String... names)
      throws Exception {
    return start(prepare(count, shared, rest, servers, names));
  }

  /** Starts all nodes of a prepared cluster and waits until they are ready. */
  static GatewayCluster start(GatewayCluster cluster) throws Exception {
    for (Node node : cluster.nodes) {
      node.start();
    }
    for (Node node : cluster.nodes) {
      node.awaitReady(Duration.ofSeconds(60));
    }
    return cluster;
  }

  /** Writes the files and starts nothing. */
  static GatewayCluster prepare(
      int count, String shared, String rest, NamedServers servers, String... names)
      throws Exception {
    return prepare(null, count, shared, rest, servers, names);
  }

  /** The same with each node in a network namespace of its own, or on loopback (null). */
  static GatewayCluster prepare(
      Namespaces net, int count, String shared, String rest, NamedServers servers, String... names)
      throws Exception {
    Path folder = Files.createTempDirectory("holdfast-system");
    GatewayCluster cluster = new GatewayCluster(folder, net);
    Path tokens = folder.resolve("tokens.yaml");
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(TOKEN.getBytes(UTF_8));
    Files.writeString(
        tokens,
        "- { name: test, role: operator, sha256: " + HexFormat.of().formatHex(digest) + " }\n");
    List<Integer> ports = FreePorts.take(3 * count);
    for (int i = 0; i < count; i++) {
      cluster.nodes.add(cluster.new Node(i, ports.subList(3 * i, 3 * i + 3)));
    }
    String join =
        cluster.nodes.stream().map(n -> n.host + ":" + n.member).collect(Collectors.joining(", "));
    for (Node node : cluster.nodes) {
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < names.length; i++) {
        String name = names[(i + node.index) % names.length];
        lines.add(
            "      - { name: %s, host: %s, ports: [%d] }"
                .formatted(name, servers.host(), servers.port(name)));
      }
      String text =
          """
          node:
            name: %s
            state-dir: %s
            member: %s:%d
            admin: { bind: "%s:%d"%s }
            listeners: { chat: "%s:%d" }
          cluster:
            name: system-%d
            join: [%s]
          %s
          %s
          """
              .formatted(
                  node.name,
                  folder.resolve("state-" + node.name),
                  node.host,
                  node.member,
                  node.host,
                  node.admin,
                  net == null ? "" : ", tokens-file: " + tokens,
                  node.host,
                  node.listener.getPort(),
                  ProcessHandle.current().pid(),
                  join,
                  shared,
                  rest.replace("%servers", String.join("\n", lines)));
      Files.writeString(node.file, text);
    }
    return cluster;
  }

  /** The usual listener and pool, with a limit on the listener or none (null). */
  static String chat(Integer limit, String poolExtra) {
    return chat(limit, "5s", poolExtra);
  }

  /** The same, and clients that find no permit wait so long. */
  static String chat(Integer limit, String queueTimeout, String poolExtra) {
    return """
    listeners:
      - name: chat
        bind: 127.0.0.1:7000
        pool: chat
        limits: { sessions: %s, queue: 1000, queue-timeout: %s }
    pools:
      - name: chat
    %s
        servers:
    %%servers
    """
        .formatted(
            limit == null ? "none" : limit,
            queueTimeout,
            poolExtra == null ? "" : poolExtra.indent(4).stripTrailing());
  }

  /** The node that a node names as the leader. */
  Node leader(Node asked) throws Exception {
    String name = asked.get("/v1/cluster").get("leader").asText();
    return nodes.stream().filter(node -> node.name.equals(name)).findFirst().orElseThrow();
  }

  static List<String> command(String... args) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
    for (String flag : System.getProperty("holdfast.jvm", "").trim().split("\\s+")) {
      if (!flag.isEmpty()) {
        command.add(flag);
      }
    }
    command.addAll(Archive.flags(List.copyOf(command), JAR));
    command.addAll(List.of("-jar", JAR.toString()));
    command.addAll(List.of(args));
    return command;
  }

  private HttpResponse<String> request(String method, Node node, String path, String body)
      throws IOException, InterruptedException {
    return send(method, node, path, body, null);
  }

  /** Puts a configuration that was made for a revision. */
  HttpResponse<String> put(Node node, JsonNode config, long revision, String query)
      throws Exception {
    return send("PUT", node, "/v1/config" + query, config.toString(), revision);
  }

  /** Sends a request, a change if it has a body, made for a revision if one is given. */
  HttpResponse<String> send(String method, Node node, String path, String body, Number revision)
      throws IOException, InterruptedException {
    HttpRequest.BodyPublisher content =
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + node.host + ":" + node.admin + path))
            .timeout(Duration.ofSeconds(10))
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + TOKEN)
            .method(method, content);
    if (revision != null) {
      request.header("If-Match", "\"" + revision + "\"");
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  int status(Node node, String path) throws IOException, InterruptedException {
    return request("GET", node, path, null).statusCode();
  }

  /** Sends a change and returns the status. */
  int change(String method, Node node, String path, String body) throws Exception {
    return request(method, node, path, body).statusCode();
  }

  /** Sends a change that must be answered with a status, and returns the body. */
  JsonNode send(int status, String method, Node node, String path, String body) throws Exception {
    HttpResponse<String> answer = request(method, node, path, body);
    if (answer.statusCode() != status) {
      throw new AssertionError(path + " answered " + answer.statusCode() + ": " + answer.body());
    }
    return JSON.readTree(answer.body());
  }

  @Override
  public void close() throws IOException {
    for (Node node : nodes) {
      if (node.process != null) {
        node.process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
      }
    }
    try (Stream<Path> files = Files.walk(folder)) {
      if (System.getProperty("holdfast.keep") == null) {
        files.sorted(java.util.Comparator.reverseOrder()).forEach(p -> p.toFile().delete());
      }
    }
  }
}
