package dev.holdfast.gateway.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast drain node}. */
@Command(
    name = "node",
    description = {
      "Lets a node run empty: readiness fails, after the grace it stops listening without a",
      "reset, then its sessions end. It stays up, takes nobody, and takes sessions again after",
      "'ready node'. Refused when the others have no room, unless forced."
    })
final class DrainNodeCommand extends OrderCommand {
  @Parameters(paramLabel = "NODE", description = "The node.")
  private String node = "";

  @Option(
      names = "--grace",
      paramLabel = "TIME",
      description = "It listens on so long after its readiness failed; 5s by default.")
  private @Nullable String grace;

  @Option(
      names = "--pace",
      paramLabel = "N/s",
      description = {
        "Sessions closed a second. Without it they end by themselves, or with",
        "--deadline and --on-deadline close evenly until then."
      })
  private @Nullable String pace;

  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      description = "How long it may take, as 30m, or none; pauses do not count.")
  private @Nullable String deadline;

  @Option(
      names = "--on-deadline",
      paramLabel = "WHAT",
      description = "leave (the rest stays, the default) or close.")
  private @Nullable String onDeadline;

  @Option(names = "--force", description = "Though the others have no room.")
  private boolean force;

  DrainNodeCommand(Console console) {
    super(console);
  }

  @Override
  String path() {
    return "v1/nodes/" + Api.encoded(node) + "/drain";
  }

  @Override
  void fill(ObjectNode body) {
    put(body, "grace", grace);
    put(body, "pace", pace);
    put(body, "deadline", deadline);
    put(body, "onDeadline", onDeadline);
    if (force) {
      body.put("force", true);
    }
  }
}
