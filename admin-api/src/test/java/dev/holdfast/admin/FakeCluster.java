package dev.holdfast.admin;

import dev.holdfast.admin.answer.ClusterAnswer;
import dev.holdfast.admin.answer.Count;
import dev.holdfast.admin.answer.Explanation;
import dev.holdfast.admin.answer.ListenerAnswer;
import dev.holdfast.admin.answer.NodeAnswer;
import dev.holdfast.admin.answer.OperationAnswer;
import dev.holdfast.admin.answer.PlanAnswer;
import dev.holdfast.admin.answer.PoolAnswer;
import dev.holdfast.admin.answer.RatesAnswer;
import dev.holdfast.admin.answer.ServerAnswer;
import dev.holdfast.admin.answer.SlotsAnswer;
import dev.holdfast.admin.problem.Problem;
import dev.holdfast.config.ServerConfig;
import dev.holdfast.table.SlotTable;
import dev.holdfast.words.AdminState;
import dev.holdfast.words.Health;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.NodeState;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Scope;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** A cluster of maps: pool chat with servers app-1 and app-2, nodes gw-1 READY and gw-2 LOST. */
public final class FakeCluster implements Cluster, Servers, Nodes, Orders {
  private static final PoolName CHAT = new PoolName("chat");

  /** The servers of pool chat. */
  public final Map<ServerName, ServerConfig> servers = new ConcurrentSkipListMap<>();

  /** Configuration and pins. */
  public final FakeConfigurations configurations = new FakeConfigurations();

  /** Nodes that were forgotten. */
  public final List<NodeName> forgotten = new ArrayList<>();

  /** What happened. */
  public final FakeEvents events = new FakeEvents();

  /** Live sessions. */
  public final FakeSessions sessions = new FakeSessions();

  /** The state that operations are in. */
  public volatile String operationState = "running";

  /** What was ordered, as texts. */
  public final List<String> ordered = new ArrayList<>();

  /** Changes are refused, as without a majority. */
  public volatile boolean alone;

  /** What {@code GET /v1/cluster} fails with, or null. */
  public volatile RuntimeException failure;

  /** {@code GET /v1/cluster} never completes. */
  public volatile boolean silent;

  /** A cluster in good order. */
  public FakeCluster() {
    for (int i = 1; i <= 2; i++) {
      ServerName name = new ServerName("app-" + i);
      Long limit = i == 1 ? 60_000L : null;
      servers.put(name, new ServerConfig(name, "127.0.0.1", List.of(9000 + i), 100, limit));
    }
  }

  /** Every concern, over this cluster. */
  public List<Calls> calls() {
    return List.of(
        new ClusterCalls(this),
        new ServerCalls(this),
        new SessionCalls(sessions),
        new EventCalls(events, this, Map.of("operations", this::operations)),
        new NodeCalls(this),
        new ConfigCalls(configurations),
        new PinCalls(configurations),
        new OperationCalls(this));
  }

  /** All that a change could have changed, as a text that can be compared. */
  public String state() {
    return servers
        + " "
        + forgotten
        + " "
        + configurations.revision
        + configurations.config
        + configurations.pins
        + sessions.live
        + " "
        + ordered;
  }

  @Override
  public Future<ClusterAnswer> cluster() {
    if (silent) {
      return Promise.<ClusterAnswer>promise().future();
    }
    if (failure != null) {
      return Future.failedFuture(failure);
    }
    return Future.succeededFuture(
        new ClusterAnswer(
            "c",
            new NodeName("gw-1"),
            alone ? null : new NodeName("gw-1"),
            !alone,
            7,
            new Count(290, 300, null),
            710,
            List.of(
                new ClusterAnswer.ScopeCount(Scope.of(new ListenerName("chat")), 290, 300, 300L))));
  }

  @Override
  public Future<List<NodeAnswer>> nodes() {
    return Future.succeededFuture(
        List.of(node("gw-1", NodeState.READY), node("gw-2", NodeState.LOST)));
  }

