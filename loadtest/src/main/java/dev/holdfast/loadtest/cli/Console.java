package dev.holdfast.loadtest.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * What a command sees of the outside.
 *
 * @param out answers
 * @param err messages and progress
 * @param terminal messages go to a terminal
 */
public record Console(PrintWriter out, PrintWriter err, boolean terminal) {
  /** The console of this process. */
  public static Console ofThisProcess(boolean terminal) {
    return new Console(
        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
        new PrintWriter(System.err, true, StandardCharsets.UTF_8),
        terminal);
  }

  /** Tells on one line what is wrong. */
  void fault(String message) {
    err.println("holdfast loadtest: " + message.strip().replaceAll("\\s*\\R\\s*", "; "));
  }
}
