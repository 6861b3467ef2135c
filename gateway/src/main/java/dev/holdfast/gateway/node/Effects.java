package dev.holdfast.gateway.node;

import dev.holdfast.admin.answer.ConfigChange.Effect;
import dev.holdfast.admin.answer.ConfigChange.PoolEffect;
import dev.holdfast.admin.answer.ConfigChange.Removed;
import dev.holdfast.admin.answer.ConfigChange.ServerEffect;
import dev.holdfast.config.ListenerConfig;
import dev.holdfast.config.PoolConfig;
import dev.holdfast.config.ServerConfig;
import dev.holdfast.config.SharedConfig;
import dev.holdfast.directory.ClusterView;
import dev.holdfast.directory.Intent;
import dev.holdfast.epoch.Epochs;
import dev.holdfast.epoch.Wish;
import dev.holdfast.table.SlotTable;
import dev.holdfast.table.TablePlan;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Scope;
import dev.holdfast.words.ServerName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * What another configuration would do to slots and sessions: the very plan that the leader of the
 * epochs would make of it now, and the sessions that this node knows of. Costs some milliseconds a
 * pool.
 */
final class Effects {
  private final ClusterView view;
  private final Epochs epochs;

  Effects(ClusterView view, Epochs epochs) {
    this.view = view;
    this.epochs = epochs;
  }

  Effect of(SharedConfig now, Intent next) {
    List<PoolEffect> pools = new ArrayList<>();
    for (PoolConfig pool : next.config().pools()) {
      PoolEffect effect = pool(pool, next, now);
      if (effect.slots() > 0 || effect.newSources() || !effect.servers().isEmpty()) {
        pools.add(effect);
      }
    }
    return new Effect(pools, removed(now, next.config()), 0);
  }

  private PoolEffect pool(PoolConfig pool, Intent next, SharedConfig now) {
    PoolConfig before = now.pool(pool.name()).orElse(null);
    Wish wish = wish(pool, next);
    SlotTable old = before == null ? SlotTable.EMPTY : epochs.table(pool.name());
    SlotTable planned =
        before == null
            ? TablePlan.first(pool.name(), weights(pool))
            : epochs.planned(pool.name(), wish);
    boolean newSources =
        before != null
            && (before.affinity().ipv4Prefix() != pool.affinity().ipv4Prefix()
                || before.affinity().ipv6Prefix() != pool.affinity().ipv6Prefix());
    int moved = before == null ? 0 : old.movedTo(planned).cardinality();
    return new PoolEffect(pool.name(), moved, newSources, servers(pool.name(), old, planned));
  }

  private List<ServerEffect> servers(PoolName pool, SlotTable old, SlotTable planned) {
    SortedMap<ServerName, Integer> before = old.shares();
    SortedMap<ServerName, Integer> after = planned.shares();
    TreeSet<ServerName> names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    List<ServerEffect> changed = new ArrayList<>();
    for (ServerName name : names) {
      int had = before.getOrDefault(name, 0);
      int gets = after.getOrDefault(name, 0);
      if (had != gets) {
        changed.add(new ServerEffect(name, had, gets, sessions(pool, name)));
      }
    }
    return changed;
  }

  private static Map<ServerName, Integer> weights(PoolConfig pool) {
    Map<ServerName, Integer> weights = new HashMap<>();
    pool.servers().forEach(server -> weights.put(server.name(), server.weight()));
    return weights;
  }

  /** Servers that are measured are as they are; those that come are taken for UP. */
  private Wish wish(PoolConfig pool, Intent next) {
    Map<ServerName, Wish.Target> targets = new HashMap<>(Wishes.unmeasured(next, pool).servers());
    ClusterView.Pool known = view.pools().get(pool.name());
    if (known != null) {
      known
          .verdict()
          .servers()
          .forEach(
              (name, standing) ->
                  targets.computeIfPresent(
                      name,
                      (same, target) ->
                          new Wish.Target(
                              target.weight(), standing.takesNew(), standing.serves())));
    }
    return new Wish(targets, next.pinsInForce(pool));
  }

  private List<Removed> removed(SharedConfig now, SharedConfig next) {
    List<Removed> gone = new ArrayList<>();
    for (ListenerConfig listener : now.listeners()) {
      ClusterView.Listener known = view.listeners().get(listener.name());
      if (next.listener(listener.name()).isEmpty()) {
        long sessions = known == null ? 0 : known.sessions().current();
        gone.add(new Removed(Scope.of(listener.name()), sessions));
      }
    }
    for (PoolConfig pool : now.pools()) {
      PoolConfig after = next.pool(pool.name()).orElse(null);
      if (after == null) {
        ClusterView.Pool known = view.pools().get(pool.name());
        long sessions = known == null ? 0 : known.sessions().current();
        gone.add(new Removed(Scope.of(pool.name()), sessions));
        continue;
      }
      for (ServerConfig server : pool.servers()) {
        if (after.server(server.name()).isEmpty()) {
          Scope scope = Scope.of(pool.name(), server.name());
          gone.add(new Removed(scope, sessions(pool.name(), server.name())));
        }
      }
    }
    return gone;
  }

  private long sessions(PoolName pool, ServerName name) {
    ClusterView.Pool known = view.pools().get(pool);
    ClusterView.Server server = known == null ? null : known.servers().get(name);
    return server == null ? 0 : server.sessions().current();
  }
}
