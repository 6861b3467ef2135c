package dev.holdfast.gateway.cli;

import dev.holdfast.gateway.demo.Commands;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code holdfast}: the list of commands, and what their failures exit with. */
public final class Cli {
  static final String EXIT_CODES =
      "Exit codes: 0 done; 1 the answer is no; 2 impossible; 64 usage.";

  private static final String COMPLETION = "completion";

  private final Console console;

  /** By name, in the order of the help. Annotations are read only of those that are made. */
  private final Map<String, Supplier<Object>> commands = new LinkedHashMap<>();

  /**
   * The commands.
   *
   * @param main the class that the launcher starts; the demo starts it for its nodes
   * @param run what {@code run} does once the settings are read
   */
  public Cli(Console console, Class<?> main, NodeRun run) {
    this.console = console;
    commands.put("run", () -> new RunCommand(console, run));
    commands.put("check", () -> new CheckCommand(console));
    commands.put("doctor", () -> new DoctorCommand(console));
    commands.put("demo", () -> new DemoCommand(console, Commands.ofThisProgram(main)));
    commands.put("status", () -> new StatusCommand(console));
    commands.put("top", () -> new TopCommand(console));
    commands.put("events", () -> new EventsCommand(console));
    commands.put("explain", () -> new ExplainCommand(console));
    commands.put("apply", () -> new ApplyCommand(console));
    commands.put(
        "sessions",
        () ->
            new CommandLine(new SessionsCommand(console))
                .addSubcommand(new SessionsCloseCommand(console)));
    commands.put("sources", () -> new SourcesCommand(console));
    commands.put(
        "server",
        () ->
            new CommandLine(new ServerGroup())
                .addSubcommand(new ServerSetCommand(console))
                .addSubcommand(new ServerRemoveCommand(console)));
    commands.put(
        "node",
        () -> new CommandLine(new NodeGroup()).addSubcommand(new NodeForgetCommand(console)));
    commands.put(
        "drain",
        () ->
            new CommandLine(new DrainGroup())
                .addSubcommand(new DrainServerCommand(console))
                .addSubcommand(new DrainNodeCommand(console)));
    commands.put(
        "ready",
        () ->
            new CommandLine(new ReadyGroup())
                .addSubcommand(new StateCommand.ReadyServer(console))
                .addSubcommand(new StateCommand.ReadyNode(console)));
    commands.put(
        "maintenance",
        () ->
            new CommandLine(new MaintenanceGroup())
                .addSubcommand(new StateCommand.MaintenanceServer(console)));
    commands.put(
        "rebalance",
        () ->
            new CommandLine(new RebalanceGroup())
                .addSubcommand(new RebalanceCommand.Servers(console))
                .addSubcommand(new RebalanceCommand.Nodes(console)));
    commands.put(
        "operations",
        () ->
            new CommandLine(new OperationsCommand(console))
                .addSubcommand(new OperationsCommand.Pause(console))
                .addSubcommand(new OperationsCommand.Resume(console))
                .addSubcommand(new OperationsCommand.Cancel(console)));
    commands.put("echo-server", () -> new EchoServerCommand(console));
    commands.put("warm-up", () -> new WarmUpCommand(console, run));
    commands.put(COMPLETION, () -> new CompletionCommand(console));
  }

  /** All commands, or only the one that is named first, if it need not know the others. */
  private CommandLine tree(String... arguments) {
    CommandLine tree = new CommandLine(new Root());
    String first = arguments.length == 0 ? "" : arguments[0];
    Supplier<Object> only = first.equals(COMPLETION) ? null : commands.get(first);
    if (only == null) {
      commands.forEach((name, command) -> tree.addSubcommand(name, command.get()));
    } else {
      tree.addSubcommand(first, only.get());
    }
    offerHelp(tree);
    return tree.setOut(console.out())
        .setErr(console.err())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        .setParameterExceptionHandler(this::misused)
        .setExecutionExceptionHandler(this::failed);
  }

  /**
   * Runs a command.
   *
   * @return a code of {@link Exit}
   */
  public int execute(String... arguments) {
    return tree(arguments).execute(arguments);
  }

  private static void offerHelp(CommandLine command) {
    if (command.getCommandSpec().findOption("--help") == null) {
      command
          .getCommandSpec()
          .addOption(
              OptionSpec.builder("-h", "--help")
                  .usageHelp(true)
                  .description("Show this help and exit.")
                  .build());
    }
    if (command.getCommandSpec().usageMessage().footer().length == 0) {
      command.getCommandSpec().usageMessage().footer("", EXIT_CODES);
    }
    command.getSubcommands().values().forEach(Cli::offerHelp);
  }

  private int misused(CommandLine.ParameterException e, String[] arguments) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    String message = Optional.ofNullable(e.getMessage()).orElse("wrong arguments");
    if (e instanceof CommandLine.UnmatchedArgumentException unmatched
        && !e.getCommandLine().getSubcommands().isEmpty()
        && !unmatched.isUnknownOption()) {
      message = "unknown command: " + String.join(" ", unmatched.getUnmatched());
    }
    if (arguments.length > 0
        && !arguments[0].startsWith("-")
        && !commands.containsKey(arguments[0])) {
      message = "unknown command: " + arguments[0];
      command = Root.NAME;
    }
    message = message.replaceFirst("^Error: ", "");
    console.fault(message + " (see: " + command + " --help)");
    return Exit.USAGE;
  }

  private int failed(Exception e, CommandLine commandLine, CommandLine.ParseResult parsed) {
    if (e instanceof No) {
      return Exit.NO;
    }
    if (e instanceof Impossible impossible) {
      console.fault(String.valueOf(impossible.getMessage()));
    } else {
      console.fault("failed: " + e);
    }
    return Exit.IMPOSSIBLE;
  }

  /** A command that only groups others. */
  abstract static class Group implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
      throw new CommandLine.ParameterException(
          Objects.requireNonNull(spec).commandLine(), "a command is missing");
    }
  }

  @Command(
      name = Root.NAME,
      description = "A clustered TCP gateway for persistent sessions.",
      versionProvider = Version.class,
      footer = {
        "",
        Cli.EXIT_CODES,
      })
  static final class Root extends Group {
    static final String NAME = "holdfast";

    @Option(
        names = {"-V", "--version"},
        versionHelp = true,
        description = "Print the version and exit.")
    private boolean version;
  }

  @Command(name = "server", description = "Adds, changes and removes servers.")
  static final class ServerGroup extends Group {}

  @Command(name = "node", description = "What operators say of nodes.")
  static final class NodeGroup extends Group {}

  @Command(name = "drain", description = "Lets a server or a node run empty.")
  static final class DrainGroup extends Group {}

  @Command(name = "ready", description = "Lets a server or a node take sessions again.")
  static final class ReadyGroup extends Group {}

  @Command(name = "maintenance", description = "Takes a server out of use.")
  static final class MaintenanceGroup extends Group {}

  @Command(name = "rebalance", description = "Evens out live sessions over servers or nodes.")
  static final class RebalanceGroup extends Group {}

  /** The version in the manifest of the jar. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Cli.class.getPackage().getImplementationVersion();
      return new String[] {"holdfast " + (version == null ? "unpackaged" : version)};
    }
  }
}
