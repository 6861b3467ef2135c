package dev.holdfast.gateway.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast sessions close}. */
@Command(
    name = "close",
    description = {
      "Ends one session, or those of a source, a server, a pool, a listener or a node.",
      "Sessions that come later are not touched: their clients may connect again."
    },
    footer = {"", "Exit codes: 0 begun; 1 refused; 2 no node answers; 64 usage."})
final class SessionsCloseCommand extends ApiCommand {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "ID", arity = "0..1", description = "Of a session, as the list says it.")
  private @Nullable String id;

  @Mixin private Which which = new Which();

  @Option(names = "--source", paramLabel = "IP", description = "Of this client address.")
  private @Nullable String source;

  @Option(
      names = "--pace",
      paramLabel = "N/s",
      defaultValue = "none",
      description = "So many a second over the whole cluster; default: all at once.")
  private String pace = "none";

  SessionsCloseCommand(Console console) {
    super(console);
  }

  @Override
  Api.Answer ask(Api api) {
    Map<String, String> given = which.given();
    if (source != null) {
      given.put("source", source);
    }
    if ((id == null) == given.isEmpty()) {
      throw new CommandLine.ParameterException(
          Objects.requireNonNull(spec).commandLine(),
          "give one ID, or say which sessions by flags");
    }
    if (id != null) {
      return api.send("DELETE", "v1/sessions/" + Api.encoded(id), null);
    }
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    given.forEach(body::put);
    body.put("pace", pace);
    return api.send("POST", "v1/sessions/close", body.toString());
  }

  @Override
  void show(Api api, Api.Answer answer, Console console) {
    if (id != null) {
      console.out().println(id + " was told to end");
      return;
    }
    Columns columns = new Columns("NODE", "CLOSING");
    answer.json().path("nodes").forEach(one -> columns.row(one.path("node"), one.path("sessions")));
    columns.row("all", answer.json().path("sessions"));
    columns.print(console.out());
    SessionsCommand.missing(answer, console);
  }
}
