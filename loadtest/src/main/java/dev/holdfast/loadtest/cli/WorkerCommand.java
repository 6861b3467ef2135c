package dev.holdfast.loadtest.cli;

import dev.holdfast.loadtest.crew.Token;
import dev.holdfast.loadtest.crew.WorkerDoor;
import dev.holdfast.loadtest.words.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code loadtest worker}. */
@Command(
    name = "worker",
    description = {
      "Waits for a controller, a scenario with --worker HOST:PORT, and does its part of the load.",
      "Speaks plain text; keep it inside your network."
    })
final class WorkerCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = "--listen",
      required = true,
      paramLabel = "HOST:PORT",
      description = "Where it waits.")
  private Target listen = Target.parse("127.0.0.1:0");

  @Option(
      names = "--token-file",
      required = true,
      paramLabel = "FILE",
      description = "A secret of at least 16 characters that the controller knows too.")
  private Path tokenFile = Path.of("token");

  @Option(
      names = "--i-own-this",
      description = "Targets are mine although they are neither loopback nor private.")
  private boolean owned;

  @Option(
      names = "--end-with-parent",
      hidden = true,
      description = "End when the standard input ends.")
  private boolean endWithParent;

  WorkerCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (endWithParent) {
      Parent.onGone(() -> Runtime.getRuntime().halt(Exit.DONE));
    }
    listen.requireNear(owned);
    Token token = Token.in(tokenFile);
    try (WorkerDoor door =
        new WorkerDoor(listen, token, owned, line -> console.err().println(line))) {
      String host = listen.text().substring(0, listen.text().lastIndexOf(':') + 1);
      console.out().println("worker listens on " + host + door.address().getPort());
      door.serve();
    } catch (IOException e) {
      throw new Impossible("cannot listen on " + listen + ": " + e.getMessage());
    }
    return Exit.DONE;
  }
}
