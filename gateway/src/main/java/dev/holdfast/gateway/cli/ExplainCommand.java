package dev.holdfast.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code holdfast explain}. */
@Command(
    name = "explain",
    description = "Says where a new session of a source would go now, and why.",
    footer = {"", "Exit codes: 0 said; 1 unknown listener or wrong source; 2 no node answers; 64."})
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
    PrintWriter out = console.out();
    Columns columns = new Columns("SOURCE", cut(json));
    columns.row("LISTENER", listener);
    columns.row("DECISION", decision(json));
    columns.row("REASON", json.path("reason"));
    columns.row("POOL", json.path("pool"));
    columns.row("SERVER", server(json));
    columns.row("CHECK", json.path("check"));
    columns.row("BY", by(json));
    columns.row("NEXT", json.path("next"));
    columns.row("SLOT", json.path("slot"));
    columns.row("EPOCH", json.path("epoch"));
    JsonNode ports = json.path("ports");
    columns.row(
        "PORTS",
        ports.isObject()
            ? ports.path("used").asText() + " of " + ports.path("limit").asText()
            : "-");
    columns.print(out);
    permits(json.path("permits"), out);
    if (!json.path("changes").isEmpty()) {
      out.println();
      for (JsonNode change : json.path("changes")) {
        JsonNode to = change.path("server");
        out.println(
            "if %s: %s"
                .formatted(change.path("when").asText(), to.isNull() ? "nowhere" : to.asText()));
      }
    }
  }

  private String cut(JsonNode json) {
    String cut = json.path("source").asText(source);
    return cut.equals(source) ? source : source + ", counted as " + cut;
  }

  private static String decision(JsonNode json) {
    String decision = json.path("decision").asText();
    if (json.path("held").asBoolean()) {
      return decision + ", after the change of the table that is under way";
    }
    return decision.equals("queue")
        ? decision + ", behind " + json.path("queued").asText() + " others"
        : decision;
  }

  private static String server(JsonNode json) {
    JsonNode standing = json.path("standing");
    String name = Columns.text(json.path("server"));
    return standing.isObject()
        ? "%s (%s, %s)"
            .formatted(
                name,
                Columns.text(standing.path("adminState")),
                standing.path("health").isNull()
                    ? "not measured"
                    : standing.path("health").asText())
        : name;
  }

  private static String by(JsonNode json) {
    String by = Columns.text(json.path("by"));
    return json.path("operatorPin").asBoolean() ? by + " of an operator" : by;
  }

  private static void permits(JsonNode permits, PrintWriter out) {
    if (permits.isEmpty()) {
      return;
    }
    out.println();
    Columns columns = new Columns("SCOPE", "HELD", "GRANTED", "LIMIT", "HELD HERE", "GRANTED HERE");
    for (JsonNode one : permits) {
      columns.row(
          one.path("scope"),
          one.path("held"),
          one.path("granted"),
          one.path("limit"),
          one.path("heldHere"),
          one.path("grantedHere"));
    }
    columns.print(out);
  }
}
