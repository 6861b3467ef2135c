package dev.holdfast.loadtest.cli;

import dev.holdfast.loadtest.drive.CrowdPlan;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code loadtest bulk}. */
@Command(
    name = "bulk",
    description = "Streams that send as fast as they can; every byte is compared.")
final class BulkCommand extends ScenarioCommand {
  @Option(
      names = "--streams",
      paramLabel = "N",
      defaultValue = "16",
      description = "Streams. Default: ${DEFAULT-VALUE}.")
  private int streams;

  @Option(
      names = "--sink",
      description = "The servers take the bytes (serve --sink) instead of sending them back.")
  private boolean sink;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      defaultValue = "10s",
      description = "How long it goes on. Default: ${DEFAULT-VALUE}.")
  private Duration duration = Duration.ofSeconds(10);

  BulkCommand(Console console, Class<?> main) {
    super(console, main);
  }

  @Override
  String scenario() {
    return "bulk";
  }

  @Override
  List<CrowdPlan> crowds() {
    return List.of(CrowdPlan.bulk(requireCount("streams", streams, 1), sink));
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
