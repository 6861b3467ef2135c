package dev.holdfast.admin;

import dev.holdfast.config.ServerConfig;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;

/** How operators change servers. */
public final class ServerCalls implements Calls {
  private static final String SERVER = "/v1/pools/:pool/servers/:server";

  private final Servers servers;

  /** Calls that change these servers. */
  public ServerCalls(Servers servers) {
    this.servers = servers;
  }

  @Override
  public void add(Routes routes) {
    routes.change(
        HttpMethod.PUT,
        SERVER,
        this::put,
        (call, put) -> Replies.json(call.response(), put.created() ? 201 : 200, put.server()));
    routes.change(
        HttpMethod.DELETE, SERVER, this::remove, (call, nothing) -> Replies.empty(call.response()));
  }

  private Future<Servers.Put> put(RoutingContext call) {
    PoolName pool = Requests.pool(call);
    ServerConfig server = ServerBody.read(Requests.server(call), Requests.object(call));
    return servers.putServer(pool, server, Requests.who(call));
  }

  private Future<Void> remove(RoutingContext call) {
    PoolName pool = Requests.pool(call);
    ServerName server = Requests.server(call);
    return servers.removeServer(pool, server, Requests.who(call));
  }
}
