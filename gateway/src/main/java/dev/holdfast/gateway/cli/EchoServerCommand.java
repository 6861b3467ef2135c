package dev.holdfast.gateway.cli;

import dev.holdfast.gateway.demo.EchoServer;
import dev.holdfast.gateway.demo.Parent;
import dev.holdfast.words.HostPort;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code holdfast echo-server}: a server of the demo. */
@Command(name = "echo-server", hidden = true, description = "Says its name, then echoes.")
final class EchoServerCommand implements Callable<Integer> {
  private final Console console;

  @Option(names = "--name", required = true, description = "What it says to each client.")
  private String name = "";

  @Option(
      names = "--listen",
      required = true,
      paramLabel = "HOST:PORT",
      converter = Addresses.class,
      description = "Where it listens.")
  private HostPort listen = new HostPort("127.0.0.1", 0);

  @Option(
      names = "--end-with-parent",
      hidden = true,
      description = "End when the standard input ends.")
  private boolean endWithParent;

  EchoServerCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (endWithParent) {
      Parent.onGone(System.in, () -> Runtime.getRuntime().halt(Exit.DONE));
    }
    EchoServer server;
    try {
      server = new EchoServer(name, listen);
    } catch (IOException e) {
      throw new Impossible("cannot listen on " + listen + ": " + e.getMessage());
    }
    console.err().println(name + " listens on " + listen.host() + ":" + server.port());
    try (server) {
      server.serve();
    }
    return Exit.DONE;
  }
}
