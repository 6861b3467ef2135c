package dev.holdfast.loadtest;

import dev.holdfast.loadtest.cli.Cli;
import dev.holdfast.loadtest.cli.Console;
import dev.holdfast.loadtest.report.Progress;

/** The program. */
public final class Main {
  private Main() {}

  /** Runs the command and exits with its code. */
  public static void main(String[] arguments) {
    Console console = Console.ofThisProcess(Progress.onTerminal());
    int code = new Cli(console, Main.class).execute(arguments);
    console.out().flush();
    console.err().flush();
    System.exit(code);
  }
}
