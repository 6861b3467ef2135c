package dev.holdfast.gateway.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code holdfast rebalance servers} and {@code nodes}. */
abstract class RebalanceCommand extends OrderCommand {
  private final String over;

  @Option(
      names = "--threshold",
      paramLabel = "RATIO",
      description = "Nothing is moved while the largest is below so many times the mean; 1.1.")
  private @Nullable Double threshold;

  @Option(
      names = "--pace",
      paramLabel = "N/s",
      description = "Sessions closed a second, over the whole cluster; 50/s.")
  private @Nullable String pace;

  @Option(names = "--budget", paramLabel = "N", description = "Sessions closed at most.")
  private @Nullable Long budget;

  RebalanceCommand(Console console, String over) {
    super(console);
    this.over = over;
  }

  @Override
  final String path() {
    return "v1/rebalances";
  }

  @Override
  void fill(ObjectNode body) {
    body.put("over", over);
    put(body, "pace", pace);
    if (threshold != null) {
      body.put("threshold", threshold);
    }
    if (budget != null) {
      body.put("budget", budget);
    }
  }

  /** {@code holdfast rebalance servers}. */
  @Command(
      name = "servers",
      description = {
        "Closes sessions whose server is not the one that the slot table says, as after a server",
        "was added: they come back to that one."
      })
  static final class Servers extends RebalanceCommand {
    @Option(names = "--pool", required = true, paramLabel = "POOL", description = "The pool.")
    private String pool = "";

    Servers(Console console) {
      super(console, "servers");
    }

    @Override
    void fill(ObjectNode body) {
      super.fill(body);
      body.put("pool", pool);
    }
  }

  /** {@code holdfast rebalance nodes}. */
  @Command(
      name = "nodes",
      description = {
        "Closes sessions of nodes that have more than the mean, in rounds. Where their clients",
        "come back to is up to DNS or anycast: it ends when two rounds did not help."
      })
  static final class Nodes extends RebalanceCommand {
    Nodes(Console console) {
      super(console, "nodes");
    }
  }
}