  @Override
  public Future<NodeAnswer> node(NodeName node) {
    return nodes()
        .map(
            all ->
                all.stream()
                    .filter(one -> one.name().equals(node))
                    .findFirst()
                    .orElseThrow(() -> Problem.unknown("no such node: " + node).refused()));
  }

  private static NodeAnswer node(String name, NodeState state) {
    return new NodeAnswer(
        new NodeName(name),
        state,
        "1.0.0",
        new HostPort("127.0.0.1", 8081),
        new Count(97, 99, 1000L),
        List.of(new NodeAnswer.Permit(Scope.of(new ListenerName("chat")), 97, 110)),
        7,
        false,
        List.of(),
        120,
        List.of(new NodeAnswer.Routing(CHAT, 4, true)));
  }

  @Override
  public Future<List<ListenerAnswer>> listeners() {
    return Future.succeededFuture(
        List.of(
            new ListenerAnswer(
                new ListenerName("chat"),
                List.of(new HostPort("127.0.0.1", 7001)),
                CHAT,
                new Count(290, 300, 300L),
                new RatesAnswer(12.5, 0.5, 1000, 2000, Map.of("listener-limit", 0.5)))));
  }

  @Override
  public Future<List<PoolAnswer>> pools() {
    return pool(CHAT).map(List::of);
  }

  @Override
  public Future<PoolAnswer> pool(PoolName pool) {
    return pool.equals(CHAT)
        ? Future.succeededFuture(
            new PoolAnswer(
                CHAT,
                4,
                true,
                0,
                0,
                new Count(290, 300, null),
                false,
                servers.values().stream().map(FakeCluster::answer).toList()))
        : Future.failedFuture(Problem.unknown("no such pool: " + pool).refused());
  }

  @Override
  public Future<SlotsAnswer> slots(PoolName pool) {
    return pool(pool).map(known -> SlotsAnswer.of(pool, known.epoch(), SlotTable.EMPTY));
  }

  private static ServerAnswer answer(ServerConfig server) {
    return new ServerAnswer(
        server.name(),
        server.host(),
        server.ports(),
        server.weight(),
        AdminState.READY,
        server.name().value().equals("app-1") ? Health.UP : null,
        new ServerAnswer.Votes(3, 0),
        32768,
        new Count(145, 150, server.sessions()),
        new ServerAnswer.Check(
            server.check().host(),
            server.check().port(),
            "L4OK",
            "Layer4 check passed",
            "2026-11-27T18:40:00Z",
            1L,
            List.of(new ServerAnswer.Failing(new NodeName("gw-2"), "L4TOUT Layer4 timeout"))),
        new Explanation.Ports(97, 28_232));
  }

  @Override
  public Future<ServerAnswer> server(PoolName pool, ServerName server) {
    return pool(pool)
        .compose(
            known ->
                servers.containsKey(server)
                    ? Future.succeededFuture(answer(servers.get(server)))
                    : Future.failedFuture(Problem.unknown("no such server: " + server).refused()));
  }

  @Override
  public Future<Explanation> explain(ListenerName listener, Source source) {
    return listener.value().equals("chat")
        ? Future.succeededFuture(
            new Explanation(
                4711,
                4,
                CHAT,
                new ServerName("app-2"),
                "slot",
                List.of(new ServerName("app-1")),
                "admit",
                null,
                new Explanation.Ports(97, 100),
                "L4OK Layer4 check passed",
                source,
                false,
                false,
                new Explanation.Standing(AdminState.READY, Health.UP),
                List.of(
                    new Explanation.Permits(
                        Scope.of(CHAT, new ServerName("app-2")), 145, 160, null, 50, 50),
                    new Explanation.Permits(
                        Scope.of(new ListenerName("chat")), 290, 300, 300L, 97, 110)),
                0,
                List.of(
                    new Explanation.Change("server app-2 is drained", new ServerName("app-1")))))
        : Future.failedFuture(Problem.unknown("no such listener: " + listener).refused());
  }

