package dev.holdfast.loadtest.cli;

import dev.holdfast.loadtest.words.BadInput;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code holdfast loadtest}. */
public final class Cli {
  private final Console console;
  private final CommandLine commands;

  /**
   * The commands.
   *
   * @param main the class that the launcher starts; workers of this machine are started from it
   */
  public Cli(Console console, Class<?> main) {
    this.console = console;
    this.commands =
        new CommandLine(new Root())
            .addSubcommand(new HoldCommand(console, main))
            .addSubcommand(new ChurnCommand(console, main))
            .addSubcommand(new EchoCommand(console, main))
            .addSubcommand(new BulkCommand(console, main))
            .addSubcommand(new StormCommand(console, main))
            .addSubcommand(new MixedCommand(console, main))
            .addSubcommand(new ServeCommand(console))
            .addSubcommand(new WorkerCommand(console))
            .addSubcommand(new CompareCommand(console))
            .addSubcommand(new ClusterHoldCommand(console, main));
    offerHelp(commands);
    commands
        .setOut(console.out())
        .setErr(console.err())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        .setParameterExceptionHandler(this::misused)
        .setExecutionExceptionHandler(this::failed);
    Converters.register(commands);
  }

  /**
   * Runs a command.
   *
   * @return a code of {@link Exit}
   */
  public int execute(String... arguments) {
    return commands.execute(arguments);
  }

  private static void offerHelp(CommandLine command) {
    command
        .getCommandSpec()
        .addOption(
            OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help and exit.")
                .build());
    command.getSubcommands().values().forEach(Cli::offerHelp);
  }

  private int misused(CommandLine.ParameterException e, String[] arguments) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    String message = Optional.ofNullable(e.getMessage()).orElse("wrong arguments");
    if (e.getCommandLine().getParent() == null
        && arguments.length > 0
        && !arguments[0].startsWith("-")) {
      message = "unknown command: " + arguments[0];
    }
    console.fault(message.replaceFirst("^Error: ", "") + " (see: " + command + " --help)");
    return Exit.USAGE;
  }

  private int failed(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
    if (e instanceof BadInput) {
      console.fault(
          e.getMessage() + " (see: " + command.getCommandSpec().qualifiedName() + " --help)");
      return Exit.USAGE;
    }
    if (e instanceof Impossible) {
      console.fault(String.valueOf(e.getMessage()));
    } else {
      console.fault("failed: " + e);
    }
    return Exit.IMPOSSIBLE;
  }

  @Command(
      name = "holdfast loadtest",
      description = {
        "Loads TCP servers and proxies with sessions that last, and checks what comes back.",
        "Goes to loopback and private addresses only, unless you say that the target is yours."
      },
      versionProvider = Version.class,
      footer = {
        "",
        "Exit codes: 0 everything held; 1 a check failed; 2 it could not be run; 64 usage.",
      })
  static final class Root implements Callable<Integer> {
    @Option(
        names = {"-V", "--version"},
        versionHelp = true,
        description = "Print the version and exit.")
    private boolean version;

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
      throw new CommandLine.ParameterException(
          Objects.requireNonNull(spec).commandLine(), "a command is missing");
    }
  }

  /** The version in the manifest of the jar. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Cli.class.getPackage().getImplementationVersion();
      return new String[] {"holdfast loadtest " + (version == null ? "unpackaged" : version)};
    }
  }
}
