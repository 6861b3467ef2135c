package dev.holdfast.loadtest.compare;

import dev.holdfast.loadtest.peers.Peer;
import dev.holdfast.loadtest.peers.Running;
import dev.holdfast.loadtest.peers.Setup;
import dev.holdfast.loadtest.peers.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Rounds of bouts. Pins this process to the core that the proxies do not have. */
public final class Comparison {
  private static final int PROXY_CPU = 0;
  private static final int LOAD_CPU = 1;
  private static final int SESSIONS = 9500;

  private final List<Peer> peers;
  private final Work work;
  private final boolean log;
  private final Consumer<String> says;

  /**
   * A comparison.
   *
   * @param peers the first is the one that ratios are taken to
   * @param log whether all write their access log
   * @param says hears a line about each bout
   */
  public Comparison(List<Peer> peers, Work work, boolean log, Consumer<String> says) {
    this.peers = List.copyOf(peers);
    this.work = work;
    this.log = log;
    this.says = says;
  }

  /**
   * Each round starts every proxy anew, one after the other.
   *
   * @return the figures of each peer, round by round
   * @throws IOException if a proxy fails; the message is one line
   */
  public Rounds run(int rounds) throws IOException, InterruptedException {
    pin();
    Rounds result = new Rounds();
    Path folder = Files.createTempDirectory("holdfast-compare-");
    try (Ground ground = new Ground(work.parts().contains(Work.Part.SECOND), folder)) {
      List<Peer> order = new ArrayList<>(peers);
      for (int round = 1; round <= rounds; round++) {
        for (Peer peer : order) {
          says.accept(
              "round %d of %d, log %s: %s"
                  .formatted(round, rounds, log ? "on" : "off", peer.name()));
          try (Seat seat = start(peer, ground, folder.resolve(peer.name() + "-" + round))) {
            result.add(peer.name(), seat.fight(work));
          }
          result.calls(peer.name(), ground.calls());
        }
        Collections.rotate(order, 1);
      }
    } finally {
      remove(folder);
    }
    return result;
  }

  /**
   * All proxies run at once on the one core and are warmed; in each round each has a short turn of
   * each kind of work. A machine that is slow for a while is slow for all of them.
   *
   * @return the figures of each peer, round by round
   * @throws IOException if a proxy fails; the message is one line
   */
  public Rounds sideBySide(int rounds) throws IOException, InterruptedException {
    pin();
    Rounds result = new Rounds();
    Path folder = Files.createTempDirectory("holdfast-compare-");
    List<Seat> seats = new ArrayList<>();
    try (Ground ground = new Ground(false, folder)) {
      for (Peer peer : peers) {
        says.accept("starting and warming, log %s: %s".formatted(log ? "on" : "off", peer.name()));
        Seat seat = start(peer, ground.beside(), folder.resolve(peer.name()));
        seats.add(seat);
        seat.fight(work);
      }
      List<Seat> order = new ArrayList<>(seats);
      for (int round = 1; round <= rounds; round++) {
        says.accept("round %d of %d".formatted(round, rounds));
        Map<String, Map<Measure, Double>> figures = new LinkedHashMap<>();
        for (Work.Part part : new TreeSet<>(work.parts())) {
          for (Seat seat : order) {
            figures
                .computeIfAbsent(seat.peer().name(), any -> new EnumMap<>(Measure.class))
                .putAll(seat.fight(work.warm(part)));
          }
        }
        figures.forEach(result::add);
        Collections.rotate(order, 1);
      }
    } finally {
      seats.forEach(Seat::close);
      remove(folder);
    }
    return result;
  }

  /** A proxy that runs, and what it runs on. */
  private record Seat(Peer peer, Running proxy, Ground ground) implements AutoCloseable {
    Map<Measure, Double> fight(Work work) throws IOException, InterruptedException {
      try {
        return new Bout(proxy, ground, work).fight();
      } catch (IOException e) {
        throw new IOException(peer.name() + ": " + e.getMessage(), e);
      }
    }

    @Override
    public void close() {
      proxy.close();
    }
  }

  private Seat start(Peer peer, Ground ground, Path folder)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Setup setup = new Setup(folder, ground.fronts(), SESSIONS, log, PROXY_CPU);
    return new Seat(peer, peer.start(setup), ground);
  }

  private static void pin() throws IOException, InterruptedException {
    Tool.run(
        5000,
        List.of(
            "taskset",
            "-acp",
            String.valueOf(LOAD_CPU),
            String.valueOf(ProcessHandle.current().pid())));
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** The figures of each peer by round. */
  public static final class Rounds {
    private final Map<String, List<Map<Measure, Double>>> figures = new LinkedHashMap<>();
    private final Map<String, Map<String, Double>> calls = new LinkedHashMap<>();

    void add(String peer, Map<Measure, Double> round) {
      figures.computeIfAbsent(peer, any -> new ArrayList<>()).add(round);
    }

    void calls(String peer, Map<String, Double> perSession) {
      calls.put(peer, perSession);
    }

    /** The figures of a peer, a map a round. */
    List<Map<Measure, Double>> of(String peer) {
      return figures.getOrDefault(peer, List.of());
    }

    /** How often each system call was made for a session, by peer. */
    Map<String, Map<String, Double>> calls() {
      return calls;
    }
  }
}
