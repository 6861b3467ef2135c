package dev.holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** A node that runs out of descriptors while it serves, and gets them back. */
class DescriptorsIT {
  private static final int HELD = 200;
  private static final int MORE = 20;
  private static final int BEYOND = 60;

  /** A part of a core; a node that spins takes all of it. */
  private static final double MOST_BUSY = 0.5;

  @Test
  void atTheCeilingItRefusesCountsLosesNobodyAndRecovers() throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/prlimit")), "needs prlimit");
    try (NamedServers servers = new NamedServers("app-1");
        GatewayCluster cluster =
            GatewayCluster.start(
                1, "", GatewayCluster.chat(null, "check: { type: none }"), servers, "app-1");
        Crowd held = new Crowd(MORE);
        Crowd late = new Crowd(BEYOND)) {
      GatewayCluster.Node node = cluster.nodes.get(0);
      held.each(HELD, i -> assertThat(held.open(null, node.listener, 5000)).isTrue());
      node.metric("up", ""); // what a scrape opens for the first time is open from now on
      long pid = node.process.pid();
      limit(pid, highest(pid) + 1 + 2 * MORE);
      int[] served = {0};
      late.each(
          BEYOND,
          i -> {
            if (late.open(null, node.listener, 500)) {
              synchronized (served) {
                served[0]++;
              }
            }
          });
      assertThat(served[0]).isBetween(MORE / 2, MORE + 1);
      long cpu = cpuNanos(pid);
      long begin = System.nanoTime();
      assertThat(held.alive()).isEqualTo(HELD);
      Await.until(
          "a second passed",
          Duration.ofSeconds(5),
          () -> System.nanoTime() - begin > Duration.ofSeconds(1).toNanos());
      double busy = (double) (cpuNanos(pid) - cpu) / (System.nanoTime() - begin);
      limit(pid, 20_000);
      late.leave();
      Await.until("its own are left", Duration.ofSeconds(5), () -> servers.current() == HELD);
      late.each(BEYOND, i -> assertThat(late.open(null, node.listener, 5000)).isTrue());
      assertThat(held.alive()).isEqualTo(HELD);
      double faults = node.metric("holdfast_accept_faults_total", "");
      System.out.printf(
          "at the ceiling: %d of %d more served, %.0f accept faults, %.0f %% of a core%n",
          served[0], BEYOND, faults, busy * 100);
      assertThat(faults).isPositive();
      assertThat(busy).isLessThan(MOST_BUSY);
    }
  }

  private static void limit(long pid, long files) throws Exception {
    assertThat(
            new ProcessBuilder("prlimit", "--pid", "" + pid, "--nofile=" + files + ":")
                .inheritIO()
                .start()
                .waitFor())
        .isZero();
  }

  private static long highest(long pid) throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      return open.mapToLong(file -> Long.parseLong(file.getFileName().toString()))
          .max()
          .orElseThrow();
    }
  }

  private static long cpuNanos(long pid) throws IOException {
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
      return threads.toList().stream().mapToLong(DescriptorsIT::threadNanos).sum();
    }
  }

  private static long threadNanos(Path thread) {
    try {
      List<String> lines = Files.readAllLines(thread.resolve("schedstat"));
      return Long.parseLong(lines.get(0).split(" ")[0]);
    } catch (IOException e) {
      if (Files.exists(thread)) {
        throw new UncheckedIOException(e);
      }
      return 0; // it ended meanwhile
    }
  }
}
