package dev.holdfast.gateway;

import dev.holdfast.gateway.cli.Cli;
import dev.holdfast.gateway.cli.Console;
import dev.holdfast.gateway.cli.NodeRun;

/** Where the program begins. */
public final class Main {
  private Main() {}

  /** Runs a command and exits with its code. */
  public static void main(String[] args) {
    Console console = Console.ofThisProcess();
    System.exit(new Cli(console, Main.class, node(console)).execute(args));
  }

  private static NodeRun node(Console console) {
    return settings -> {
      console.err().println("holdfast: cannot start node " + settings.node().name());
      return 2;
    };
  }
}
