package dev.holdfast.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.admin.problem.Problem;
import dev.holdfast.config.Durations;
import dev.holdfast.operations.Order;
import dev.holdfast.words.PoolName;
import org.jspecify.annotations.Nullable;

/** Reads the bodies of orders, whose shape the contract has checked. */
final class OrderBody {
  private static final String NONE = "none";
  private static final String GRACE = "5s";

  private OrderBody() {}

  /** True if the order is only to be tried. */
  static boolean isDry(JsonNode body) {
    return body.path("dryRun").asBoolean();
  }

  static Orders.ServerDrain serverDrain(JsonNode body) {
    return new Orders.ServerDrain(
        pace(body.path("pace")),
        duration(body.path("deadline").asText(NONE)),
        body.path("onDeadline").asText().equals("close"),
        body.path("sticky").asText().equals("keep"));
  }

  static Orders.NodeDrain nodeDrain(JsonNode body) {
    Long grace = duration(body.path("grace").asText(GRACE));
    return new Orders.NodeDrain(
        grace == null ? 0 : grace,
        pace(body.path("pace")),
        duration(body.path("deadline").asText(NONE)),
        body.path("onDeadline").asText().equals("close"),
        body.path("force").asBoolean());
  }

  /**
   * A rebalance.
   *
   * @throws dev.holdfast.admin.problem.Refused if a pool is missing or not wanted
   */
  static Orders.Rebalance rebalance(JsonNode body) {
    boolean servers = body.path("over").asText().equals("servers");
    if (servers != body.hasNonNull("pool")) {
      throw Problem.invalid(
              "the order breaks rules",
              "/pool",
              servers ? "the pool whose servers are meant" : "nothing, over nodes")
          .refused();
    }
    Integer pace = pace(body.path("pace"));
    return new Orders.Rebalance(
        servers ? new PoolName(body.path("pool").textValue()) : null,
        pace == null ? Order.REBALANCE_PER_SECOND : pace,
        body.path("threshold").asDouble(Order.THRESHOLD),
        body.hasNonNull("budget") ? body.path("budget").longValue() : null);
  }

  private static @Nullable Integer pace(JsonNode node) {
    String text = node.asText(NONE);
    return text.endsWith("/s") ? Integer.valueOf(text.substring(0, text.length() - 2)) : null;
  }

  private static @Nullable Long duration(String text) {
    return text.equals(NONE) || text.equals("null") ? null : Durations.parse(text).toMillis();
  }
}
