package dev.holdfast.gateway.node;

import dev.holdfast.admin.metrics.Scrape;
import dev.holdfast.directory.ClusterView;
import dev.holdfast.epoch.PoolState;
import dev.holdfast.gateway.health.CheckResult;
import dev.holdfast.gateway.path.Snapshot;
import dev.holdfast.gateway.ports.PortUse;
import dev.holdfast.operations.Figures;
import dev.holdfast.operations.Operation;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.NodeState;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Scope;
import dev.holdfast.words.ServerName;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** What this node's {@code /metrics} says, made from the counters at a scrape. */
final class ScrapeReport {
  private final Parts parts;
  private final ClusterView view;
  private final List<Operation> operations;
  private final Snapshot counted;

  private ScrapeReport(Parts parts, ClusterView view, List<Operation> operations) {
    this.parts = parts;
    this.view = view;
    this.operations = operations;
    this.counted = parts.path().snapshot();
  }

  static Scrape of(Parts parts, ClusterView view, NodeState state, List<Operation> operations) {
    return new ScrapeReport(parts, view, operations).scrape(state);
  }

  private Scrape scrape(NodeState state) {
    Map<ListenerName, Scrape.Listener> listeners = new HashMap<>();
    view.listeners()
        .forEach(
            (name, listener) -> {
              Snapshot.Listener now = counted.listeners().get(name);
              if (now != null) {
                listeners.put(name, listener(now, listener));
              }
            });
    Map<PoolName, Scrape.Pool> pools = new HashMap<>();
    view.pools()
        .forEach(
            (name, pool) -> {
              Snapshot.Pool now = counted.pools().get(name);
              if (now != null) {
                pools.put(name, pool(now, pool, parts.epochs().state(name)));
              }
            });
    return new Scrape(
        new Scrape.Node(
            state,
            counted.current(),
            counted.limit(),
            revisionInForce(),
            view.drift(),
            counted.pendingBytes(),
            counted.logDropped(),
            counted.refusalsNotLogged(),
            counted.acceptFaults(),
            counted.loops().stream()
                .map(loop -> new Scrape.Loop(loop.sessions(), loop.lag()))
                .toList(),
            storeCalls()),
        listeners,
        pools,
        permits(),
        ports(),
        cluster());
  }

  /** What this node says of itself; the intent may be ahead of it. */
  private long revisionInForce() {
    ClusterView.Node self = view.nodes().get(parts.self().name());
    return self == null ? 0 : self.status().revision();
  }

  private Map<Scrape.StoreCall, Long> storeCalls() {
    Map<Scrape.StoreCall, Long> calls = new HashMap<>();
    parts
        .storeCalls()
        .counts()
        .forEach(
            (call, count) ->
                calls.put(new Scrape.StoreCall(call.table(), call.operation()), count));
    return calls;
  }

  private static Scrape.Listener listener(Snapshot.Listener now, ClusterView.Listener listener) {
    return new Scrape.Listener(
        now.current(),
        now.queued(),
        histogram(now.waits().bounds(), now.waits().counts(), now.waits().sumSeconds()),
        listener.config().limits().sessions(),
        now.total(),
        now.bytesIn(),
        now.bytesOut(),
        now.denied(),
        now.ended());
  }

  private static Scrape.Pool pool(Snapshot.Pool now, ClusterView.Pool pool, PoolState state) {
    Map<ServerName, Scrape.Server> servers = new TreeMap<>();
    pool.servers()
        .forEach(
            (name, server) -> {
              Snapshot.Server one = now.servers().get(name);
              if (one != null) {
                servers.put(name, server(one, server, state.shares().getOrDefault(name, 0)));
              }
            });
    return new Scrape.Pool(
        now.current(), now.queued(), state.epoch(), state.pins(), pool.verdict().panic(), servers);
  }

  private static Scrape.Server server(Snapshot.Server now, ClusterView.Server server, int slots) {
    return new Scrape.Server(
        now.current(),
        server.config().sessions(),
        server.standing().state(),
        server.standing().health(),
        slots,
        now.connectionErrors(),
        histogram(now.connectBounds(), now.connectCounts(), now.connectSumSeconds()),
        check(now));
  }

  private static Scrape.@Nullable Check check(Snapshot.Server now) {
    CheckResult last = now.check();
    return last == null
        ? null
        : new Scrape.Check(last.code().name(), last.took().toNanos() / 1e9, now.checkFailures());
  }

  private static Scrape.Histogram histogram(double[] bounds, long[] counts, double sumSeconds) {
    return new Scrape.Histogram(
        DoubleStream.of(bounds).boxed().toList(),
        LongStream.of(counts).boxed().toList(),
        sumSeconds);
  }

  private List<Scrape.Ports> ports() {
    List<Scrape.Ports> all = new ArrayList<>();
    counted
        .pools()
        .forEach(
            (pool, servers) ->
                servers
                    .servers()
                    .forEach(
                        (server, one) ->
                            one.ports().forEach(use -> all.add(ports(pool, server, use)))));
    return all;
  }

  private static Scrape.Ports ports(PoolName pool, ServerName server, PortUse use) {
    return new Scrape.Ports(
        pool,
        use.source().getHostAddress(),
        server,
        use.port(),
        use.used(),
        use.limit(),
        use.isShort(),
        use.leftOut());
  }

  private Map<Scope, Scrape.Permits> permits() {
    Map<Scope, Long> operations = parts.ledger().operations();
    Map<Scope, Scrape.Permits> permits = new HashMap<>();
    parts
        .ledger()
        .statuses()
        .forEach(
            (scope, status) -> {
              if (status.limit() != null) {
                permits.put(
                    scope,
                    new Scrape.Permits(
                        status.held(), status.granted(), operations.getOrDefault(scope, 0L)));
              }
            });
    return permits;
  }

  private Scrape.Cluster cluster() {
    Map<Scope, Long> sessions = new HashMap<>();
    view.scopes().forEach((scope, sum) -> sessions.put(scope, sum.held()));
    Map<NodeState, Integer> nodes = new EnumMap<>(NodeState.class);
    view.nodes().values().forEach(node -> nodes.merge(node.state(), 1, Integer::sum));
    return new Scrape.Cluster(
        sessions,
        parts.ledger().excess(),
        nodes,
        view.majority(),
        view.headroom(),
        operations.stream().map(ScrapeReport::operation).toList());
  }

  private static Scrape.Operation operation(Operation one) {
    Figures figures = one.figures();
    return new Scrape.Operation(
        one.order().kind().drains(),
        one.id(),
        one.order().target(),
        one.state().label(),
        figures.closed(),
        figures.remaining());
  }
}
