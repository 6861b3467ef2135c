package dev.holdfast.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code holdfast explain}. */
@Command(
    name = "explain",
    description = "Says where a new session of a source would go now, and why.")
final class ExplainCommand extends ApiCommand {
  @Option(names = "--listener", paramLabel = "L", required = true, description = "The listener.")
  private String listener = "";

  @Option(names = "--source", paramLabel = "IP", required = true, description = "The client.")
  private String source = "";

  ExplainCommand(Console console) {
    super(console);
  }

  @Override
  Api.Answer ask(Api api) {
    return api.get(
        "v1/explain?listener=" + Api.encoded(listener) + "&source=" + Api.encoded(source));
  }

  @Override
  void show(Api api, Api.Answer answer, Console console) {
    JsonNode json = answer.json();
    Columns columns = new Columns("SOURCE", source);
    columns.row("LISTENER", listener);
    columns.row("DECISION", json.path("decision"));
    columns.row("REASON", json.path("reason"));
    columns.row("POOL", json.path("pool"));
    columns.row("SERVER", json.path("server"));
    columns.row("CHECK", json.path("check"));
    columns.row("BY", json.path("by"));
    columns.row("NEXT", json.path("next"));
    columns.row("SLOT", json.path("slot"));
    columns.row("EPOCH", json.path("epoch"));
    JsonNode ports = json.path("ports");
    columns.row(
        "PORTS",
        ports.isObject()
            ? ports.path("used").asText() + " of " + ports.path("limit").asText()
            : "-");
    columns.print(console.out());
  }
}
