package dev.holdfast.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code holdfast sessions}. */
@Command(
    name = "sessions",
    description = "Lists the live sessions of the cluster, by node and then the oldest first.",
    footer = {"", "Exit codes: 0 listed; 1 refused; 2 no node answers; 64 usage."})
final class SessionsCommand extends ApiCommand {
  @Mixin private Which which = new Which();

  @Option(names = "--source", paramLabel = "IP", description = "Of this client address.")
  private @Nullable String source;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "100",
      description = "At most so many, 1 to 1000; default: ${DEFAULT-VALUE}.")
  private int limit;

  @Option(
      names = "--cursor",
      paramLabel = "ID",
      description = "Go on after this session, as the list before said.")
  private @Nullable String cursor;

  SessionsCommand(Console console) {
    super(console);
  }

  @Override
  Api.Answer ask(Api api) {
    Map<String, String> query = which.given();
    if (source != null) {
      query.put("source", source);
    }
    query.put("limit", Integer.toString(limit));
    if (cursor != null) {
      query.put("cursor", cursor);
    }
    return api.get("v1/sessions" + Api.query(query));
  }

  @Override
  void show(Api api, Api.Answer answer, Console console) {
    Columns columns =
        new Columns("ID", "SERVER", "CLIENT", "SOURCE", "STATE", "AGE", "IDLE", "IN", "OUT");
    for (JsonNode one : answer.json().path("sessions")) {
      JsonNode server = one.path("server");
      columns.row(
          one.path("id"),
          one.path("pool").asText() + "/" + Columns.text(server),
          one.path("client"),
          one.path("source"),
          one.path("state"),
          Columns.age(one.path("ageMs").asLong()),
          Columns.age(one.path("idleMs").asLong()),
          Columns.bytes(one.path("bytesIn").asLong()),
          Columns.bytes(one.path("bytesOut").asLong()));
    }
    columns.print(console.out());
    if (answer.json().path("cursor").isTextual()) {
      console.out().println("more: --cursor " + answer.json().path("cursor").asText());
    }
    missing(answer, console);
  }

  /** Says which nodes are not in an answer. */
  static void missing(Api.Answer answer, Console console) {
    JsonNode missing = answer.json().path("missing");
    if (!missing.isEmpty()) {
      console.fault("no answer from " + Columns.text(missing) + "; their sessions are left out");
    }
  }
}
