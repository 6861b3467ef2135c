package dev.holdfast.loadtest.cli;

import dev.holdfast.loadtest.words.BadInput;
import dev.holdfast.loadtest.words.Sources;
import dev.holdfast.loadtest.words.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that all scenarios have. */
final class LoadOptions {
  @Option(
      names = "--target",
      required = true,
      paramLabel = "HOST:PORT",
      split = ",",
      description = "Where sessions go, in turn; several may be given.")
  List<Target> targets = new ArrayList<>();

  @Option(
      names = "--sources",
      paramLabel = "LIST",
      description =
          "Addresses that sessions come from: 127.1.0.0/16, 127.1.0.1-127.1.0.99, or a list; once"
              + " for IPv4, once for IPv6. Default: the kernel's choice.")
  List<Sources> sources = new ArrayList<>();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of each process. Default: ${DEFAULT-VALUE}.",
      defaultValue = "1")
  int threads;

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "0",
      description = "Processes of this machine that share the work; 0: only this one.")
  int workers;

  @Option(
      names = "--worker",
      paramLabel = "HOST:PORT",
      split = ",",
      description = "A `worker` on another machine that shares the work.")
  List<Target> workerPlaces = new ArrayList<>();

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "The secret that those workers know too.")
  @Nullable Path tokenFile;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the result as JSON.")
  @Nullable Path json;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write a report with charts, one file that loads nothing.")
  @Nullable Path html;

  @Option(
      names = "--count-at",
      paramLabel = "HOST:PORT",
      split = ",",
      description = "Where servers of `serve` tell their counts.")
  List<Target> countAt = new ArrayList<>();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description =
          "The servers together may have so many sessions at once, as they count; connections of"
              + " health checks count too.")
  @Nullable Long limit;

  @Option(
      names = "--server-limit",
      paramLabel = "[NAME=]N",
      description = "A server, or each, may have so many sessions at once.")
  List<String> serverLimits = new ArrayList<>();

  @Option(names = "--may-refuse", description = "Sessions may be refused; a limit is being tried.")
  boolean mayRefuse;

  @Option(
      names = "--may-move",
      description = "A source may reach several servers; there is no affinity.")
  boolean mayMove;

  @Option(
      names = "--no-greeting",
      description = "The servers do not say their name first (then nobody can check affinity).")
  boolean noGreeting;

  @Option(
      names = "--i-own-this",
      description = "The targets are mine although they are neither loopback nor private.")
  boolean owned;

  @Option(
      names = "--patience",
      paramLabel = "TIME",
      defaultValue = "10s",
      description = "Sessions that are asked to end may take so long. Default: ${DEFAULT-VALUE}.")
  Duration patience = Duration.ofSeconds(10);

  @Option(names = "--quiet", description = "No progress.")
  boolean quiet;

  /** The limits of servers by name, {@code *} for each. */
  Map<String, Long> limits() {
    Map<String, Long> limits = new LinkedHashMap<>();
    for (String text : serverLimits) {
      int equals = text.lastIndexOf('=');
      String number = text.substring(equals + 1);
      if (!number.matches("\\d{1,12}")) {
        throw BadInput.of("server-limit", text, "N or NAME=N");
      }
      limits.put(equals < 0 ? "*" : text.substring(0, equals), Long.parseLong(number));
    }
    return limits;
  }
}
