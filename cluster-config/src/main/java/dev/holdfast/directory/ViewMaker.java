package dev.holdfast.directory;

import dev.holdfast.config.Check;
import dev.holdfast.config.ListenerConfig;
import dev.holdfast.config.PoolConfig;
import dev.holdfast.config.ServerConfig;
import dev.holdfast.config.SharedConfig;
import dev.holdfast.directory.ClusterView.Node;
import dev.holdfast.directory.NodeRows.Heard;
import dev.holdfast.directory.PoolVerdict.Votes;
import dev.holdfast.members.Contact;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.NodeState;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Scope;
import dev.holdfast.words.ServerName;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link ClusterView} of the rows, the intent and who is there. Remembers what a view alone
 * does not say: the most sessions so far, and since when a server is what it is. Confined to the
 * control loop.
 */
final class ViewMaker {
  private final NodeId self;
  private final IntentDesk desk;
  private final Function<PoolName, Map<ServerName, Integer>> slots;
  private final NodeRows rows;
  private final Map<PoolName, PoolHealth> health = new HashMap<>();
  private final Sums sums = new Sums();

  ViewMaker(
      NodeId self,
      IntentDesk desk,
      Function<PoolName, Map<ServerName, Integer>> slots,
      NodeRows rows) {
    this.self = self;
    this.desk = desk;
    this.slots = slots;
    this.rows = rows;
  }

  /**
   * The cluster as it is known now.
   *
   * @param members of the store, the oldest first
   */
  ClusterView make(Contact there, List<NodeId> members, long now) {
    Intent intent = desk.current();
    SharedConfig config = intent.config();
    Map<NodeName, Node> nodes = new TreeMap<>();
    rows.heard().forEach((name, last) -> nodes.put(name, node(last, there, config.lease(), now)));
    List<NodeStatus> counted =
        nodes.values().stream().filter(Node::counts).map(Node::status).toList();
    Map<Scope, @Nullable Long> limits = Sums.limits(config);
    sums.keep(limits.keySet());
    Map<Scope, ClusterView.Sum> scopes = new TreeMap<>();
    limits.forEach((scope, limit) -> scopes.put(scope, Sums.permits(counted, scope, limit)));
    Map<ListenerName, ClusterView.Listener> listening = new TreeMap<>();
    for (ListenerConfig listener : config.listeners()) {
      listening.put(
          listener.name(),
          new ClusterView.Listener(
              listener,
              sums.listener(counted, listener.name(), listener.limits().sessions()),
              rates(listener.name(), nodes)));
    }
    Map<PoolName, ClusterView.Pool> pools = new TreeMap<>();
    health.keySet().removeIf(pool -> config.pool(pool).isEmpty());
    for (PoolConfig pool : config.pools()) {
      pools.put(pool.name(), pool(pool, intent, counted, now));
    }
    return new ClusterView(
        now,
        intent,
        !desk.drift().isEmpty(),
        leader(there, members),
        there.majority(),
        sums.sessions(counted, config.sessions()),
        nodes,
        scopes,
        listening,
        pools);
  }

  private Rates rates(ListenerName listener, Map<NodeName, Node> nodes) {
    Rates sum = Rates.NONE;
    for (Map.Entry<NodeName, Node> node : nodes.entrySet()) {
      if (node.getValue().counts()) {
        sum = sum.plus(rows.heard().get(node.getKey()).rates().getOrDefault(listener, Rates.NONE));
      }
    }
    return sum;
  }

  private Node node(Heard last, Contact there, Duration lease, long now) {
    NodeStatus row = last.status();
    long silent = now - last.atNanos();
    boolean lost = !there.heard().contains(row.id()) || silent > lease.toNanos();
    boolean itself = row.id().equals(self) || row.state() == NodeState.LEFT;
    return new Node(row, lost && !itself ? NodeState.LOST : row.state(), silent / 1_000_000);
  }

  private @Nullable NodeName leader(Contact there, List<NodeId> members) {
    Optional<NodeId> oldest = members.stream().filter(there.heard()::contains).findFirst();
    return there.majority() ? oldest.map(NodeId::name).orElse(null) : null;
  }

  private ClusterView.Pool pool(
      PoolConfig pool, Intent intent, List<NodeStatus> counted, long now) {
    Map<ServerName, Votes> votes = new HashMap<>();
    if (pool.check().type() != Check.Type.NONE) {
      pool.servers()
          .forEach(
              server -> votes.put(server.name(), Sums.votes(counted, pool.name(), server.name())));
    }
    PoolVerdict verdict =
        health
            .computeIfAbsent(pool.name(), PoolHealth::new)
            .judge(pool, intent.states(pool.name()), intent.keeping(pool.name()), votes, now);
    Map<ServerName, Integer> shares = slots.apply(pool.name());
    Map<ServerName, ClusterView.Server> servers = new TreeMap<>();
    for (ServerConfig server : pool.servers()) {
      servers.put(
          server.name(),
          new ClusterView.Server(
              server,
              verdict.servers().get(server.name()),
              shares.getOrDefault(server.name(), 0),
              sums.server(counted, pool.name(), server.name(), server.sessions())));
    }
    List<NodeStatus.Pool> said =
        counted.stream()
            .filter(node -> node.pools().containsKey(pool.name()))
            .map(node -> node.pools().get(pool.name()))
            .toList();
    Heard own = rows.heard().get(self.name());
    NodeStatus.Pool mine = own == null ? null : own.status().pools().get(pool.name());
    long epoch = mine == null ? 0 : mine.epoch();
    return new ClusterView.Pool(
        epoch,
        mine != null && said.stream().allMatch(one -> one.settled() && one.epoch() == epoch),
        mine == null ? 0 : mine.pins(),
        said.stream().mapToLong(NodeStatus.Pool::queued).sum(),
        sums.pool(counted, pool.name(), pool.sessions()),
        verdict,
        servers);
  }
}
