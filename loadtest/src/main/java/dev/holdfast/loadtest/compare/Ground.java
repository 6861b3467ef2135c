package dev.holdfast.loadtest.compare;

import dev.holdfast.loadtest.io.Lane;
import dev.holdfast.loadtest.peers.Front;
import dev.holdfast.loadtest.peers.Leash;
import dev.holdfast.loadtest.peers.Ports;
import dev.holdfast.loadtest.peers.Tool;
import dev.holdfast.loadtest.serve.Servers;
import dev.holdfast.loadtest.serve.Tally;
import dev.holdfast.loadtest.words.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The servers of a comparison, which all proxies use: four that echo, four that take, and redis and
 * iperf3 if they are there. And the ports of the proxy in front of them.
 */
final class Ground implements AutoCloseable {
  /** A second opinion: the front and the port of redis. */
  static final String REDIS = "redis";

  /** A second opinion: the front and the port of iperf3. */
  static final String IPERF = "iperf";

  private static final int SERVERS = 4;
  private static final Target ANY = Target.parse("127.0.0.1:0");

  private final Servers servers;
  private final List<Process> programs = new ArrayList<>();
  private final Map<String, Front> fronts = new LinkedHashMap<>();
  private final Map<String, Double> calls = new LinkedHashMap<>();

  /**
   * Starts them.
   *
   * @param second whether redis and iperf3 are wanted
   */
  Ground(boolean second, Path folder) throws IOException {
    servers = new Servers(Lane.start("serve"), new Tally());
    add("chat", Servers.Kind.ECHO);
    add("sink", Servers.Kind.SINK);
    if (second && Tool.find("redis-server").isPresent()) {
      int port = Ports.free();
      program(
          folder,
          "redis-server",
          "--port",
          port,
          "--bind",
          "127.0.0.1",
          "--save",
          "",
          "--appendonly",
          "no");
      fronts.put(REDIS, new Front(REDIS, Ports.free(), List.of(port)));
    }
    if (second && Tool.find("iperf3").isPresent()) {
      int port = Ports.free();
      program(folder, "iperf3", "-s", "-B", "127.0.0.1", "-p", port);
      fronts.put(IPERF, new Front(IPERF, Ports.free(), List.of(port)));
    }
  }

  /** The same servers behind ports of another proxy; who made the first ground closes them. */
  Ground beside() throws IOException {
    return new Ground(this);
  }

  private Ground(Ground first) throws IOException {
    servers = first.servers;
    for (Front front : first.fronts()) {
      fronts.put(front.name(), new Front(front.name(), Ports.free(), front.servers()));
    }
  }

  private void add(String name, Servers.Kind kind) throws IOException {
    List<Integer> ports = new ArrayList<>();
    for (int i = 1; i <= SERVERS; i++) {
      ports.add(servers.add(name + "-" + i, ANY, kind, true));
    }
    fronts.put(name, new Front(name, Ports.free(), ports));
  }

  private void program(Path folder, Object... command) throws IOException {
    List<String> words = new ArrayList<>();
    for (Object word : command) {
      words.add(word.toString());
    }
    programs.add(
        Leash.hold(
            new ProcessBuilder(words)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(words.get(0) + ".out").toFile())
                .start()));
  }

  List<Front> fronts() {
    return List.copyOf(fronts.values());
  }

  boolean has(String front) {
    return fronts.containsKey(front);
  }

  int port(String front) {
    return fronts.get(front).port();
  }

  /**
   * Keeps how often each system call was made for a session, of the proxy that was measured last.
   */
  void note(Map<String, Long> made, double sessions) {
    calls.clear();
    made.forEach((name, count) -> calls.put(name, count / sessions));
  }

  Map<String, Double> calls() {
    return new LinkedHashMap<>(calls);
  }

  @Override
  public void close() {
    servers.close();
    for (Process program : programs) {
      program.destroyForcibly();
      try {
        program.waitFor(5, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
