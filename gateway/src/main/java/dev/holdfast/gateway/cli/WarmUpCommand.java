package dev.holdfast.gateway.cli;

import dev.holdfast.config.Checked;
import dev.holdfast.config.ConfigFile;
import dev.holdfast.config.Host;
import dev.holdfast.config.Settings;
import dev.holdfast.gateway.demo.EchoServer;
import dev.holdfast.gateway.demo.TemporaryFolder;
import dev.holdfast.words.HostPort;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import picocli.CommandLine.Command;

/**
 * {@code holdfast warm-up}: a node of this process alone that is started, used and ended, so that
 * the Java machine can write down which classes a start needs. The launcher's {@code archive} runs
 * it.
 */
@Command(
    name = "warm-up",
    hidden = true,
    description = "Starts a node for itself on free loopback ports, uses it and ends.")
final class WarmUpCommand implements Callable<Integer> {
  private static final Duration READY_WITHIN = Duration.ofMinutes(2);
  private static final int SESSIONS = 200;
  private static final List<String> PATHS =
      List.of("/v1/cluster", "/v1/nodes", "/v1/listeners", "/v1/pools", "/v1/config");

  private final Console console;
  private final NodeRun run;

  WarmUpCommand(Console console, NodeRun run) {
    this.console = console;
    this.run = run;
  }

  /** Where the node listens, is asked, and is a member. */
  private record Ports(int listener, int admin, int member) {}

  @Override
  public Integer call() throws IOException {
    try (TemporaryFolder folder = TemporaryFolder.make("holdfast-warm-up");
        EchoServer server = new EchoServer("app-1", new HostPort("127.0.0.1", 0))) {
      daemon("warm-up-server", () -> serve(server));
      Ports ports = freePorts();
      Path file = folder.path().resolve("gw.yaml");
      Files.writeString(file, yaml(ports, server.port()));
      Supplier<Checked<Settings>> read = () -> ConfigFile.read(file, Host.here());
      if (!(read.get() instanceof Checked.Good<Settings> good)) {
        throw new Impossible("cannot start a node on loopback");
      }
      boolean[] used = new boolean[1];
      daemon("warm-up-user", () -> used[0] = use(ports));
      int exit = run.run(good.value(), read);
      return used[0] ? exit : Exit.IMPOSSIBLE;
    }
  }

  private static void serve(EchoServer server) {
    try {
      server.serve();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String yaml(Ports ports, int server) {
    return """
    node:
      name: warm-up
      state-dir: ./state
      member: "127.0.0.1:%d"
      admin: { bind: "127.0.0.1:%d" }
      access-log: { to: none }
      shutdown: { grace: 0s, deadline: 1s }
    cluster: { name: warm-up-%d }
    limits: { sessions: 1000 }
    listeners:
      - { name: warm-up, bind: "127.0.0.1:%d", pool: warm-up, limits: { sessions: 1000 } }
    pools:
      - name: warm-up
        servers: [{ name: app-1, host: 127.0.0.1, ports: [%d], limits: { sessions: 1000 } }]
    """
        .formatted(
            ports.member, ports.admin, ProcessHandle.current().pid(), ports.listener, server);
  }

  /** Uses the node and ends it; false if it did not become ready. */
  private boolean use(Ports ports) {
    boolean ready = awaitReady(ports);
    try {
      if (ready) {
        sessions(ports);
        Api api = new Api(uri(ports), null);
        PATHS.forEach(api::get);
        try (InputStream metrics = uri(ports).resolve("/metrics").toURL().openStream()) {
          metrics.transferTo(OutputStream.nullOutputStream());
        }
      }
      // a shell has it, where an image has no program of that name; SIGINT is ignored in a
      // background
      new ProcessBuilder("sh", "-c", "kill -TERM " + ProcessHandle.current().pid()).start();
    } catch (IOException | Impossible e) {
      console.fault("warm-up: " + e.getMessage());
      Runtime.getRuntime().halt(Exit.IMPOSSIBLE);
    }
    return ready;
  }

  private static URI uri(Ports ports) {
    return URI.create("http://127.0.0.1:" + ports.admin);
  }

  private static boolean awaitReady(Ports ports) {
    Api api = new Api(uri(ports), null);
    long end = System.nanoTime() + READY_WITHIN.toNanos();
    while (System.nanoTime() < end) {
      try {
        if (api.get("/health/ready").good()) {
          return true;
        }
      } catch (Impossible e) {
        // not there yet
      }
      LockSupport.parkNanos(20_000_000L);
    }
    return false;
  }

  private static void sessions(Ports ports) throws IOException {
    byte[] said = "warm-up".getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < SESSIONS; i++) {
      try (Socket client = new Socket(InetAddress.getLoopbackAddress(), ports.listener)) {
        client.setSoTimeout((int) READY_WITHIN.toMillis());
        client.getOutputStream().write(said);
        client.shutdownOutput();
        client.getInputStream().transferTo(OutputStream.nullOutputStream());
      }
    }
  }

  private static Ports freePorts() throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 3; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      List<Integer> ports = sockets.stream().map(ServerSocket::getLocalPort).toList();
      return new Ports(ports.get(0), ports.get(1), ports.get(2));
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }

  private static void daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }
}
