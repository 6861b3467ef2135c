package dev.holdfast.gateway.cli;

import dev.holdfast.config.Checked;
import dev.holdfast.config.ConfigFile;
import dev.holdfast.config.Host;
import dev.holdfast.config.Settings;
import dev.holdfast.gateway.ports.LocalPorts;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code holdfast check}. */
@Command(
    name = "check",
    description = "Checks a configuration and shows the limits that follow from it.")
final class CheckCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      required = true,
      description = "The configuration.")
  private @Nullable Path file;

  CheckCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Checked<Settings> checked = ConfigFile.read(Objects.requireNonNull(file), Host.here());
    checked.found().forEach(fault -> console.err().println(fault));
    if (checked instanceof Checked.Good<Settings> good) {
      good.warnings().forEach(warning -> console.err().println("warning: " + warning));
      new EffectiveLimits(good.value(), LocalPorts.here()).print(console.out());
      return Exit.DONE;
    }
    return Exit.NO;
  }
}
