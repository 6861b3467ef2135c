package dev.holdfast.admin;

import dev.holdfast.words.ListenerName;
import dev.holdfast.words.Source;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Set;

/** What viewers read of the cluster. */
public final class ClusterCalls implements Calls {
  private final Cluster cluster;

  /** Calls that read this cluster. */
  public ClusterCalls(Cluster cluster) {
    this.cluster = cluster;
  }

  @Override
  public void add(Routes routes) {
    routes.get("/v1/cluster", Set.of(), call -> cluster.cluster());
    routes.get("/v1/nodes", Set.of(), call -> list("nodes", cluster.nodes()));
    routes.get("/v1/nodes/:node", Set.of(), call -> cluster.node(Requests.node(call)));
    routes.get("/v1/listeners", Set.of(), call -> list("listeners", cluster.listeners()));
    routes.get("/v1/pools", Set.of(), call -> list("pools", cluster.pools()));
    routes.get("/v1/pools/:pool", Set.of(), call -> cluster.pool(Requests.pool(call)));
    routes.get("/v1/pools/:pool/slots", Set.of(), call -> cluster.slots(Requests.pool(call)));
    routes.get(
        "/v1/pools/:pool/servers/:server",
        Set.of(),
        call -> cluster.server(Requests.pool(call), Requests.server(call)));
    routes.get(
        "/v1/explain",
        Set.of("listener", "source"),
        call ->
            cluster.explain(
                Requests.parameter(call, "listener", ListenerName::new),
                Requests.parameter(call, "source", Source::parse)));
  }

  private static Future<?> list(String name, Future<?> values) {
    return values.map(list -> Map.of(name, list));
  }
}
