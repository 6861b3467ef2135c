package dev.holdfast.gateway.node;

import dev.holdfast.admin.Cluster;
import dev.holdfast.admin.answer.ClusterAnswer;
import dev.holdfast.admin.answer.Count;
import dev.holdfast.admin.answer.Explanation;
import dev.holdfast.admin.answer.ListenerAnswer;
import dev.holdfast.admin.answer.NodeAnswer;
import dev.holdfast.admin.answer.PoolAnswer;
import dev.holdfast.admin.answer.RatesAnswer;
import dev.holdfast.admin.answer.ServerAnswer;
import dev.holdfast.admin.answer.SlotsAnswer;
import dev.holdfast.admin.problem.Problem;
import dev.holdfast.config.ServerConfig;
import dev.holdfast.directory.ClusterView;
import dev.holdfast.directory.Directory;
import dev.holdfast.directory.NodeStatus;
import dev.holdfast.directory.Rates;
import dev.holdfast.gateway.health.CheckResult;
import dev.holdfast.words.Health;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import io.vertx.core.Future;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/** The cluster as the admin API reads it, over the directory of this node. */
final class ClusterAnswers implements Cluster {
  private final Parts parts;
  private final Directory directory;

  ClusterAnswers(Parts parts, Directory directory) {
    this.parts = parts;
    this.directory = directory;
  }

  @Override
  public Future<ClusterAnswer> cluster() {
    return answer(
        () -> {
          ClusterView view = directory.view();
          return new ClusterAnswer(
              parts.settings().cluster().name(),
              parts.self().name(),
              view.leader(),
              view.majority(),
              view.intent().revision(),
              count(view.sessions()),
              view.headroom(),
              view.scopes().entrySet().stream()
                  .map(
                      scope ->
                          new ClusterAnswer.ScopeCount(
                              scope.getKey(),
                              scope.getValue().held(),
                              scope.getValue().granted(),
                              scope.getValue().limit()))
                  .toList());
        });
  }

  @Override
  public Future<List<NodeAnswer>> nodes() {
    return answer(
        () -> directory.view().nodes().values().stream().map(ClusterAnswers::node).toList());
  }

  @Override
  public Future<NodeAnswer> node(NodeName name) {
    return answer(
        () -> {
          ClusterView.Node found = directory.view().nodes().get(name);
          if (found == null) {
            throw Problem.unknown("node: " + name).refused();
          }
          return node(found);
        });
  }

  static NodeAnswer node(ClusterView.Node node) {
    NodeStatus said = node.status();
    return new NodeAnswer(
        said.id().name(),
        node.state(),
        said.version(),
        said.admin(),
        count(said.sessions()),
        said.permits().entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(
                permit ->
                    new NodeAnswer.Permit(
                        permit.getKey(), permit.getValue().held(), permit.getValue().granted()))
            .toList(),
        said.revision(),
        said.drift(),
        said.driftKeys(),
        node.silentMs(),
        said.pools().entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(
                pool ->
                    new NodeAnswer.Routing(
                        pool.getKey(), pool.getValue().epoch(), pool.getValue().settled()))
            .toList());
  }

  @Override
  public Future<List<ListenerAnswer>> listeners() {
    return answer(
        () -> {
          Map<ListenerName, List<InetSocketAddress>> bound = parts.path().addresses();
          return directory.view().listeners().entrySet().stream()
              .map(
                  listener ->
                      new ListenerAnswer(
                          listener.getKey(),
                          bound.getOrDefault(listener.getKey(), List.of()).stream()
                              .map(
                                  at ->
                                      new HostPort(at.getAddress().getHostAddress(), at.getPort()))
                              .toList(),
                          listener.getValue().config().pool(),
                          count(listener.getValue().sessions()),
                          rates(listener.getValue().rates())))
              .toList();
        });
  }

  @Override
  public Future<List<PoolAnswer>> pools() {
    return answer(
        () ->
            directory.view().pools().entrySet().stream()
                .map(pool -> pool(pool.getKey(), pool.getValue()))
                .toList());
  }

