package dev.holdfast.gateway.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast drain server}. */
@Command(
    name = "server",
    description = {
      "Lets a server run empty: its slots move to the others, its sessions end.",
      "Without --pace they end by themselves."
    })
final class DrainServerCommand extends OrderCommand {
  @Parameters(
      paramLabel = "POOL/SERVER",
      converter = ServerPath.Reader.class,
      description = "The server.")
  private @Nullable ServerPath server;

  @Option(
      names = "--pace",
      paramLabel = "N/s",
      description = "Sessions closed a second, over the whole cluster, or none.")
  private @Nullable String pace;

  @Option(names = "--order", paramLabel = "ORDER", description = "idle-first.")
  private @Nullable String order;

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

  @Option(
      names = "--sticky",
      paramLabel = "WHAT",
      description = {
        "move (sources go to another server when they come back, the default) or",
        "keep (they come back to this one)."
      })
  private @Nullable String sticky;

  DrainServerCommand(Console console) {
    super(console);
  }

  @Override
  String path() {
    return Objects.requireNonNull(server).api() + "/drain";
  }

  @Override
  void fill(ObjectNode body) {
    put(body, "pace", pace);
    put(body, "order", order);
    put(body, "deadline", deadline);
    put(body, "onDeadline", onDeadline);
    put(body, "sticky", sticky);
  }
}
