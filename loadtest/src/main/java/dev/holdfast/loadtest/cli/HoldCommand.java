package dev.holdfast.loadtest.cli;

import dev.holdfast.loadtest.cli.Converters.Bytes;
import dev.holdfast.loadtest.cli.Converters.Rate;
import dev.holdfast.loadtest.drive.CrowdPlan;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code loadtest hold}. */
@Command(name = "hold", description = "Opens sessions and keeps them, an echo now and then.")
final class HoldCommand extends ScenarioCommand {
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
      defaultValue = "60s",
      description = "Between two echoes of a session. Default: ${DEFAULT-VALUE}.")
  private Duration every = Duration.ofMinutes(1);

  @Option(
      names = "--size",
      paramLabel = "BYTES",
      defaultValue = "64",
      description = "Bytes of an echo. Default: ${DEFAULT-VALUE}.")
  private Bytes size = new Bytes(64);

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      defaultValue = "60s",
      description = "How long they are kept once all are there. Default: ${DEFAULT-VALUE}.")
  private Duration duration = Duration.ofMinutes(1);

  HoldCommand(Console console, Class<?> main) {
    super(console, main);
  }

  @Override
  String scenario() {
    return "hold";
  }

  @Override
  List<CrowdPlan> crowds() {
    return List.of(
        CrowdPlan.steady(
            requireCount("sessions", sessions, 1),
            rate.perSecond(),
            1000.0 / Math.max(1, every.toMillis()),
            size(size)));
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
