package dev.holdfast.loadtest.cli;

import dev.holdfast.loadtest.cli.Converters.Bytes;
import dev.holdfast.loadtest.cli.Converters.Rate;
import dev.holdfast.loadtest.drive.CrowdPlan;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code loadtest mixed}. */
@Command(
    name = "mixed",
    description = "Sessions that stay, short ones and streams at the same time.")
final class MixedCommand extends ScenarioCommand {
  private static final Rate OPENS = new Rate(1000);
  private static final int SHORT_AT_MOST = 2000;

  @Option(
      names = "--sessions",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Sessions to keep. Default: ${DEFAULT-VALUE}.")
  private int sessions;

  @Option(
      names = "--every",
      paramLabel = "TIME",
      defaultValue = "10s",
      description = "Between two echoes of a session that stays. Default: ${DEFAULT-VALUE}.")
  private Duration every = Duration.ofSeconds(10);

  @Option(
      names = "--rate",
      paramLabel = "N/s",
      defaultValue = "100/s",
      description = "Short sessions a second. Default: ${DEFAULT-VALUE}.")
  private Rate rate = new Rate(100);

  @Option(
      names = "--streams",
      paramLabel = "N",
      defaultValue = "2",
      description = "Streams. Default: ${DEFAULT-VALUE}.")
  private int streams;

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

  MixedCommand(Console console, Class<?> main) {
    super(console, main);
  }

  @Override
  String scenario() {
    return "mixed";
  }

  @Override
  List<CrowdPlan> crowds() {
    return List.of(
        CrowdPlan.steady(
            requireCount("sessions", sessions, 0),
            OPENS.perSecond(),
            1000.0 / Math.max(1, every.toMillis()),
            size(size)),
        CrowdPlan.churn(SHORT_AT_MOST, rate.perSecond(), 1, size(size)),
        CrowdPlan.bulk(requireCount("streams", streams, 0), false));
  }

  @Override
  long rampMs() {
    return rampMs(sessions, OPENS);
  }

  @Override
  long holdMs() {
    return duration.toMillis();
  }
}