  @Override
  public Future<PoolAnswer> pool(PoolName name) {
    return answer(() -> pool(name, known(directory.view(), name)));
  }

  private PoolAnswer pool(PoolName name, ClusterView.Pool pool) {
    return new PoolAnswer(
        name,
        pool.epoch(),
        pool.settled(),
        pool.pins(),
        pool.queued(),
        count(pool.sessions()),
        pool.verdict().panic(),
        pool.servers().values().stream().map(server -> server(name, server)).toList());
  }

  @Override
  public Future<SlotsAnswer> slots(PoolName name) {
    return answer(
        () -> {
          known(directory.view(), name);
          // the number first: a table that is newer than it says is asked for again
          long epoch = parts.epochs().state(name).epoch();
          return SlotsAnswer.of(name, epoch, parts.epochs().table(name));
        });
  }

  @Override
  public Future<ServerAnswer> server(PoolName pool, ServerName server) {
    return answer(
        () -> {
          ClusterView.Server found = known(directory.view(), pool).servers().get(server);
          if (found == null) {
            throw Problem.unknown("server: " + pool + "/" + server).refused();
          }
          return server(pool, found);
        });
  }

  private ServerAnswer server(PoolName pool, ClusterView.Server server) {
    ServerConfig config = server.config();
    return new ServerAnswer(
        config.name(),
        config.host(),
        config.ports(),
        config.weight(),
        server.standing().state(),
        server.standing().health(),
        new ServerAnswer.Votes(server.standing().votes().up(), server.standing().votes().down()),
        server.slots(),
        count(server.sessions()),
        check(pool, config),
        Explained.ports(parts.path(), pool, config.name()));
  }

  private ServerAnswer.Check check(PoolName pool, ServerConfig server) {
    CheckResult last = parts.path().health().last(pool, server.name());
    List<ServerAnswer.Failing> failing = new ArrayList<>();
    directory
        .view()
        .nodes()
        .forEach(
            (node, known) -> {
              NodeStatus.Pool said = known.status().pools().get(pool);
              NodeStatus.Server its = said == null ? null : said.servers().get(server.name());
              if (known.counts() && its != null && its.vote() == Health.DOWN) {
                String trouble = its.trouble();
                failing.add(new ServerAnswer.Failing(node, trouble == null ? "" : trouble));
              }
            });
    ServerConfig.CheckAt at = server.check();
    return last == null
        ? new ServerAnswer.Check(at.host(), at.port(), null, null, null, null, failing)
        : new ServerAnswer.Check(
            at.host(),
            at.port(),
            last.code().name(),
            last.words(),
            Instant.ofEpochMilli(last.atMs()).toString(),
            last.took().toMillis(),
            failing);
  }

  private static ClusterView.Pool known(ClusterView view, PoolName name) {
    ClusterView.Pool pool = view.pools().get(name);
    if (pool == null) {
      throw Problem.unknown("pool: " + name).refused();
    }
    return pool;
  }

  @Override
  public Future<Explanation> explain(ListenerName listener, Source source) {
    return answer(() -> new Explained(parts, directory.view()).of(listener, source));
  }

  private static RatesAnswer rates(Rates rates) {
    return new RatesAnswer(
        rounded(rates.clients()),
        rounded(rates.refused()),
        rounded(rates.bytesIn()),
        rounded(rates.bytesOut()),
        rates.reasons().entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, one -> rounded(one.getValue()))));
  }

  private static double rounded(double rate) {
    return Math.round(rate * 10) / 10.0;
  }

  private static Count count(NodeStatus.Count count) {
    return new Count(count.current(), count.max(), count.limit());
  }

  private static <T> Future<T> answer(Callable<T> answer) {
    try {
      return Future.succeededFuture(answer.call());
    } catch (Exception e) {
      return Future.failedFuture(e);
    }
  }
}
