package dev.holdfast.loadtest.cli;

import dev.holdfast.loadtest.cli.Converters.Bytes;
import dev.holdfast.loadtest.cli.Converters.Rate;
import dev.holdfast.loadtest.drive.CrowdPlan;
import dev.holdfast.loadtest.words.BadInput;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code loadtest storm}. The loss is what is tried; the check is that all are back. */
@Command(
    name = "storm",
    description =
        "Keeps sessions that come back when they are lost: kill a node and see how long it takes.")
final class StormCommand extends ScenarioCommand {
  @Option(
      names = "--sessions",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Sessions to keep. Default: ${DEFAULT-VALUE}.")
  private int sessions;

  @Option(
      names = "--rate",
      paramLabel = "N/s",
      defaultValue = "1000/s",
      description = "New sessions a second until all are there. Default: ${DEFAULT-VALUE}.")
  private Rate rate = new Rate(1000);

  @Option(
      names = "--every",
      paramLabel = "TIME",
      defaultValue = "1s",
      description = "Between two echoes of a session. Default: ${DEFAULT-VALUE}.")
  private Duration every = Duration.ofSeconds(1);

  @Option(
      names = "--size",
      paramLabel = "BYTES",
      defaultValue = "64",
      description = "Bytes of an echo. Default: ${DEFAULT-VALUE}.")
  private Bytes size = new Bytes(64);

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      defaultValue = "30s",
      description = "How long it goes on. Default: ${DEFAULT-VALUE}.")
  private Duration duration = Duration.ofSeconds(30);

  @Option(
      names = "--kill-pid",
      paramLabel = "PID",
      description = "A process of yours on this machine that is killed, as by kill -9.")
  private @Nullable Long pid;

  @Option(
      names = "--kill-after",
      paramLabel = "TIME",
      defaultValue = "5s",
      description = "When it is killed, once all sessions are there. Default: ${DEFAULT-VALUE}.")
  private Duration killAfter = Duration.ofSeconds(5);

  StormCommand(Console console, Class<?> main) {
    super(console, main);
  }

  @Override
  String scenario() {
    return "storm";
  }

  @Override
  List<CrowdPlan> crowds() {
    if (pid != null && ProcessHandle.of(pid).isEmpty()) {
      throw BadInput.of("kill-pid", pid, "a process that runs");
    }
    return List.of(
        CrowdPlan.steady(
                requireCount("sessions", sessions, 1),
                rate.perSecond(),
                1000.0 / Math.max(1, every.toMillis()),
                size(size))
            .reconnecting());
  }

  @Override
  boolean losesSessions() {
    return true;
  }

  @Override
  void begun(Console console) {
    Long victim = pid;
    if (victim == null) {
      return;
    }
    long waitMs = rampMs() + killAfter.toMillis();
    Thread killer =
        new Thread(
            () -> {
              try {
                Thread.sleep(waitMs);
              } catch (InterruptedException e) {
                return;
              }
              ProcessHandle.of(victim).ifPresent(ProcessHandle::destroyForcibly);
              console.err().println("killed " + victim);
            },
            "killer");
    killer.setDaemon(true);
    killer.start();
  }

  @Override
  long rampMs() {
    return rampMs(sessions, rate);
  }

  @Override
  long holdMs() {
    return duration.toMillis();
  }
}
