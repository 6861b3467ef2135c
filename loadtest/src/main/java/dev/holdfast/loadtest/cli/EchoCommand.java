package dev.holdfast.loadtest.cli;

import dev.holdfast.loadtest.cli.Converters.Bytes;
import dev.holdfast.loadtest.cli.Converters.Rate;
import dev.holdfast.loadtest.drive.CrowdPlan;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code loadtest echo}. */
@Command(
    name = "echo",
    description = "Sessions that echo all the time, at a rate or as fast as they can.")
final class EchoCommand extends ScenarioCommand {
  @Option(
      names = "--sessions",
      paramLabel = "N",
      defaultValue = "64",
      description = "Sessions. Default: ${DEFAULT-VALUE}.")
  private int sessions;

  @Option(
      names = "--rate",
      paramLabel = "N/s",
      defaultValue = "0/s",
      description =
          "Echoes a second over all sessions, at fixed times; 0: one after the other. Default:"
              + " ${DEFAULT-VALUE}.")
  private Rate rate = new Rate(0);

  @Option(
      names = "--size",
      paramLabel = "BYTES",
      defaultValue = "64",
      description = "Bytes of an echo. Default: ${DEFAULT-VALUE}.")
  private Bytes size = new Bytes(64);

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      defaultValue = "10s",
      description = "How long it goes on. Default: ${DEFAULT-VALUE}.")
  private Duration duration = Duration.ofSeconds(10);

  EchoCommand(Console console, Class<?> main) {
    super(console, main);
  }

  @Override
  String scenario() {
    return "echo";
  }

  @Override
  List<CrowdPlan> crowds() {
    int count = requireCount("sessions", sessions, 1);
    CrowdPlan plan = CrowdPlan.steady(count, 0, rate.perSecond() / count, size(size));
    return List.of(rate.perSecond() > 0 ? plan : plan.saturating());
  }

  @Override
  long rampMs() {
    return sessions / 4;
  }

  @Override
  long holdMs() {
    return duration.toMillis();
  }
}
