package dev.holdfast.gateway.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command that asks a node and shows its answer. */
abstract class ApiCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private ApiOptions options = new ApiOptions();

  ApiCommand(Console console) {
    this.console = console;
  }

  /** Asks; the answer decides the exit code and is shown. */
  abstract Api.Answer ask(Api api);

  /** Shows a good answer to a person. */
  abstract void show(Api api, Api.Answer answer, Console console);

  @Override
  public final Integer call() {
    Api api = options.open(console);
    Api.Answer answer = ask(api);
    if (options.json() && !answer.text().isEmpty()) {
      console.out().println(answer.text());
    }
    if (!answer.good()) {
      console.fault(answer.problem());
      return Exit.NO;
    }
    if (!options.json()) {
      show(api, answer, console);
    }
    return after(api, answer, console, options.json());
  }

  /**
   * What follows a good answer that was shown.
   *
   * @param json the person wants JSON
   * @return the exit code
   */
  int after(Api api, Api.Answer answer, Console console, boolean json) {
    return Exit.DONE;
  }
}
