package dev.holdfast.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.config.ServerConfig;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.ServerName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the body of a {@code PUT} of a server, whose shape the contract has checked. */
final class ServerBody {
  private static final int DEFAULT_WEIGHT = 100;

  private ServerBody() {}

  /**
   * The server that a body states.
   *
   * @throws dev.holdfast.admin.problem.Refused if the host is neither a name nor an address
   */
  static ServerConfig read(ServerName name, JsonNode body) {
    List<Integer> ports = new ArrayList<>();
    body.path("ports").forEach(port -> ports.add(port.intValue()));
    JsonNode sessions = body.path("limits").path("sessions");
    return new ServerConfig(
        name,
        Requests.read(body.path("host").textValue(), "/host", host -> new HostPort(host, 1).host()),
        ports,
        body.path("weight").asInt(DEFAULT_WEIGHT),
        sessions.isNumber() ? sessions.longValue() : null,
        rate(body.path("limits").path("newSessions").asText("none")),
        check(body.path("check")));
  }

  private static ServerConfig.CheckAt check(JsonNode check) {
    JsonNode host = check.path("host");
    JsonNode port = check.path("port");
    return new ServerConfig.CheckAt(
        host.isTextual()
            ? Requests.read(host.textValue(), "/check/host", text -> new HostPort(text, 1).host())
            : null,
        port.isNumber() ? port.intValue() : null);
  }

  private static @Nullable Long rate(String text) {
    return text.endsWith("/s") ? Long.valueOf(text.substring(0, text.length() - 2)) : null;
  }
}
