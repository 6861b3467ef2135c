package dev.holdfast.gateway.cli;

import dev.holdfast.gateway.demo.Commands;
import dev.holdfast.gateway.demo.Demo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast demo}. */
@Command(
    name = "demo",
    description = "Starts echo servers and nodes on this machine and says what to try.")
final class DemoCommand implements Callable<Integer> {
  private static final int MOST = 20;

  private final Console console;
  private final Commands commands;

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--nodes", paramLabel = "N", description = "Nodes, 1 to 20; default: 3.")
  private int nodes = 3;

  @Option(names = "--servers", paramLabel = "N", description = "Servers, 1 to 20; default: 3.")
  private int servers = 3;

  @Option(
      names = "--keep-logs",
      paramLabel = "DIR",
      description = "Folder where the logs of all processes stay.")
  private @Nullable Path logs;

  DemoCommand(Console console, Commands commands) {
    this.console = console;
    this.commands = commands;
  }

  @Override
  public Integer call() throws InterruptedException {
    few("--nodes", nodes);
    few("--servers", servers);
    Demo demo;
    try {
      demo = Demo.onThisMachine(nodes, servers, commands, logs, console.out(), console.err());
    } catch (IOException | IllegalStateException e) {
      throw new Impossible("cannot start the demo: " + e.getMessage());
    }
    AtomicBoolean returned = new AtomicBoolean();
    Thread hook = new Thread(() -> endBySignal(demo, returned.get()), "demo-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    int exit = demo.run();
    returned.set(true);
    return exit;
  }

  /** Ctrl-C is how a demo is meant to end: done, unless it had ended before with a code. */
  private static void endBySignal(Demo demo, boolean returned) {
    demo.stop();
    if (!returned) {
      Runtime.getRuntime().halt(Exit.DONE);
    }
  }

  private void few(String option, int value) {
    if (value < 1 || value > MOST) {
      throw new CommandLine.ParameterException(
          Objects.requireNonNull(spec).commandLine(),
          option + ": " + value + " (expected: 1 to " + MOST + ")");
    }
  }
}
