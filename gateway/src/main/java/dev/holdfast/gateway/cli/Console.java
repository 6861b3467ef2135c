package dev.holdfast.gateway.cli;

import java.io.PrintWriter;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a command sees of the outside.
 *
 * @param out answers
 * @param err messages
 * @param environment value of a variable, or null
 */
public record Console(
    PrintWriter out, PrintWriter err, UnaryOperator<@Nullable String> environment) {
  /** The console of this process. */
  public static Console ofThisProcess() {
    return new Console(
        new PrintWriter(System.out, true), new PrintWriter(System.err, true), System::getenv);
  }

  /** Tells on one line why the answer is not a yes. */
  void fault(String message) {
    err.println("holdfast: " + message.strip().replaceAll("\\s*\\R\\s*", "; "));
  }
}
