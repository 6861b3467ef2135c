package dev.holdfast.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.admin.problem.Problem;
import dev.holdfast.config.ServerConfig;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.ServerName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the body of a {@code PUT} of a server, all faults at once. */
final class ServerBody {
  private static final int MAX_PORTS = 64;
  private static final int MAX_WEIGHT = 1000;

  private final List<Problem.Fault> faults = new ArrayList<>();

  private ServerBody() {}

  /**
   * The server that a body states.
   *
   * @throws dev.holdfast.admin.problem.Refused if fields are unknown, missing or break a rule
   */
  static ServerConfig read(ServerName name, JsonNode body) {
    ServerBody reader = new ServerBody();
    ServerConfig server = reader.server(name, body);
    if (!reader.faults.isEmpty()) {
      throw Problem.invalid("the server breaks rules", reader.faults).refused();
    }
    return server;
  }

  private ServerConfig server(ServerName name, JsonNode body) {
    onlyKnown("", body, Set.of("host", "ports", "weight", "limits"));
    JsonNode limits = body.path("limits");
    if (!limits.isMissingNode() && !limits.isNull()) {
      if (limits.isObject()) {
        onlyKnown("/limits", limits, Set.of("sessions"));
      } else {
        fault("/limits", "an object");
      }
    }
    return new ServerConfig(
        name,
        host(body.path("host")),
        ports(body.path("ports")),
        weight(body.path("weight")),
        sessions(limits.path("sessions")));
  }

  private void onlyKnown(String path, JsonNode object, Set<String> known) {
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                fault(
                    path + "/" + name.replace("~", "~0").replace("/", "~1"),
                    "no such field; known: " + String.join(", ", known.stream().sorted().toList()));
              }
            });
  }

  private String host(JsonNode node) {
    try {
      if (node.isTextual()) {
        return new HostPort(node.textValue(), 1).host();
      }
    } catch (IllegalArgumentException e) {
      // falls through to the one fault of this field
    }
    fault("/host", "a name or an IP address");
    return "";
  }

  private List<Integer> ports(JsonNode node) {
    if (!node.isArray() || node.isEmpty() || node.size() > MAX_PORTS) {
      fault("/ports", "a list of 1 to " + MAX_PORTS + " ports");
      return List.of();
    }
    Set<Integer> ports = new LinkedHashSet<>();
    for (int i = 0; i < node.size(); i++) {
      int port = whole(node.get(i), 1, 65535) ? node.get(i).intValue() : 0;
      if (port == 0 || !ports.add(port)) {
        fault("/ports/" + i, "1 to 65535, each once");
      }
    }
    return List.copyOf(ports);
  }

  private int weight(JsonNode node) {
    if (node.isMissingNode()) {
      return 100;
    }
    if (!whole(node, 0, MAX_WEIGHT)) {
      fault("/weight", "0 to " + MAX_WEIGHT);
      return 0;
    }
    return node.intValue();
  }

  private @Nullable Long sessions(JsonNode node) {
    if (node.isMissingNode() || node.isNull() || node.asText().equals("none")) {
      return null;
    }
    if (!whole(node, 1, 1_000_000_000)) {
      fault("/limits/sessions", "1 to 1000000000, or null for none");
      return null;
    }
    return node.longValue();
  }

  private static boolean whole(JsonNode node, long from, long to) {
    return node.isIntegralNumber()
        && node.canConvertToLong()
        && node.longValue() >= from
        && node.longValue() <= to;
  }

  private void fault(String path, String expected) {
    faults.add(new Problem.Fault(path, expected));
  }
}
