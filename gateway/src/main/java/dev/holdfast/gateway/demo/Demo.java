package dev.holdfast.gateway.demo;

import dev.holdfast.words.HostPort;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
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
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Starts echo servers and nodes as processes, says what can be tried, and says when one of them
 * ends; restarts nothing. {@link #stop} ends them all and may come from any thread, once or more.
 */
public final class Demo {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration END_PATIENCE = Duration.ofSeconds(5);

  /** So long the first node may be alone at most before the others are started. */
  private static final Duration HEAD_START = Duration.ofSeconds(5);

  /** So long an end waits to be told: Ctrl-C reaches the children before it reaches us. */
  private static final Duration END_TOLD_AFTER = Duration.ofMillis(200);

  private final Layout layout;
  private final Commands commands;
  private final TemporaryFolder folder;
  private final @Nullable Path logs;
  private final PrintWriter out;
  private final PrintWriter err;
  private final Duration patience;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final BlockingQueue<Child> ended = new LinkedBlockingQueue<>();
  private final List<Child> children = new ArrayList<>(); // guarded by this

  /**
   * A demo that has not started.
   *
   * @param folder of its own files; removed at the end
   * @param logs where the children's output is kept, or null: in the folder
   * @param patience how long the nodes may take to be ready
   */
  Demo(
      Layout layout,
      Commands commands,
      Path folder,
      @Nullable Path logs,
      PrintWriter out,
      PrintWriter err,
      Duration patience) {
    this.layout = layout;
    this.commands = commands;
    this.folder = new TemporaryFolder(folder);
    this.logs = logs;
    this.out = out;
    this.err = err;
    this.patience = patience;
  }

  /**
   * A demo on free ports of this machine, in a temporary folder.
   *
   * @throws IOException if the folder cannot be made
   */
  public static Demo onThisMachine(
      int nodes,
      int servers,
      Commands commands,
      @Nullable Path logs,
      PrintWriter out,
      PrintWriter err)
      throws IOException {
    Layout layout = Layout.find(nodes, servers, Demo::isFree);
    Path folder = TemporaryFolder.make("holdfast-demo-").path();
    return new Demo(layout, commands, folder, logs, out, err, Duration.ofMinutes(2));
  }

  /**
   * Runs until it is stopped.
   *
   * @return 0, or 2 if a process could not be started or did not become ready; the reason is told
   */
  public int run() throws InterruptedException {
    try {
      start();
      if (!awaitReady()) {
        return 2;
      }
      out.println("ready nodes=" + layout.nodes().size() + " servers=" + layout.servers().size());
      invite();
      tellEnds();
      return 0;
    } catch (IOException e) {
      err.println("holdfast demo: cannot start: " + e.getMessage());
      return 2;
    } finally {
      stop();
    }
  }

  /** Ends all children and removes the files; returns when that is done. */
  public void stop() {
    boolean first;
    List<Child> all;
    synchronized (this) {
      first = stopping.getCount() > 0;
      stopping.countDown();
      all = List.copyOf(children);
    }
    if (!first) {
      awaitStopped();
      return;
    }
    long deadline = System.nanoTime() + END_PATIENCE.toNanos();
    all.forEach(Child::end);
    all.forEach(child -> child.awaitEnd(Duration.ofMillis(50)));
    all.forEach(Child::end); // the second signal: at once, in order
    all.forEach(child -> child.awaitEnd(Duration.ofNanos(deadline - System.nanoTime())));
    folder.close();
    stopped.countDown();
  }

  private void awaitStopped() {
    try {
      stopped.await(2 * END_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void start() throws IOException {
    if (logs != null) {
      Files.createDirectories(logs);
    }
    List<Child> nodes = new ArrayList<>();
    List<Child> servers = new ArrayList<>();
    nodes.add(node(layout.nodes().get(0)));
    for (Layout.Server server : layout.servers()) {
      servers.add(child("server", server.name(), commands.server(server.name(), server.address())));
    }
    awaitFirst(nodes.get(0), layout.nodes().get(0).member());
    for (Layout.Node node : layout.nodes().subList(1, layout.nodes().size())) {
      nodes.add(node(node));
    }
    for (int i = 0; i < servers.size(); i++) {
      Layout.Server server = layout.servers().get(i);
      out.printf(
          "server %s address=%s pid=%d%n", server.name(), server.address(), servers.get(i).pid());
    }
    for (int i = 0; i < nodes.size(); i++) {
      Layout.Node node = layout.nodes().get(i);
      out.printf(
          "node %s listener=%s admin=%s pid=%d%n",
          node.name(), node.listener(), node.admin(), nodes.get(i).pid());
    }
    out.flush();
  }

  private Child node(Layout.Node node) throws IOException {
    Path file = folder.path().resolve(node.name() + ".yaml");
    Files.writeString(file, layout.yaml(node));
    return child("node", node.name(), commands.node(file));
  }

  /** Nodes that start at the same moment first agree on who begins, which takes seconds. */
  private void awaitFirst(Child first, HostPort member) throws IOException {
    long deadline = System.nanoTime() + HEAD_START.toNanos();
    try {
      while (first.isAlive() && !accepts(member) && System.nanoTime() - deadline < 0) {
        if (stopping.await(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private synchronized Child child(String kind, String name, List<String> command)
      throws IOException {
    if (stopping.getCount() == 0) {
      throw new IOException("stopped");
    }
    Path log = (logs == null ? folder.path() : logs).resolve(name + ".log");
    Child child = Child.start(kind + " " + name, command, log);
    children.add(child);
    child.onExit(() -> ended.add(child));
    return child;
  }

  /** Waits until all serve; false if one ended, the time is over, or it was stopped. */
  private boolean awaitReady() throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
    List<HostPort> waiting = new ArrayList<>();
    layout.servers().forEach(server -> waiting.add(server.address()));
    List<HostPort> joining =
        new ArrayList<>(layout.nodes().stream().map(Layout.Node::admin).toList());
    while (true) {
      waiting.removeIf(Demo::accepts);
      joining.removeIf(admin -> isReady(client, admin));
      if (waiting.isEmpty() && joining.isEmpty()) {
        return true;
      }
      Child gone = ended.poll(POLL.toMillis(), TimeUnit.MILLISECONDS);
      if (stopping.getCount() == 0) {
        return false;
      }
      if (gone != null) {
        err.println(
            "holdfast demo: %s ended %s before it was ready: %s"
                .formatted(gone.title(), gone.ending(), gone.lastLine()));
        return false;
      }
      if (System.nanoTime() - deadline > 0) {
        err.println(
            "holdfast demo: not ready after %d s: %s %s"
                .formatted(patience.toSeconds(), waiting, joining));
        return false;
      }
    }
  }

  private void invite() {
    Layout.Node one = layout.nodes().get(0);
    Layout.Node two = layout.nodes().get(layout.nodes().size() > 1 ? 1 : 0);
    out.println("try nc " + spaced(one.listener()) + "   # a server says its name, then echoes");
    out.println("try nc " + spaced(two.listener()) + "   # another node: the same server");
    out.println(
        "try nc -s 127.0.0.9 " + spaced(one.listener()) + "   # another source: maybe another");
    out.println("try http://" + one.admin() + "/   # the console, in a browser; any node has it");
    for (Layout.Node node : layout.nodes()) {
      out.println("try curl -s http://" + node.admin() + "/v1/cluster");
    }
    String api = "./holdfast %s --api http://" + one.admin();
    out.println("try " + api.formatted("status"));
    out.println("try " + api.formatted("explain") + " --listener chat --source 127.0.0.9");
    out.println(
        "try kill -9 %d   # %s: sessions of the other nodes go on"
            .formatted(pidOf("node " + two.name()), two.name()));
    out.flush();
  }

  private static String spaced(HostPort address) {
    return address.host() + " " + address.port();
  }

  private synchronized long pidOf(String title) {
    return children.stream()
        .filter(child -> child.title().equals(title))
        .mapToLong(Child::pid)
        .findFirst()
        .orElseThrow();
  }

  private void tellEnds() throws InterruptedException {
    while (stopping.getCount() > 0) {
      Child gone = ended.poll(1, TimeUnit.SECONDS);
      if (gone != null && !stopping.await(END_TOLD_AFTER.toMillis(), TimeUnit.MILLISECONDS)) {
        out.println(gone.title() + " ended " + gone.ending());
        out.flush();
      }
    }
  }

  private static boolean isReady(HttpClient client, HostPort admin) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://" + admin + "/health/ready"))
              .timeout(Duration.ofSeconds(2))
              .build();
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static boolean accepts(HostPort address) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address.host(), address.port()), 500);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** True if nobody listens on a port of 127.0.0.1; one shared by SO_REUSEPORT is in use too. */
  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
