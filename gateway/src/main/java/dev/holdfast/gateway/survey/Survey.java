package dev.holdfast.gateway.survey;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.holdfast.admin.Sessions;
import dev.holdfast.admin.answer.ClosingAnswer;
import dev.holdfast.admin.answer.SessionAnswer;
import dev.holdfast.admin.answer.SessionsAnswer;
import dev.holdfast.admin.answer.SourcesAnswer;
import dev.holdfast.admin.problem.Problem;
import dev.holdfast.gateway.path.LiveSessions;
import dev.holdfast.gateway.path.SourceTally;
import dev.holdfast.gateway.session.NodePlace;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.Source;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asks every node about its sessions. Any thread; futures complete on a thread of the bus. */
public final class Survey implements Sessions {
  private static final String ADDRESS = "holdfast.survey.";
  private static final Duration PATIENCE = Duration.ofMillis(1500);
  private static final Duration GREET_EVERY = Duration.ofSeconds(1);
  private static final Which ANY = new Which(null, null, null, null, null);
  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  /** Sources that a node names, so that those heavy on several nodes are summed up rightly. */
  private static final int NAMED = 1000;

  /** A newer version may say more. */
  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final Vertx vertx;
  private final NodeName self;
  private final Respondent own;
  private final Supplier<Roll> roll;
  private final Set<NodeName> greeted = ConcurrentHashMap.newKeySet();

  /**
   * A survey of all nodes, this one among them.
   *
   * @param vertx on the clustered event bus
   * @param self this node
   * @param live its sessions
   * @param roll who is there now; any thread
   */
  public Survey(Vertx vertx, NodeName self, LiveSessions live, Supplier<Roll> roll) {
    this.vertx = vertx;
    this.self = self;
    this.own = new Respondent(self, live);
    this.roll = roll;
  }

  /** Answers the others from now on. Completes when they can ask. */
  public Future<Void> start() {
    vertx.setPeriodic(GREET_EVERY.toMillis(), tick -> greet());
    return vertx.eventBus().consumer(ADDRESS + self, this::asked).completion();
  }

  /**
   * Speaks once with each node that is there. The bus finds out by a call to the store where a node
   * listens and remembers it; were that call made only when somebody asks, a third node that does
   * not answer the store would silence all others.
   */
  private void greet() {
    Set<NodeName> heard = roll.get().heard();
    greeted.retainAll(heard);
    for (NodeName node : heard) {
      if (!node.equals(self) && !greeted.contains(node)) {
        Question hello = question(Question.Ask.HELLO, ANY, null, 0, 0);
        ask(node, hello)
            .onSuccess(
                reply -> {
                  if (reply != null) {
                    greeted.add(node);
                  }
                });
      }
    }
  }

  private void asked(Message<String> message) {
    Future<Reply> reply;
    try {
      reply = own.answer(JSON.readValue(message.body(), Question.class));
    } catch (JsonProcessingException e) { // of another version
      reply = Future.failedFuture(e);
    }
    reply
        .onSuccess(answer -> message.reply(written(answer)))
        .onFailure(fault -> message.fail(500, String.valueOf(fault.getMessage())));
  }

