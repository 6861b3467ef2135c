package dev.holdfast.gateway.node;

import dev.holdfast.admin.Cluster;
import dev.holdfast.admin.Servers;
import dev.holdfast.admin.answer.Count;
import dev.holdfast.admin.answer.ServerAnswer;
import dev.holdfast.admin.problem.Problem;
import dev.holdfast.config.ServerConfig;
import dev.holdfast.directory.IntentChange;
import dev.holdfast.directory.IntentDesk;
import dev.holdfast.words.AdminState;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import io.vertx.core.Future;

/** Servers as operators change them, over the desk of this node. */
final class ServerChanges implements Servers {
  private final IntentDesk desk;
  private final Cluster cluster;

  /** Changes whose outcome is read from this cluster. */
  ServerChanges(IntentDesk desk, Cluster cluster) {
    this.desk = desk;
    this.cluster = cluster;
  }

  @Override
  public Future<Put> putServer(PoolName pool, ServerConfig server, String who) {
    return desk.putServer(pool, server, who)
        .compose(
            change -> {
              Problem refused = Refusals.of(change);
              return refused != null
                  ? Future.failedFuture(refused.refused())
                  : cluster
                      .server(pool, server.name())
                      .recover(unknown -> Future.succeededFuture(unseen(server)))
                      .map(
                          now ->
                              new Put(
                                  change instanceof IntentChange.Done done && done.created(),
                                  configured(now, server)));
            });
  }

  /** A server that the view does not show yet. */
  private static ServerAnswer unseen(ServerConfig server) {
    return new ServerAnswer(
        server.name(),
        server.host(),
        server.ports(),
        server.weight(),
        AdminState.READY,
        null,
        new ServerAnswer.Votes(0, 0),
        0,
        new Count(0, 0, server.sessions()),
        ServerAnswer.Check.unknown(server.check().host(), server.check().port()),
        null);
  }

  /** The view may be a second behind what was just configured. */
  private static ServerAnswer configured(ServerAnswer seen, ServerConfig server) {
    return new ServerAnswer(
        server.name(),
        server.host(),
        server.ports(),
        server.weight(),
        seen.adminState(),
        seen.health(),
        seen.votes(),
        seen.slots(),
        new Count(seen.sessions().current(), seen.sessions().max(), server.sessions()),
        seen.check(),
        seen.localPorts());
  }

  @Override
  public Future<Void> removeServer(PoolName pool, ServerName server, String who) {
    return desk.removeServer(pool, server, who)
        .compose(
            change -> {
              Problem refused = Refusals.of(change);
              return refused == null
                  ? Future.succeededFuture()
                  : Future.failedFuture(refused.refused());
            });
  }
}
