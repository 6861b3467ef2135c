package dev.holdfast.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A view of the cluster as lines of text: what {@code top} shows. Pure. */
final class TopFrame {
  private static final int EVENTS = 8;

  private TopFrame() {}

  /**
   * The lines of a view.
   *
   * @param happened lines of what happened, the latest last
   * @param width of a line at most
   * @param height lines at most; what does not fit is counted in the last one
   */
  static List<String> lines(JsonNode view, Collection<String> happened, int width, int height) {
    List<String> lines = new ArrayList<>();
    lines.add(head(view.path("cluster"), view.path("at").asText()));
    lines.add(sums(view));
    part(lines, nodes(view.path("nodes")));
    part(lines, listeners(view.path("listeners")));
    part(lines, servers(view.path("pools")));
    lines.addAll(Operated.underWay(view.path("operations")));
    if (!happened.isEmpty()) {
      lines.add("");
      List<String> all = List.copyOf(happened);
      lines.addAll(all.subList(Math.max(0, all.size() - EVENTS), all.size()));
    }
    return fitted(lines, width, height);
  }

  private static String head(JsonNode cluster, String at) {
    return "cluster %s  leader=%s majority=%s revision=%s  %s"
        .formatted(
            cluster.path("name").asText(),
            Columns.text(cluster.path("leader")),
            cluster.path("majority").asBoolean() ? "yes" : "NO",
            Columns.text(cluster.path("revision")),
            at);
  }

  private static String sums(JsonNode view) {
    double came = 0;
    double refused = 0;
    double in = 0;
    double out = 0;
    for (JsonNode listener : view.path("listeners")) {
      JsonNode rates = listener.path("rates");
      came += rates.path("newPerSecond").asDouble();
      refused += rates.path("refusedPerSecond").asDouble();
      in += rates.path("bytesInPerSecond").asDouble();
      out += rates.path("bytesOutPerSecond").asDouble();
    }
    JsonNode cluster = view.path("cluster");
    return "sessions %s  new %s/s  refused %s/s  in %sB/s  out %sB/s  headroom %s"
        .formatted(
            StatusCommand.count(cluster.path("sessions")),
            rate(came),
            rate(refused),
            Columns.bytes((long) in),
            Columns.bytes((long) out),
            Columns.text(cluster.path("headroom")));
  }

  private static String rate(double rate) {
    return rate == 0 || rate >= 10 ? Long.toString(Math.round(rate)) : String.valueOf(rate);
  }

  private static Columns nodes(JsonNode nodes) {
    Columns columns = new Columns("NODE", "STATE", "CUR", "MAX", "LIMIT", "REVISION", "DRIFT");
    for (JsonNode node : nodes) {
      columns.row(
          node.path("name"),
          node.path("state"),
          node.at("/sessions/current"),
          node.at("/sessions/max"),
          node.at("/sessions/limit"),
          node.path("revision"),
          node.path("drift").asBoolean() ? "yes" : "no");
    }
    return columns;
  }

  private static Columns listeners(JsonNode listeners) {
    Columns columns =
        new Columns("LISTENER", "CUR", "MAX", "LIMIT", "NEW/s", "REFUSED/s", "IN B/s", "OUT B/s");
    for (JsonNode listener : listeners) {
      JsonNode rates = listener.path("rates");
      columns.row(
          listener.path("name"),
          listener.at("/sessions/current"),
          listener.at("/sessions/max"),
          listener.at("/sessions/limit"),
          rate(rates.path("newPerSecond").asDouble()),
          rate(rates.path("refusedPerSecond").asDouble()),
          Columns.bytes(rates.path("bytesInPerSecond").asLong()),
          Columns.bytes(rates.path("bytesOutPerSecond").asLong()));
    }
    return columns;
  }

  private static Columns servers(JsonNode pools) {
    Columns columns =
        new Columns("SERVER", "STATE", "HEALTH", "WEIGHT", "SLOTS", "CUR", "MAX", "LIMIT");
    for (JsonNode pool : pools) {
      for (JsonNode server : pool.path("servers")) {
        columns.row(
            pool.path("name").asText() + "/" + server.path("name").asText(),
            server.path("adminState"),
            server.path("health"),
            server.path("weight"),
            server.path("slots"),
            server.at("/sessions/current"),
            server.at("/sessions/max"),
            server.at("/sessions/limit"));
      }
    }
    return columns;
  }

  private static void part(List<String> lines, Columns columns) {
    StringWriter text = new StringWriter();
    columns.print(new PrintWriter(text, true));
    lines.add("");
    lines.addAll(text.toString().lines().toList());
  }

  private static List<String> fitted(List<String> lines, int width, int height) {
    List<String> fitted = new ArrayList<>();
    for (String line : lines) {
      fitted.add(line.length() <= width ? line : line.substring(0, Math.max(0, width - 1)) + "…");
    }
    if (fitted.size() <= height) {
      return fitted;
    }
    int shown = Math.max(0, height - 1);
    List<String> cut = new ArrayList<>(fitted.subList(0, shown));
    cut.add("… " + (fitted.size() - shown) + " more lines; holdfast status shows all");
    return cut;
  }
}
