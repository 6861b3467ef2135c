package dev.holdfast.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** {@code holdfast status}. */
@Command(
    name = "status",
    description = {
      "Shows the cluster: nodes, limits, pools, servers and operations under way.",
      "headroom: sessions that still fit if the largest node is lost."
    })
final class StatusCommand extends ApiCommand {
  StatusCommand(Console console) {
    super(console);
  }

  @Override
  Api.Answer ask(Api api) {
    return api.get("v1/cluster");
  }

  @Override
  void show(Api api, Api.Answer answer, Console console) {
    JsonNode cluster = answer.json();
    PrintWriter out = console.out();
    out.println(
        "cluster %s  leader=%s majority=%s revision=%s sessions=%s headroom=%s"
            .formatted(
                cluster.path("name").asText(),
                Columns.text(cluster.path("leader")),
                cluster.path("majority").asBoolean() ? "yes" : "no",
                Columns.text(cluster.path("revision")),
                count(cluster.path("sessions")),
                Columns.text(cluster.path("headroom"))));
    out.println();
    scopes(cluster.path("scopes")).print(out);
    out.println();
    nodes(part(api, "v1/nodes").path("nodes")).print(out);
    out.println();
    listeners(part(api, "v1/listeners").path("listeners")).print(out);
    JsonNode pools = part(api, "v1/pools").path("pools");
    out.println();
    pools(pools).print(out);
    out.println();
    servers(pools).print(out);
    Operated.underWay(part(api, "v1/operations").path("operations")).forEach(out::println);
  }

  private static JsonNode part(Api api, String path) {
    Api.Answer answer = api.get(path);
    if (!answer.good()) {
      throw new Impossible(answer.problem());
    }
    return answer.json();
  }

  private static Columns scopes(JsonNode scopes) {
    Columns columns = new Columns("SCOPE", "HELD", "GRANTED", "LIMIT");
    for (JsonNode scope : scopes) {
      columns.row(
          scope.path("scope"), scope.path("held"), scope.path("granted"), scope.path("limit"));
    }
    return columns;
  }

  private static Columns nodes(JsonNode nodes) {
    Columns columns =
        new Columns("NODE", "STATE", "SESSIONS", "REVISION", "DRIFT", "VERSION", "ADMIN");
    for (JsonNode node : nodes) {
      columns.row(
          node.path("name"),
          node.path("state"),
          count(node.path("sessions")),
          node.path("revision"),
          node.path("drift").asBoolean() ? Columns.text(node.path("driftKeys")) : "no",
          node.path("version"),
          node.path("admin"));
    }
    return columns;
  }

  private static Columns listeners(JsonNode listeners) {
    Columns columns = new Columns("LISTENER", "BIND", "POOL", "SESSIONS");
    for (JsonNode listener : listeners) {
      columns.row(
          listener.path("name"),
          listener.path("bind"),
          listener.path("pool"),
          count(listener.path("sessions")));
    }
    return columns;
  }

  private static Columns pools(JsonNode pools) {
    Columns columns = new Columns("POOL", "EPOCH", "SETTLED", "PINS", "QUEUED", "SESSIONS");
    for (JsonNode pool : pools) {
      columns.row(
          pool.path("name"),
          pool.path("epoch"),
          pool.path("settled").asBoolean() ? "yes" : "no",
          pool.path("pins"),
          pool.path("queued"),
          count(pool.path("sessions")));
    }
    return columns;
  }

  private static Columns servers(JsonNode pools) {
    Columns columns =
        new Columns("SERVER", "STATE", "HEALTH", "VOTES", "WEIGHT", "SLOTS", "SESSIONS", "ADDRESS");
    for (JsonNode pool : pools) {
      for (JsonNode server : pool.path("servers")) {
        columns.row(
            pool.path("name").asText() + "/" + server.path("name").asText(),
            server.path("adminState"),
            server.path("health"),
            "%s up %s down"
                .formatted(server.at("/votes/up").asText(), server.at("/votes/down").asText()),
            server.path("weight"),
            server.path("slots"),
            count(server.path("sessions")),
            server.path("host").asText() + ":" + Columns.text(server.path("ports")));
      }
    }
    return columns;
  }

  /** Current, most and limit, as {@code 290 (max 300, limit 300)}. */
  static String count(JsonNode count) {
    String limit = count.path("limit").isNumber() ? ", limit " + count.path("limit").asText() : "";
    return count.path("current").asText() + " (max " + count.path("max").asText() + limit + ")";
  }
}
