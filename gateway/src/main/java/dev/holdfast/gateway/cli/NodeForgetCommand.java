package dev.holdfast.gateway.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code holdfast node forget}. */
@Command(
    name = "forget",
    description = {
      "Says that a node that vanished is gone, so that its permits return.",
      "Only say so when its process has ended: under strict the limit depends on it."
    })
final class NodeForgetCommand extends ApiCommand {
  @Parameters(paramLabel = "NODE", description = "The node.")
  private String node = "";

  NodeForgetCommand(Console console) {
    super(console);
  }

  @Override
  Api.Answer ask(Api api) {
    return api.send("POST", "v1/nodes/" + Api.encoded(node) + "/forget", "{}");
  }

  @Override
  void show(Api api, Api.Answer answer, Console console) {
    console.out().println(node + " forgotten, state " + answer.json().path("state").asText());
  }
}
