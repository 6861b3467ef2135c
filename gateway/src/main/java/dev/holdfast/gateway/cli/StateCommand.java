package dev.holdfast.gateway.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code holdfast ready} and {@code maintenance}. */
abstract class StateCommand extends ApiCommand {
  StateCommand(Console console) {
    super(console);
  }

  /** The path in the API. */
  abstract String path();

  @Override
  final Api.Answer ask(Api api) {
    return api.send("POST", path(), "{}");
  }

  /** {@code holdfast ready server}. */
  @Command(name = "server", description = "Lets a server take new sources; ends a drain of it.")
  static final class ReadyServer extends OfServer {
    ReadyServer(Console console) {
      super(console, "/ready");
    }
  }

  /** {@code holdfast maintenance server}. */
  @Command(
      name = "server",
      description = "Takes a server out of use; its sessions go on. Ends a drain of it.")
  static final class MaintenanceServer extends OfServer {
    MaintenanceServer(Console console) {
      super(console, "/maintenance");
    }
  }

  /** A word on a server. */
  abstract static class OfServer extends StateCommand {
    private final String verb;

    @Parameters(
        paramLabel = "POOL/SERVER",
        converter = ServerPath.Reader.class,
        description = "The server.")
    private @Nullable ServerPath server;

    OfServer(Console console, String verb) {
      super(console);
      this.verb = verb;
    }

    @Override
    final String path() {
      return Objects.requireNonNull(server).api() + verb;
    }

    @Override
    final void show(Api api, Api.Answer answer, Console console) {
      console
          .out()
          .println(
              Objects.requireNonNull(server).pool()
                  + "/"
                  + answer.json().path("name").asText()
                  + " "
                  + answer.json().path("adminState").asText());
    }
  }

  /** {@code holdfast ready node}. */
  @Command(
      name = "node",
      description = "Lets a node that drains or has drained take sessions again.")
  static final class ReadyNode extends StateCommand {
    @Parameters(paramLabel = "NODE", description = "The node.")
    private String node = "";

    ReadyNode(Console console) {
      super(console);
    }

    @Override
    String path() {
      return "v1/nodes/" + Api.encoded(node) + "/ready";
    }

    @Override
    void show(Api api, Api.Answer answer, Console console) {
      console.out().println(node + " " + answer.json().path("state").asText());
    }
  }
}
