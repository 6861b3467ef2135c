package dev.holdfast.admin;

import dev.holdfast.admin.answer.NodeAnswer;
import dev.holdfast.words.NodeName;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;

/** What operators say of nodes. */
public final class NodeCalls implements Calls {
  private final Nodes nodes;

  /** Calls about these nodes. */
  public NodeCalls(Nodes nodes) {
    this.nodes = nodes;
  }

  @Override
  public void add(Routes routes) {
    routes.change(
        HttpMethod.POST,
        "/v1/nodes/:node/forget",
        this::forget,
        (call, node) -> Replies.json(call.response(), 200, node));
  }

  private Future<NodeAnswer> forget(RoutingContext call) {
    NodeName node = Requests.node(call);
    return nodes.forget(node);
  }
}
