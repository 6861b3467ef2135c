package dev.holdfast.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code holdfast events}. */
@Command(
    name = "events",
    description = "Shows what happened in the cluster, the latest last.",
    footer = {"", "Exit codes: 0 shown; 1 refused; 2 no node answers; 64 usage."})
final class EventsCommand extends ApiCommand {
  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "At most so many of before, 1 to 200; default: ${DEFAULT-VALUE}.")
  private int limit;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with what happens, until the node or Ctrl-C ends it.")
  private boolean follow;

  EventsCommand(Console console) {
    super(console);
  }

  @Override
  Api.Answer ask(Api api) {
    return api.get("v1/history?limit=" + limit);
  }

  @Override
  void show(Api api, Api.Answer answer, Console console) {
    answer.json().path("happened").forEach(one -> console.out().println(line(one)));
  }

  @Override
  int after(Api api, Api.Answer answer, Console console, boolean json) {
    if (!follow) {
      return Exit.DONE;
    }
    long last = 0;
    for (JsonNode one : answer.json().path("happened")) {
      last = Math.max(last, one.path("id").asLong());
    }
    Api.@Nullable Answer no =
        api.events(
            last,
            (name, data) -> {
              if (name.equals("happened")) {
                console.out().println(json ? data : line(data));
              }
              return !console.out().checkError(); // nobody reads any more
            });
    if (no != null) {
      console.fault(no.problem());
      return Exit.NO;
    }
    if (console.out().checkError()) {
      return Exit.DONE;
    }
    throw new Impossible("the node ended the stream");
  }

  /** One line: {@code 2026-11-27T18:00:00.123Z server chat/app-1 is DOWN}. */
  static String line(JsonNode one) {
    String by = one.path("by").isTextual() ? " (by " + one.path("by").asText() + ")" : "";
    return one.path("at").asText() + " " + one.path("text").asText() + by;
  }
}
