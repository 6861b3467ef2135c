package dev.holdfast.gateway.cli;

import dev.holdfast.config.Checked;
import dev.holdfast.config.ConfigFile;
import dev.holdfast.config.Host;
import dev.holdfast.config.Settings;
import dev.holdfast.gateway.demo.Parent;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code holdfast run}. */
@Command(name = "run", description = "Runs a node until it is told to end.")
final class RunCommand implements Callable<Integer> {
  private final Console console;
  private final NodeRun run;

  @ArgGroup(multiplicity = "1")
  private @Nullable From from;

  @Option(
      names = "--end-with-parent",
      hidden = true,
      description = "End when the standard input ends.")
  private boolean endWithParent;

  /** Where the settings come from. */
  static final class From {
    @Option(
        names = {"-c", "--config"},
        paramLabel = "FILE",
        required = true,
        description = "The configuration.")
    private @Nullable Path file;

    @ArgGroup(exclusive = false)
    private @Nullable Quick quick;
  }

  /** One listener and its servers, to try it. */
  static final class Quick {
    @Option(
        names = "--listen",
        paramLabel = "HOST:PORT",
        required = true,
        description = "Where clients connect.")
    private String listen = "";

    @Option(
        names = "--server",
        paramLabel = "HOST:PORT",
        required = true,
        arity = "1..*",
        description = "A server; several times for several.")
    private List<String> servers = List.of();
  }

  RunCommand(Console console, NodeRun run) {
    this.console = console;
    this.run = run;
  }

  @Override
  public Integer call() {
    if (endWithParent) {
      Parent.onGone(System.in, () -> Runtime.getRuntime().halt(Exit.DONE));
    }
    Checked<Settings> checked = settings();
    checked.found().forEach(fault -> console.err().println(fault));
    if (checked instanceof Checked.Good<Settings> good) {
      good.warnings().forEach(warning -> console.err().println("warning: " + warning));
      return run.run(good.value(), this::settings);
    }
    return Exit.IMPOSSIBLE;
  }

  private Checked<Settings> settings() {
    From source = Objects.requireNonNull(from);
    Quick quick = source.quick;
    return quick != null
        ? ConfigFile.quick(quick.listen, quick.servers, Path.of("").toAbsolutePath(), Host.here())
        : ConfigFile.read(Objects.requireNonNull(source.file), Host.here());
  }
}
