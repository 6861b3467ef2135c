package dev.holdfast.loadtest.cli;

import dev.holdfast.loadtest.cli.Converters.Bytes;
import dev.holdfast.loadtest.cli.Converters.Rate;
import dev.holdfast.loadtest.drive.CrowdPlan;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code loadtest churn}. */
@Command(
    name = "churn",
    description = "Short sessions: greeted, a few echoes, ended by the client.")
final class ChurnCommand extends ScenarioCommand {
  @Option(
      names = "--rate",
      paramLabel = "N/s",
      defaultValue = "0/s",
      description =
          "New sessions a second, at fixed times; 0: each end begins the next. Default:"
              + " ${DEFAULT-VALUE}.")
  private Rate rate = new Rate(0);

  @Option(
      names = "--sessions",
      paramLabel = "N",
      defaultValue = "64",
      description =
          "Sessions at once; with a rate, the most that may be under way. Default:"
              + " ${DEFAULT-VALUE}.")
  private int sessions;

  @Option(
      names = "--echoes",
      paramLabel = "N",
      defaultValue = "1",
      description = "Echoes of a session. Default: ${DEFAULT-VALUE}.")
  private int echoes;

  @Option(
      names = "--size",
      paramLabel = "BYTES",
      defaultValue = "1",
      description = "Bytes of an echo. Default: ${DEFAULT-VALUE}.")
  private Bytes size = new Bytes(1);

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      defaultValue = "10s",
      description = "How long it goes on. Default: ${DEFAULT-VALUE}.")
  private Duration duration = Duration.ofSeconds(10);

  ChurnCommand(Console console, Class<?> main) {
    super(console, main);
  }

  @Override
  String scenario() {
    return "churn";
  }

  @Override
  List<CrowdPlan> crowds() {
    return List.of(
        CrowdPlan.churn(
            requireCount("sessions", sessions, 1),
            rate.perSecond(),
            requireCount("echoes", echoes, 0),
            size(size)));
  }

  @Override
  long rampMs() {
    return 0;
  }

  @Override
  long holdMs() {
    return duration.toMillis();
  }
}
