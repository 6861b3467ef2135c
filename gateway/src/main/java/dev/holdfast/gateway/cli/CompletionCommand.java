package dev.holdfast.gateway.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast completion}. */
@Command(
    name = "completion",
    description = {
      "Prints the completion of commands and options for bash and zsh.",
      "Use it so: source <(holdfast completion)"
    },
    footer = {"", "Exit codes: 0 printed; 64 usage."})
final class CompletionCommand implements Callable<Integer> {
  private final Console console;

  @Spec private @Nullable CommandSpec spec;

  CompletionCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    CommandSpec root = Objects.requireNonNull(spec).root();
    console.out().print(AutoComplete.bash(root.name(), root.commandLine()));
    console.out().flush();
    return Exit.DONE;
  }
}
