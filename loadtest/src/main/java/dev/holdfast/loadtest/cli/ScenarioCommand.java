package dev.holdfast.loadtest.cli;

import dev.holdfast.loadtest.crew.LocalWorkers;
import dev.holdfast.loadtest.crew.Token;
import dev.holdfast.loadtest.crew.Workers;
import dev.holdfast.loadtest.drive.Crew;
import dev.holdfast.loadtest.drive.CrowdPlan;
import dev.holdfast.loadtest.drive.Drive;
import dev.holdfast.loadtest.drive.Plan;
import dev.holdfast.loadtest.report.HtmlReport;
import dev.holdfast.loadtest.report.JsonReport;
import dev.holdfast.loadtest.report.Progress;
import dev.holdfast.loadtest.report.Summary;
import dev.holdfast.loadtest.run.Expectation;
import dev.holdfast.loadtest.run.Outcome;
import dev.holdfast.loadtest.run.Run;
import dev.holdfast.loadtest.words.BadInput;
import dev.holdfast.loadtest.words.Descriptors;
import dev.holdfast.loadtest.words.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/** A command that makes a plan of its options, runs it, and tells what came of it. */
abstract class ScenarioCommand implements Callable<Integer> {
  private static final int MOST_WORKERS = 256;

  private final Console console;
  private final Class<?> main;

  @Mixin final LoadOptions load = new LoadOptions();

  ScenarioCommand(Console console, Class<?> main) {
    this.console = console;
    this.main = main;
  }

  /** Its name and what the clients do. */
  abstract String scenario();

  /** What the clients do. */
  abstract List<CrowdPlan> crowds();

  /** So long sessions are opened. */
  abstract long rampMs();

  /** So long it goes on after that. */
  abstract long holdMs();

  /** Lost sessions are part of it. */
  boolean losesSessions() {
    return false;
  }

  /** Called when the load begins. */
  void begun(Console console) {}

  /** How long it takes to open so many. */
  static long rampMs(int sessions, Converters.Rate rate) {
    if (!(rate.perSecond() > 0)) {
      throw BadInput.of("rate", rate.perSecond(), "more than 0/s");
    }
    return (long) (1000 * sessions / rate.perSecond());
  }

  /** A number of bytes that one exchange may have. */
  static int size(Converters.Bytes size) {
    if (size.count() < 1 || size.count() > 64 << 20) {
      throw BadInput.of("size", size.count(), "1 to 64m");
    }
    return (int) size.count();
  }

  /** Sessions, rates and so on are in range. */
  static int requireCount(String name, int value, int least) {
    if (value < least) {
      throw BadInput.of(name, value, "at least " + least);
    }
    return value;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    load.targets.forEach(target -> target.requireNear(load.owned));
    load.countAt.forEach(target -> target.requireNear(load.owned));
    for (Path file : new Path[] {load.json, load.html}) {
      requireWritable(file);
    }
    if (load.limit != null && load.countAt.isEmpty()) {
      throw BadInput.of("limit", load.limit, "with --count-at, where servers tell their counts");
    }
    Plan plan =
        new Plan(
            scenario(),
            crowds(),
            load.targets,
            load.sources,
            rampMs(),
            holdMs(),
            !load.noGreeting,
            load.threads,
            0,
            1);
    Expectation expectation =
        new Expectation(
            !load.mayMove,
            load.mayRefuse || losesSessions(),
            losesSessions(),
            load.countAt,
            load.limit,
            load.limits());
    try (EarlyEnd early = new EarlyEnd(load.patience)) {
      return tell(conduct(plan, expectation, early), load.json, load.html, console);
    } catch (IllegalStateException e) {
      throw new Impossible(String.valueOf(e.getMessage()));
    }
  }

  /** Prints and writes what came of it, and says what failed. */
  static int tell(Outcome outcome, @Nullable Path json, @Nullable Path html, Console console)
      throws IOException {
    Summary.print(outcome, console.out());
    if (json != null) {
      JsonReport.write(outcome, json);
    }
    if (html != null) {
      HtmlReport.write(outcome, html);
    }
    if (!outcome.passed()) {
      console.fault(
          "failed: "
              + outcome.checks().stream()
                  .filter(check -> !check.passed())
                  .map(check -> check.name() + " (" + check.detail() + ")")
                  .collect(Collectors.joining("; ")));
      return Exit.FAILED;
    }
    return Exit.DONE;
  }

  private Outcome conduct(Plan plan, Expectation expectation, EarlyEnd early)
      throws IOException, InterruptedException {
    if (load.workers > 0 && !load.workerPlaces.isEmpty()) {
      throw BadInput.of("workers", load.workers, "--workers or --worker, not both");
    }
    if (load.workers > 0) {
      if (load.workers > MOST_WORKERS) {
        throw BadInput.of("workers", load.workers, "at most " + MOST_WORKERS);
      }
      Descriptors.requireRoom(plan.part(0, load.workers).sessions());
      List<String> extra = load.owned ? List.of("--i-own-this") : List.of();
      try (LocalWorkers workers = new LocalWorkers(load.workers, main, extra);
          Crew crew = meet(workers.places(), workers.token(), plan)) {
        return conduct(plan, expectation, crew, early);
      }
    }
    if (!load.workerPlaces.isEmpty()) {
      load.workerPlaces.forEach(place -> place.requireNear(load.owned));
      Path file = load.tokenFile;
      if (file == null) {
        throw BadInput.of("worker", load.workerPlaces.get(0), "with --token-file");
      }
      try (Crew crew = meet(load.workerPlaces, Token.in(file), plan)) {
        return conduct(plan, expectation, crew, early);
      }
    }
    Descriptors.requireRoom(plan.sessions());
    try (Crew crew = new Drive(plan)) {
      return conduct(plan, expectation, crew, early);
    }
  }

  private static Crew meet(List<Target> places, Token token, Plan plan) {
    try {
      return new Workers(places, token, plan);
    } catch (IOException e) {
      throw new Impossible(String.valueOf(e.getMessage()));
    }
  }

  private Outcome conduct(Plan plan, Expectation expectation, Crew crew, EarlyEnd early)
      throws IOException, InterruptedException {
    Progress progress = new Progress(console.err(), console.terminal(), plan);
    Run run =
        new Run(
            plan,
            expectation,
            crew,
            load.patience,
            (tick, phase) -> {
              if (!load.quiet) {
                progress.accept(tick, phase);
              }
            });
    early.of(run::cut);
    begun(console);
    Outcome outcome;
    try {
      outcome = run.conduct();
    } catch (IOException e) {
      throw new Impossible(String.valueOf(e.getMessage())); // a worker is gone
    }
    if (!load.quiet) {
      progress.done();
    }
    return outcome;
  }

  static void requireWritable(@Nullable Path file) {
    if (file != null) {
      Path folder = file.toAbsolutePath().getParent();
      if (folder == null || !Files.isWritable(folder)) {
        throw BadInput.of("file", file, "in a folder that can be written");
      }
    }
  }
}
