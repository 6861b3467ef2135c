package dev.holdfast.loadtest.cli;

import dev.holdfast.loadtest.report.Machine;
import dev.holdfast.loadtest.report.Progress;
import dev.holdfast.loadtest.run.Outcome;
import dev.holdfast.loadtest.scale.ClusterHold;
import dev.holdfast.loadtest.scale.Size;
import dev.holdfast.loadtest.words.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code loadtest cluster-hold}. */
@Command(
    name = "cluster-hold",
    description = {
      "Starts a cluster of gateways with servers and workers on this machine, fills it exactly to"
          + " its limit and holds it.",
      "For 200,000 sessions: 21 gateways, 24 GiB."
    })
final class ClusterHoldCommand implements Callable<Integer> {
  /** Small machines that start fast: many of them share two cores. */
  private static final String JAVA =
      "-Xmx128m -Xss512k -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=64m"
          + " -XX:CICompilerCount=1";

  private final Console console;
  private final Class<?> main;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "21",
      description = "Gateways. Default: ${DEFAULT-VALUE}.")
  private int nodes;

  @Option(
      names = "--sessions",
      paramLabel = "N",
      defaultValue = "200000",
      description = "Sessions over all of them, and the limit. Default: ${DEFAULT-VALUE}.")
  private int sessions;

  @Option(
      names = "--rate",
      paramLabel = "N/s",
      defaultValue = "2000/s",
      description = "New sessions a second until all are there. Default: ${DEFAULT-VALUE}.")
  private Converters.Rate rate = new Converters.Rate(2000);

  @Option(
      names = "--every",
      paramLabel = "TIME",
      defaultValue = "60s",
      description = "Between two echoes of a session. Default: ${DEFAULT-VALUE}.")
  private Duration every = Duration.ofMinutes(1);

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      defaultValue = "10m",
      description = "How long they are held once all are there. Default: ${DEFAULT-VALUE}.")
  private Duration duration = Duration.ofMinutes(10);

  @Option(
      names = "--holdfast",
      paramLabel = "FILE",
      description = "The launcher. Default: the one that started this.")
  private @Nullable Path launcher;

  @Option(
      names = "--holdfast-java",
      paramLabel = "OPTIONS",
      defaultValue = JAVA,
      description = "Flags of each gateway's Java machine. Default: ${DEFAULT-VALUE}.")
  private String java = JAVA;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the result as JSON.")
  private @Nullable Path json;

  @Option(names = "--html", paramLabel = "FILE", description = "Write a report with charts.")
  private @Nullable Path html;

  ClusterHoldCommand(Console console, Class<?> main) {
    this.console = console;
    this.main = main;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    ScenarioCommand.requireWritable(json);
    ScenarioCommand.requireWritable(html);
    Path program = launcher == null ? CompareCommand.launcher() : launcher;
    if (!Files.isExecutable(program)) {
      throw BadInput.of("holdfast", program, "the launcher; build with mvn package");
    }
    Size size =
        Size.of(
            nodes,
            sessions,
            (int) Math.round(rate.perSecond()),
            Math.max(1, every.toMillis()),
            duration.toMillis());
    ClusterHold hold =
        new ClusterHold(
            size, program.toAbsolutePath(), java, main, line -> console.err().println(line));
    Progress progress = new Progress(console.err(), console.terminal(), hold.plan());
    Outcome outcome;
    try {
      outcome = hold.run(progress);
    } catch (IOException e) {
      throw new Impossible(String.valueOf(e.getMessage()));
    }
    progress.done();
    console.out().println(Machine.line());
    hold.figures().forEach(console.out()::println);
    return ScenarioCommand.tell(outcome, json, html, console);
  }
}