  @Override
  public Future<NodeAnswer> forget(NodeName node) {
    if (node.value().equals("gw-1")) {
      return Future.failedFuture(Problem.conflict("gw-1 is in contact").refused());
    }
    if (!node.value().equals("gw-2")) {
      return Future.failedFuture(Problem.unknown("no such node: " + node).refused());
    }
    forgotten.add(node);
    return Future.succeededFuture(node("gw-2", NodeState.LEFT));
  }

  @Override
  public Future<Put> putServer(PoolName pool, ServerConfig server, String who) {
    if (alone) {
      return Future.failedFuture(Problem.noMajority("1 of 3 nodes in contact").refused());
    }
    return pool(pool)
        .map(known -> new Put(servers.put(server.name(), server) == null, answer(server)));
  }

  @Override
  public Future<Void> removeServer(PoolName pool, ServerName server, String who) {
    return server(pool, server)
        .compose(
            known -> {
              if (servers.size() == 1) {
                return Future.failedFuture(Problem.conflict("the last server").refused());
              }
              servers.remove(server);
              return Future.succeededFuture();
            });
  }

  private static final PlanAnswer PLAN =
      new PlanAnswer(455, 0, Map.of("app-1", 46L), Map.of("app-11", 455L), List.of(1.1, 1.01));

  private OperationAnswer operation(String kind, String target) {
    return new OperationAnswer(
        "op-17",
        kind,
        target,
        operationState,
        600,
        140,
        3,
        457,
        100,
        null,
        "ann",
        "2026-11-27T12:00:00Z",
        null,
        PLAN);
  }

  private Future<Ordered> order(
      Future<?> known, String kind, String target, Object what, boolean dry, String by) {
    return known.map(
        there -> {
          if (dry) {
            return new Ordered(null, PLAN);
          }
          ordered.add(kind + " " + target + " " + what + " by " + by);
          return new Ordered(operation(kind, target), null);
        });
  }

  @Override
  public Future<Ordered> drain(
      PoolName pool, ServerName server, ServerDrain drain, boolean dry, String by) {
    String target = "server/" + pool + "/" + server;
    return order(server(pool, server), "drain-server", target, drain, dry, by);
  }

  @Override
  public Future<Ordered> drain(NodeName node, NodeDrain drain, boolean dry, String by) {
    return order(node(node), "drain-node", "node/" + node, drain, dry, by);
  }

  @Override
  public Future<Ordered> rebalance(Rebalance rebalance, boolean dry, String by) {
    PoolName pool = rebalance.pool();
    return pool == null
        ? order(cluster(), "rebalance-nodes", "cluster", rebalance, dry, by)
        : order(pool(pool), "rebalance-servers", "pool/" + pool, rebalance, dry, by);
  }

  @Override
  public Future<ServerAnswer> state(PoolName pool, ServerName server, AdminState state, String by) {
    return server(pool, server).onSuccess(there -> ordered.add(server + " " + state));
  }

  @Override
  public Future<NodeAnswer> ready(NodeName node, String by) {
    return node(node).onSuccess(there -> ordered.add(node + " READY"));
  }

  @Override
  public Future<List<OperationAnswer>> operations() {
    return Future.succeededFuture(List.of(operation("drain-server", "server/chat/app-1")));
  }

  @Override
  public Future<OperationAnswer> operation(String id) {
    return id.equals("op-17")
        ? operations().map(all -> all.get(0))
        : Future.failedFuture(Problem.unknown("operation: " + id).refused());
  }

  @Override
  public Future<OperationAnswer> say(String id, Word word, String by) {
    return operation(id).onSuccess(there -> ordered.add(id + " " + word + " by " + by));
  }
}
