package dev.holdfast.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command that orders an operation, tries it, or follows it to its end. */
abstract class OrderCommand extends ApiCommand {
  @Option(names = "--dry-run", description = "Only say what it would do.")
  private boolean dryRun;

  @Option(
      names = "--wait",
      description = {
        "Follow it to its end; exit 1 if it fails or is cancelled.",
        "Ctrl-C ends the following, not the operation."
      })
  private boolean wait;

  OrderCommand(Console console) {
    super(console);
  }

  /** The path in the API. */
  abstract String path();

  /** Writes the fields that were given. */
  abstract void fill(ObjectNode body);

  @Override
  final Api.Answer ask(Api api) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    fill(body);
    if (dryRun) {
      body.put("dryRun", true);
    }
    return api.send("POST", path(), body.toString());
  }

  @Override
  final void show(Api api, Api.Answer answer, Console console) {
    JsonNode plan = answer.json().path("plan");
    if (answer.status() == 200) {
      Operated.plan(plan, console.out());
    } else if (!wait) {
      console.out().println(Operated.line(answer.json()));
    }
  }

  @Override
  final int after(Api api, Api.Answer answer, Console console, boolean json) {
    return wait && answer.status() == 202
        ? Operated.follow(api, answer.json().path("id").asText(), console, json)
        : Exit.DONE;
  }

  /** Puts a field that was given. */
  static void put(ObjectNode body, String field, @Nullable String value) {
    if (value != null) {
      body.put(field, value);
    }
  }
}
