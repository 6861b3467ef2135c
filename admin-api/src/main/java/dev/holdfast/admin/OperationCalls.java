package dev.holdfast.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.admin.Orders.Ordered;
import dev.holdfast.admin.Orders.Word;
import dev.holdfast.admin.access.Caller;
import dev.holdfast.words.AdminState;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** How operators order drains and rebalances, and follow them. */
public final class OperationCalls implements Calls {
  private static final String SERVER = "/v1/pools/:pool/servers/:server";
  private static final String OPERATION = "/v1/operations/:operation";

  private final Orders orders;

  /** Calls that give these orders. */
  public OperationCalls(Orders orders) {
    this.orders = orders;
  }

  @Override
  public void add(Routes routes) {
    routes.get(
        "/v1/operations",
        Set.of(),
        call -> orders.operations().map(all -> Map.of("operations", all)));
    routes.get(OPERATION, Set.of(), call -> orders.operation(id(call)));
    order(routes, SERVER + "/drain", this::drainServer);
    order(routes, "/v1/nodes/:node/drain", this::drainNode);
    order(routes, "/v1/rebalances", this::rebalance);
    for (AdminState state : Set.of(AdminState.READY, AdminState.MAINT)) {
      routes.change(
          HttpMethod.POST,
          SERVER + (state == AdminState.READY ? "/ready" : "/maintenance"),
          call -> orders.state(Requests.pool(call), Requests.server(call), state, by(call)),
          (call, server) -> Replies.json(call.response(), 200, server));
    }
    routes.change(
        HttpMethod.POST,
        "/v1/nodes/:node/ready",
        call -> orders.ready(Requests.node(call), by(call)),
        (call, node) -> Replies.json(call.response(), 200, node));
    for (Word word : Word.values()) {
      routes.change(
          HttpMethod.POST,
          OPERATION + "/" + word.name().toLowerCase(Locale.ROOT),
          call -> orders.say(id(call), word, by(call)),
          (call, operation) -> Replies.json(call.response(), 200, operation));
    }
  }

  /** A route that answers a dry run with its plan and an order with its operation. */
  private static void order(
      Routes routes,
      String path,
      java.util.function.Function<RoutingContext, Future<Ordered>> answer) {
    routes.change(
        HttpMethod.POST,
        path,
        answer,
        (call, ordered) -> {
          if (ordered.operation() == null) {
            Replies.json(
                call.response(), 200, Map.of("plan", Objects.requireNonNull(ordered.plan())));
          } else {
            Replies.json(call.response(), 202, ordered.operation());
          }
        });
  }

  private static String id(RoutingContext call) {
    return Requests.path(call, "operation", text -> text);
  }

  private static String by(RoutingContext call) {
    Caller caller = Gate.caller(call);
    return caller == null ? "nobody" : caller.name();
  }

  private Future<Ordered> drainServer(RoutingContext call) {
    JsonNode body = Requests.object(call);
    return orders.drain(
        Requests.pool(call),
        Requests.server(call),
        OrderBody.serverDrain(body),
        OrderBody.isDry(body),
        by(call));
  }

  private Future<Ordered> drainNode(RoutingContext call) {
    JsonNode body = Requests.object(call);
    return orders.drain(
        Requests.node(call), OrderBody.nodeDrain(body), OrderBody.isDry(body), by(call));
  }

  private Future<Ordered> rebalance(RoutingContext call) {
    JsonNode body = Requests.object(call);
    return orders.rebalance(OrderBody.rebalance(body), OrderBody.isDry(body), by(call));
  }
}
