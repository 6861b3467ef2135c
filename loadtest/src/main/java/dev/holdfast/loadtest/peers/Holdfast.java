package dev.holdfast.loadtest.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Holdfast as its launcher starts it, limits and metrics on. */
public final class Holdfast implements Peer {
  private static final String SMALL = "-Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1";
  private static final long OTHERS_MS = 120_000;

  private final String name;
  private final Path launcher;
  private final Path javaHome;
  private final List<String> javaOptions;
  private final int nodes;

  /**
   * By its launcher.
   *
   * @param name in tables
   * @param javaHome its Java
   * @param javaOptions more flags for that
   * @param nodes of its cluster; only the first is loaded and measured, the others share the core
   *     of the load
   */
  public Holdfast(String name, Path launcher, Path javaHome, List<String> javaOptions, int nodes) {
    this.name = name;
    this.launcher = launcher.toAbsolutePath();
    this.javaHome = javaHome;
    this.javaOptions = List.copyOf(javaOptions);
    this.nodes = nodes;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<String> version() {
    if (!Files.isExecutable(launcher)) {
      return Optional.empty();
    }
    return Tool.version(javaHome.resolve("bin/java").toString(), "-version", "\"([\\d.]+)")
        .map(version -> "Java " + version);
  }

  @Override
  public String packages() {
    return "(none: " + launcher + " is not there; build with mvn package, or --holdfast FILE)";
  }

  @Override
  public Running start(Setup setup) throws IOException, InterruptedException {
    List<Integer> members = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      members.add(Ports.free());
    }
    int admin = Ports.free();
    Files.writeString(file(setup, 1), config(setup, 1, members, admin, setup.fronts()));
    List<Process> others = new ArrayList<>();
    try {
      for (int node = 2; node <= nodes; node++) {
        others.add(other(setup, node, members));
      }
      Running running =
          Running.start(
              setup,
              name(),
              List.of(launcher.toString(), "run", "-c", file(setup, 1).toString()),
              Map.of(
                  "JAVA_HOME",
                  javaHome.toString(),
                  "HOLDFAST_JAVA_OPTS",
                  String.join(" ", javaOptions)
                      + " -Xlog:safepoint:file="
                      + setup.folder().resolve(Pauses.FILE)));
      others.forEach(running::with);
      awaitNodes(running, admin);
      return running;
    } catch (IOException | InterruptedException e) {
      others.forEach(Process::destroyForcibly);
      throw e;
    }
  }

  private static Path file(Setup setup, int node) {
    return setup.folder().resolve("holdfast-" + node + ".yaml");
  }

  /** Another node of the cluster, anywhere but on the core that is measured. */
  private Process other(Setup setup, int node, List<Integer> members) throws IOException {
    List<Front> fronts = new ArrayList<>();
    for (Front front : setup.fronts()) {
      fronts.add(new Front(front.name(), Ports.free(), front.servers()));
    }
    Files.writeString(file(setup, node), config(setup, node, members, Ports.free(), fronts));
    ProcessBuilder builder =
        new ProcessBuilder(launcher.toString(), "run", "-c", file(setup, node).toString())
            .directory(setup.folder().toFile())
            .redirectErrorStream(true)
            .redirectOutput(setup.folder().resolve("node-" + node + ".out").toFile());
    builder.environment().put("JAVA_HOME", javaHome.toString());
    builder.environment().put("HOLDFAST_JAVA_OPTS", SMALL);
    return Leash.hold(builder.start());
  }

  /** Waits until all nodes are there; the fronts are open before. */
  private void awaitNodes(Running running, int admin) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + OTHERS_MS * 1_000_000;
    while (nodes > 1) {
      try {
        URI address = URI.create("http://127.0.0.1:" + admin + "/v1/nodes");
        String told = new String(address.toURL().openStream().readAllBytes(), UTF_8);
        if (told.split("\"READY\"", -1).length - 1 >= nodes) {
          return;
        }
      } catch (IOException e) {
        // not yet
      }
      if (System.nanoTime() > deadline) {
        running.close();
        throw new IOException("not " + nodes + " nodes after two minutes: " + running.tail());
      }
      Thread.sleep(200);
    }
  }

  /** Its configuration. */
  static String config(
      Setup setup, int node, List<Integer> members, int admin, List<Front> fronts) {
    String listeners =
        setup.fronts().stream()
            .map(
                front ->
                    """
                      - name: %1$s
                        bind: 127.0.0.1:%2$d
                        pool: %1$s
                        limits: { sessions: %3$d }
                    """
                        .formatted(front.name(), front.port(), setup.sessions()))
            .collect(Collectors.joining());
    String pools =
        setup.fronts().stream()
            .map(
                front ->
                    "  - name: %s\n    servers:\n%s"
                        .formatted(front.name(), servers(front, setup.sessions())))
            .collect(Collectors.joining());
    String own =
        fronts.stream()
            .map(front -> front.name() + ": \"127.0.0.1:" + front.port() + "\"")
            .collect(Collectors.joining(", "));
    String join =
        members.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(", "));
    return """
    node:
      name: gw-%d
      state-dir: state-%d
      member: 127.0.0.1:%d
      admin: { bind: "127.0.0.1:%d" }
      access-log: { to: %s }
      max-sessions: %d
      listeners: { %s }
    cluster:
      name: compare-%d
    %slisteners:
    %spools:
    %s\
    """
        .formatted(
            node,
            node,
            members.get(node - 1),
            admin,
            setup.log() ? "holdfast-" + node + ".log" : "none",
            setup.sessions() + 100,
            own,
            ProcessHandle.current().pid(),
            members.size() > 1 ? "  join: [" + join + "]\n" : "",
            listeners,
            pools);
  }

  private static String servers(Front front, int sessions) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < front.servers().size(); i++) {
      text.append(
          "      - { name: %s-%d, host: 127.0.0.1, ports: [%d], limits: { sessions: %d } }\n"
              .formatted(front.name(), i + 1, front.servers().get(i), sessions));
    }
    return text.toString();
  }
}
