package dev.holdfast.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast operations}: lists them, or shows one. */
@Command(
    name = "operations",
    description = "Shows drains and rebalances, the newest first; or one of them.")
final class OperationsCommand extends ApiCommand {
  @Parameters(paramLabel = "ID", arity = "0..1", description = "One operation, as op-17.")
  private @Nullable String id;

  @Option(names = "--wait", description = "Follow the one to its end.")
  private boolean wait;

  OperationsCommand(Console console) {
    super(console);
  }

  @Override
  Api.Answer ask(Api api) {
    return api.get(id == null ? "v1/operations" : "v1/operations/" + Api.encoded(id));
  }

  @Override
  void show(Api api, Api.Answer answer, Console console) {
    if (id != null) {
      if (!wait) {
        one(answer.json(), console);
      }
      return;
    }
    Columns columns =
        new Columns(
            "ID", "KIND", "TARGET", "STATE", "CLOSED", "ENDED", "REMAINING", "PACE", "REASON");
    for (JsonNode one : answer.json().path("operations")) {
      columns.row(
          one.path("id"),
          one.path("kind"),
          one.path("target"),
          one.path("state"),
          one.path("closed"),
          one.path("ended"),
          one.path("remaining"),
          one.path("perSecond").isNumber() ? one.path("perSecond").asText() + "/s" : "-",
          one.path("reason"));
    }
    columns.print(console.out());
  }

  private static void one(JsonNode operation, Console console) {
    console.out().println(Operated.line(operation));
    console
        .out()
        .println(
            "ordered by "
                + operation.path("by").asText()
                + " at "
                + operation.path("orderedAt").asText());
    if (operation.path("plan").isObject()) {
      Operated.plan(operation.path("plan"), console.out());
    }
  }

  @Override
  int after(Api api, Api.Answer answer, Console console, boolean json) {
    return wait && id != null ? Operated.follow(api, id, console, json) : Exit.DONE;
  }

  /** {@code holdfast operations pause}, {@code resume}, {@code cancel}. */
  abstract static class Word extends ApiCommand {
    private final String word;

    @Parameters(paramLabel = "ID", description = "The operation, as op-17.")
    private String id = "";

    Word(Console console, String word) {
      super(console);
      this.word = word;
    }

    @Override
    final Api.Answer ask(Api api) {
      return api.send("POST", "v1/operations/" + Api.encoded(id) + "/" + word, "{}");
    }

    @Override
    final void show(Api api, Api.Answer answer, Console console) {
      console.out().println(Operated.line(answer.json()));
    }
  }

  /** {@code holdfast operations pause}. */
  @Command(name = "pause", description = "Closes nothing more until it is resumed.")
  static final class Pause extends Word {
    Pause(Console console) {
      super(console, "pause");
    }
  }

  /** {@code holdfast operations resume}. */
  @Command(name = "resume", description = "Lets it go on.")
  static final class Resume extends Word {
    Resume(Console console) {
      super(console, "resume");
    }
  }

  /** {@code holdfast operations cancel}. */
  @Command(name = "cancel", description = "Ends it and undoes what it ordered.")
  static final class Cancel extends Word {
    Cancel(Console console) {
      super(console, "cancel");
    }
  }
}
