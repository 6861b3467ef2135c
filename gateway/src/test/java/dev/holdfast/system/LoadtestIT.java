package dev.holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The load test through the launcher, against gateways that it starts itself: its short forms. */
class LoadtestIT {
  @TempDir private Path folder;

  private record Ran(int exit, String out) {}

  private Ran loadtest(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("../holdfast", "loadtest"));
    command.addAll(List.of(arguments));
    Path out = folder.resolve("out");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    try {
      assertThat(process.waitFor(180, TimeUnit.SECONDS)).as("it ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Ran(process.exitValue(), Files.readString(out));
  }

  @Test
  void comparesProxiesOnTheSameWork() throws Exception {
    assumeTrue(
        Stream.of("/usr/sbin/haproxy", "/usr/bin/taskset").allMatch(f -> Files.exists(Path.of(f))),
        "SKIPPED: needs the packages haproxy and util-linux");
    Path page = folder.resolve("page.md");
    Ran ran =
        loadtest(
            "compare",
            "--rounds",
            "1",
            "--log",
            "on",
            "--peers",
            "haproxy,holdfast",
            "--only",
            "churn,echo,bulk,idle",
            "--warm",
            "300ms",
            "--measure",
            "300ms",
            "--idle",
            "300",
            "--markdown",
            page.toString());
    assertThat(ran.exit).as(ran.out).isZero();
    assertThat(Files.readString(page))
        .contains("|  | haproxy | holdfast |")
        .contains("| CPU per short session | ", "| CPU per echo of 64 B, 64 sessions | ")
        .contains("| CPU per GB, 16 streams | ", "| live memory per idle session | ");
  }

  @Test
  void fillsAClusterExactlyToItsLimitAndHoldsIt() throws Exception {
    Ran ran =
        loadtest(
            "cluster-hold",
            "--nodes",
            "3",
            "--sessions",
            "600",
            "--rate",
            "300/s",
            "--every",
            "1s",
            "--duration",
            "14s");
    assertThat(ran.exit).as(ran.out).isZero();
    assertThat(ran.out)
        .contains("ok     lost         0 of 600 sessions were lost")
        .contains("ok     limit        the servers had at most 600 sessions at once of 600")
        .contains(
            "ok     full         20 of 20 more sessions were refused at the limit, 0 admitted")
        .contains("ok     free         0 sessions are held after the last has ended");
  }
}