  private static String written(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a message is always JSON: " + value.getClass(), e);
    }
  }

  /** Completes with null if the node does not answer. */
  private Future<@Nullable Reply> ask(NodeName node, Question question) {
    if (node.equals(self)) {
      return own.answer(question).map(reply -> reply);
    }
    if (!roll.get().heard().contains(node)) {
      return Future.succeededFuture();
    }
    DeliveryOptions options = new DeliveryOptions().setSendTimeout(PATIENCE.toMillis());
    return vertx
        .eventBus()
        .<String>request(ADDRESS + node, written(question), options)
        .<@Nullable Reply>map(Survey::read)
        .otherwise((Reply) null);
  }

  private static Reply read(Message<String> message) {
    try {
      return JSON.readValue(message.body(), Reply.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an answer of another version", e);
    }
  }

  private static Question question(
      Question.Ask ask, Which which, @Nullable String id, int limit, long withinMs) {
    return new Question(
        ask, which.listener(), which.pool(), which.server(), which.source(), id, limit, withinMs);
  }

  /** The nodes that are meant. */
  private List<NodeName> nodes(Which which) {
    List<NodeName> all = roll.get().all();
    if (which.node() == null) {
      return all;
    }
    if (!all.contains(which.node())) {
      throw Problem.unknown("node: " + which.node()).refused();
    }
    return List.of(which.node());
  }

  /** Asks several nodes at once; a node that does not answer has no entry. */
  private Future<Map<NodeName, Reply>> askAll(List<NodeName> nodes, Question question) {
    Map<NodeName, Future<@Nullable Reply>> asked = new TreeMap<>();
    nodes.forEach(node -> asked.put(node, ask(node, question)));
    return Future.join(List.copyOf(asked.values()))
        .map(
            done -> {
              Map<NodeName, Reply> replies = new TreeMap<>();
              asked.forEach(
                  (node, reply) -> {
                    if (reply.result() != null) {
                      replies.put(node, reply.result());
                    }
                  });
              return replies;
            });
  }

  private static List<NodeName> missing(List<NodeName> asked, Map<NodeName, Reply> replies) {
    return asked.stream().filter(node -> !replies.containsKey(node)).toList();
  }

  @Override
  public Future<SessionsAnswer> list(Which which, @Nullable String cursor, int limit) {
    List<NodeName> left = new ArrayList<>(nodes(which));
    String after = null;
    if (cursor != null) {
      NodeName node = node(cursor, "?cursor");
      left.removeIf(one -> one.compareTo(node) < 0);
      after = left.contains(node) ? id(cursor) : null;
    }
    return next(new Page(which, left, limit), after);
  }

  /** A page under way. */
  private record Page(
      Which which,
      List<NodeName> left,
      int limit,
      List<SessionAnswer> sessions,
      List<NodeName> missing) {
    Page(Which which, List<NodeName> left, int limit) {
      this(which, left, limit, new ArrayList<>(), new ArrayList<>());
    }

    SessionsAnswer answer(boolean more) {
      String cursor = more ? sessions.get(sessions.size() - 1).id() : null;
      return new SessionsAnswer(sessions, cursor, missing);
    }
  }

  private Future<SessionsAnswer> next(Page page, @Nullable String after) {
    if (page.left.isEmpty()) {
      return Future.succeededFuture(page.answer(false));
    }
    NodeName node = page.left.remove(0);
    int wanted = page.limit - page.sessions.size();
    // one more than fits says whether there is a next page
    return ask(node, question(Question.Ask.PAGE, page.which, after, wanted + 1, 0))
        .compose(
            reply -> {
              if (reply == null) {
                page.missing.add(node);
                return next(page, null);
              }
              boolean more = reply.sessions().size() > wanted;
              page.sessions.addAll(more ? reply.sessions().subList(0, wanted) : reply.sessions());
              return more && !page.sessions.isEmpty()
                  ? Future.succeededFuture(page.answer(true))
                  : next(page, null);
            });
  }

  @Override
  public Future<Void> close(String id) {
    NodeName node = node(id, "session");
    if (!roll.get().all().contains(node)) {
      return Future.failedFuture(Problem.unknown("session: " + id).refused());
    }
    return ask(node, question(Question.Ask.CLOSE_ONE, ANY, id(id), 1, 0))
        .compose(
            reply -> {
              if (reply == null) {
                return Future.failedFuture(
                    Problem.timeout("node " + node + " did not answer").refused());
              }
              return reply.count() > 0
                  ? Future.succeededFuture()
                  : Future.failedFuture(Problem.unknown("session: " + id).refused());
            });
  }

  /** The node of an id, or of a cursor, which is an id. */
  private static NodeName node(String id, String place) {
    int mark = id.indexOf(NodePlace.MARK);
    try {
      if (mark > 0) {
        return new NodeName(id.substring(0, mark));
      }
    } catch (IllegalArgumentException e) {
      // falls through to the one fault
    }
    throw Problem.invalid("the request breaks rules", place, "as an answer gave it").refused();
  }

  private static String id(String id) {
    return id.substring(id.indexOf(NodePlace.MARK) + 1);
  }

  @Override
  public Future<ClosingAnswer> close(Which which, @Nullable Integer perSecond) {
    List<NodeName> nodes = nodes(which);
    if (perSecond == null) {
      return closing(nodes, which, AT_ONCE.toMillis());
    }
    return askAll(nodes, question(Question.Ask.COUNT, which, null, 0, 0))
        .compose(
            counts -> {
              long all = counts.values().stream().mapToLong(Reply::count).sum();
              // each node ends its own evenly in the same time: together that is the pace
              return closing(nodes, which, withGrace(all * 1000 / perSecond));
            });
  }

  /** The last orders go out early enough for their FINs: a quarter of the time, at most 1 s. */
  private static long withGrace(long pacedMs) {
    return Math.max(AT_ONCE.toMillis(), pacedMs + Math.min(1000, pacedMs / 3));
  }

  private Future<ClosingAnswer> closing(List<NodeName> nodes, Which which, long withinMs) {
    return askAll(nodes, question(Question.Ask.CLOSE, which, null, 0, withinMs))
        .map(
            replies -> {
              List<ClosingAnswer.OnNode> on = new ArrayList<>();
              replies.forEach(
                  (node, reply) -> {
                    if (reply.count() > 0) {
                      on.add(new ClosingAnswer.OnNode(node, reply.count()));
                    }
                  });
              long all = replies.values().stream().mapToLong(Reply::count).sum();
              return new ClosingAnswer(all, on, missing(nodes, replies));
            });
  }

  @Override
  public Future<SourcesAnswer> sources(Which which, int limit) {
    List<NodeName> nodes = nodes(which);
    return askAll(nodes, question(Question.Ask.SOURCES, which, null, NAMED, 0))
        .map(replies -> new SourcesAnswer(heaviest(replies, limit), missing(nodes, replies)));
  }

  private static List<SourcesAnswer.Heavy> heaviest(Map<NodeName, Reply> replies, int limit) {
    Map<Source, List<ClosingAnswer.OnNode>> bySource = new HashMap<>();
    replies.forEach(
        (node, reply) -> {
          for (SourceTally tally : reply.sources()) {
            bySource
                .computeIfAbsent(tally.source(), source -> new ArrayList<>())
                .add(new ClosingAnswer.OnNode(node, tally.sessions()));
          }
        });
    return bySource.entrySet().stream()
        .map(
            entry ->
                new SourcesAnswer.Heavy(
                    entry.getKey(),
                    entry.getValue().stream().mapToLong(ClosingAnswer.OnNode::sessions).sum(),
                    entry.getValue()))
        .sorted(
            Comparator.comparingLong(SourcesAnswer.Heavy::sessions)
                .reversed()
                .thenComparing(SourcesAnswer.Heavy::source))
        .limit(limit)
        .toList();
  }
}
