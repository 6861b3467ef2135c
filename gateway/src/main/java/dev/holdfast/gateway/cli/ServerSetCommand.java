package dev.holdfast.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code holdfast server set}: what is not named keeps its value; a server that is new needs host
 * and ports.
 */
@Command(
    name = "set",
    description = {
      "Adds a server, or changes what is named of it.",
      "A new server needs --host and --ports."
    })
final class ServerSetCommand extends ApiCommand {
  @Parameters(
      paramLabel = "POOL/SERVER",
      converter = ServerPath.Reader.class,
      description = "The server.")
  private @Nullable ServerPath path;

  @Option(names = "--host", paramLabel = "HOST", description = "A name or an IP address.")
  private @Nullable String host;

  @Option(
      names = "--ports",
      paramLabel = "PORT",
      split = ",",
      description = "One or several, separated by commas.")
  private @Nullable List<Integer> ports;

  @Option(names = "--weight", paramLabel = "N", description = "0 to 1000; 0: no new sources.")
  private @Nullable Integer weight;

  @Option(
      names = "--limit-sessions",
      paramLabel = "N",
      description = "Sessions over the whole cluster, or none.")
  private @Nullable String limitSessions;

  @Option(
      names = "--check-host",
      paramLabel = "HOST",
      description = "Where it is checked, or none for its host.")
  private @Nullable String checkHost;

  @Option(
      names = "--check-port",
      paramLabel = "PORT",
      description = "Where it is checked, or none for that of the pool's check, or else its first.")
  private @Nullable String checkPort;

  ServerSetCommand(Console console) {
    super(console);
  }

  @Override
  Api.Answer ask(Api api) {
    String target = Objects.requireNonNull(path).api();
    Api.Answer present = api.get(target);
    if (!present.good() && present.status() != 404) {
      return present;
    }
    return api.send("PUT", target, body(present.good() ? present.json() : null).toString());
  }

  private ObjectNode body(@Nullable JsonNode present) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    if (present != null) {
      body.set("host", present.path("host"));
      body.set("ports", present.path("ports"));
      body.set("weight", present.path("weight"));
      body.putObject("limits").set("sessions", present.at("/sessions/limit"));
      body.set("check", check(present.path("check")));
    }
    if (host != null) {
      body.put("host", host);
    }
    if (ports != null) {
      ports.forEach(body.putArray("ports")::add);
    }
    if (weight != null) {
      body.put("weight", weight);
    }
    if (checkHost != null) {
      body.withObject("/check").put("host", none(checkHost) ? null : checkHost);
    }
    if (checkPort != null) {
      body.withObject("/check").set("port", number(checkPort));
    }
    if (limitSessions != null) {
      body.putObject("limits")
          .set("sessions", none(limitSessions) ? TextNode.valueOf("none") : number(limitSessions));
    }
    return body;
  }

  private static boolean none(String text) {
    return text.equals("none");
  }

  /** A number, null for none, or the text, which the API refuses. */
  private static JsonNode number(String text) {
    if (none(text)) {
      return NullNode.instance;
    }
    return text.matches("-?\\d{1,18}")
        ? LongNode.valueOf(Long.parseLong(text))
        : TextNode.valueOf(text);
  }

  private ObjectNode check(JsonNode present) {
    ObjectNode check = JsonNodeFactory.instance.objectNode();
    check.set("host", present.path("host"));
    check.set("port", present.path("port"));
    return check;
  }

  @Override
  void show(Api api, Api.Answer answer, Console console) {
    JsonNode server = answer.json();
    Columns columns = new Columns("SERVER", "WEIGHT", "LIMIT", "ADDRESS", "DONE");
    columns.row(
        Objects.requireNonNull(path).pool() + "/" + server.path("name").asText(),
        server.path("weight"),
        server.at("/sessions/limit"),
        server.path("host").asText() + ":" + Columns.text(server.path("ports")),
        answer.status() == 201 ? "added" : "changed");
    columns.print(console.out());
  }
}
