package dev.holdfast.admin;

import dev.holdfast.admin.answer.ClosingAnswer;
import dev.holdfast.admin.answer.SessionAnswer;
import dev.holdfast.admin.answer.SessionsAnswer;
import dev.holdfast.admin.answer.SourcesAnswer;
import dev.holdfast.admin.problem.Problem;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Sessions in a list: three on gw-1 and two on gw-2, by three sources; gw-3 does not answer. */
public final class FakeSessions implements Sessions {
  private static final List<NodeName> MISSING = List.of(new NodeName("gw-3"));

  /** Those that live. */
  public final List<SessionAnswer> live = new ArrayList<>();

  /** The pace of the last close. */
  public @Nullable Integer perSecond;

  FakeSessions() {
    for (int i = 1; i <= 5; i++) {
      NodeName node = new NodeName(i <= 3 ? "gw-1" : "gw-2");
      Source source = Source.parse("127.10.0." + (1 + i % 3));
      live.add(
          new SessionAnswer(
              node + "~18c-" + i,
              node,
              new ListenerName("chat"),
              new PoolName("chat"),
              new ServerName("app-" + (1 + i % 2)),
              "RELAYING",
              source + ":4000" + i,
              source,
              "127.0.0.1:5000" + i,
              "127.0.0.1:9001",
              60_000 + i,
              1000L * i,
              10,
              20,
              i == 3 ? "10.0.0.7:41002" : null,
              i == 3 ? "ID-1" : null,
              null));
    }
  }

  @Override
  public Future<SessionsAnswer> list(Which which, @Nullable String cursor, int limit) {
    List<SessionAnswer> found =
        live.stream()
            .filter(one -> passes(one, which))
            .filter(one -> cursor == null || one.id().compareTo(cursor) > 0)
            .toList();
    boolean more = found.size() > limit;
    List<SessionAnswer> page = more ? found.subList(0, limit) : found;
    return Future.succeededFuture(
        new SessionsAnswer(
            page, more ? page.get(limit - 1).id() : null, more ? List.of() : MISSING));
  }

  private static boolean passes(SessionAnswer one, Which which) {
    return (which.node() == null || which.node().equals(one.node()))
        && (which.listener() == null || which.listener().equals(one.listener()))
        && (which.pool() == null || which.pool().equals(one.pool()))
        && (which.server() == null || which.server().equals(one.server()))
        && (which.source() == null || which.source().equals(one.source()));
  }

  @Override
  public Future<Void> close(String id) {
    return live.removeIf(one -> one.id().equals(id))
        ? Future.succeededFuture()
        : Future.failedFuture(Problem.unknown("session: " + id).refused());
  }

  @Override
  public Future<ClosingAnswer> close(Which which, @Nullable Integer pace) {
    perSecond = pace;
    List<SessionAnswer> found = live.stream().filter(one -> passes(one, which)).toList();
    live.removeAll(found);
    return Future.succeededFuture(new ClosingAnswer(found.size(), byNode(found), MISSING));
  }

  private static List<ClosingAnswer.OnNode> byNode(List<SessionAnswer> found) {
    Map<NodeName, Long> counts =
        found.stream()
            .collect(
                Collectors.groupingBy(SessionAnswer::node, TreeMap::new, Collectors.counting()));
    return counts.entrySet().stream()
        .map(entry -> new ClosingAnswer.OnNode(entry.getKey(), entry.getValue()))
        .toList();
  }

  @Override
  public Future<SourcesAnswer> sources(Which which, int limit) {
    Map<Source, List<SessionAnswer>> bySource =
        live.stream()
            .filter(one -> passes(one, which))
            .collect(
                Collectors.groupingBy(SessionAnswer::source, TreeMap::new, Collectors.toList()));
    return Future.succeededFuture(
        new SourcesAnswer(
            bySource.entrySet().stream()
                .map(
                    entry ->
                        new SourcesAnswer.Heavy(
                            entry.getKey(), entry.getValue().size(), byNode(entry.getValue())))
                .sorted((a, b) -> Long.compare(b.sessions(), a.sessions()))
                .limit(limit)
                .toList(),
            MISSING));
  }
}
