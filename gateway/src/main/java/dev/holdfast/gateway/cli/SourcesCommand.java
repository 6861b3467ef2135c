package dev.holdfast.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code holdfast sources}. */
@Command(
    name = "sources",
    description = "Shows the sources with the most sessions.",
    footer = {"", "Exit codes: 0 shown; 1 refused; 2 no node answers; 64 usage."})
final class SourcesCommand extends ApiCommand {
  @Mixin private Which which = new Which();

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "At most so many, 1 to 1000; default: ${DEFAULT-VALUE}.")
  private int limit;

  SourcesCommand(Console console) {
    super(console);
  }

  @Override
  Api.Answer ask(Api api) {
    Map<String, String> query = which.given();
    query.put("limit", Integer.toString(limit));
    return api.get("v1/sources" + Api.query(query));
  }

  @Override
  void show(Api api, Api.Answer answer, Console console) {
    Columns columns = new Columns("SOURCE", "SESSIONS", "NODES");
    for (JsonNode one : answer.json().path("sources")) {
      List<String> nodes = new ArrayList<>();
      one.path("nodes")
          .forEach(on -> nodes.add(on.path("node").asText() + ":" + on.path("sessions").asText()));
      columns.row(one.path("source"), one.path("sessions"), String.join(" ", nodes));
    }
    columns.print(console.out());
    SessionsCommand.missing(answer, console);
  }
}
