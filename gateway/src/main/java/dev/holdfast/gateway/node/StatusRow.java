package dev.holdfast.gateway.node;

import dev.holdfast.config.PoolConfig;
import dev.holdfast.config.SharedConfig;
import dev.holdfast.directory.Intent;
import dev.holdfast.directory.NodeStatus;
import dev.holdfast.directory.NodeStatus.Count;
import dev.holdfast.epoch.PoolState;
import dev.holdfast.gateway.path.Snapshot;
import dev.holdfast.ledger.Ledger;
import dev.holdfast.ledger.Permits;
import dev.holdfast.words.Health;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.NodeState;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Scope;
import dev.holdfast.words.ServerName;
import java.util.HashMap;
import java.util.Map;

/** What this node says of itself to the others. */
final class StatusRow {
  private StatusRow() {}

  static NodeStatus of(Parts parts, NodeState state, HostPort admin, long revision) {
    Snapshot counted = parts.path().snapshot();
    Intent intent = parts.desk().current();
    SharedConfig config = intent.config();
    Map<ListenerName, Count> listeners = new HashMap<>();
    Map<ListenerName, NodeStatus.Flow> flows = new HashMap<>();
    config
        .listeners()
        .forEach(
            listener -> {
              Snapshot.Listener now = counted.listeners().get(listener.name());
              if (now != null) {
                listeners.put(
                    listener.name(),
                    new Count(now.current(), now.max(), listener.limits().sessions()));
                long refused = now.denied().values().stream().mapToLong(Long::longValue).sum();
                flows.put(
                    listener.name(),
                    new NodeStatus.Flow(
                        now.total(), refused, now.bytesIn(), now.bytesOut(), reasons(now)));
              }
            });
    Map<PoolName, NodeStatus.Pool> pools = new HashMap<>();
    config
        .pools()
        .forEach(
            pool -> {
              Snapshot.Pool now = counted.pools().get(pool.name());
              if (now != null) {
                pools.put(pool.name(), pool(pool, now, parts.epochs().state(pool.name())));
              }
            });
    return new NodeStatus(
        parts.self(),
        0,
        state,
        parts.version(),
        admin,
        new Count(counted.current(), counted.max(), (long) counted.limit()),
        permits(parts.ledger()),
        revision,
        !parts.desk().drift().isEmpty(),
        parts.desk().drift(),
        parts.members().contact().majority(),
        listeners,
        pools,
        new NodeStatus.Traffic(System.nanoTime() / 1_000_000, flows));
  }

  private static Map<String, Long> reasons(Snapshot.Listener listener) {
    Map<String, Long> reasons = new HashMap<>();
    listener.denied().forEach((why, count) -> reasons.put(why.label(), count));
    return reasons;
  }

  private static NodeStatus.Pool pool(PoolConfig pool, Snapshot.Pool now, PoolState state) {
    Map<ServerName, NodeStatus.Server> servers = new HashMap<>();
    pool.servers()
        .forEach(
            server -> {
              Snapshot.Server one = now.servers().get(server.name());
              if (one != null) {
                servers.put(
                    server.name(),
                    new NodeStatus.Server(
                        new Count(one.current(), one.max(), server.sessions()),
                        one.vote(),
                        one.vote() == Health.DOWN && one.check() != null
                            ? one.check().text()
                            : null));
              }
            });
    return new NodeStatus.Pool(
        state.epoch(),
        state.settled(),
        state.pins(),
        now.queued(),
        new Count(now.current(), now.max(), pool.sessions()),
        servers);
  }

  /**
   * Every scope that is limited or in use; a scope that is gone from the configuration stays until
   * its last session has ended. What has no limit was granted what it holds.
   */
  private static Map<Scope, NodeStatus.Permit> permits(Ledger ledger) {
    Map<Scope, NodeStatus.Permit> permits = new HashMap<>();
    ledger
        .statuses()
        .forEach(
            (scope, status) -> {
              boolean unlimited = status.granted() == Permits.UNLIMITED;
              if (status.limit() != null || status.held() > 0) {
                permits.put(
                    scope,
                    new NodeStatus.Permit(
                        status.held(), unlimited ? status.held() : status.granted()));
              }
            });
    return permits;
  }
}
