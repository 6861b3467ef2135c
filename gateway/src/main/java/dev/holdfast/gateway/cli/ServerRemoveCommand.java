package dev.holdfast.gateway.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code holdfast server remove}. */
@Command(name = "remove", description = "Removes a server; its sessions go on.")
final class ServerRemoveCommand extends ApiCommand {
  @Parameters(
      paramLabel = "POOL/SERVER",
      converter = ServerPath.Reader.class,
      description = "The server.")
  private @Nullable ServerPath path;

  ServerRemoveCommand(Console console) {
    super(console);
  }

  @Override
  Api.Answer ask(Api api) {
    return api.send("DELETE", Objects.requireNonNull(path).api(), null);
  }

  @Override
  void show(Api api, Api.Answer answer, Console console) {
    ServerPath removed = Objects.requireNonNull(path);
    console.out().println(removed.pool() + "/" + removed.server() + " removed");
  }
}
