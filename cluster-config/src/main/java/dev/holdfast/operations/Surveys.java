package dev.holdfast.operations;

import dev.holdfast.store.Store;
import dev.holdfast.time.ControlLoop;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks all nodes for their sessions by slot, and answers such questions. A question is a row that
 * who asked removes; an answer is a row of each process. Rows that are left behind by who died
 * meanwhile are removed when this node finds them older than a minute.
 *
 * <p>State belongs to the control loop.
 */
final class Surveys {
  private static final Logger LOG = LoggerFactory.getLogger(Surveys.class);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final int ASK_AGAIN_AFTER = 5;
  private static final int LOOKS = 40;

  private final Store store;
  private final ControlLoop loop;
  private final NodeId self;
  private final Sessions sessions;
  private final Supplier<Set<NodeId>> nodes;
  private final LongSupplier random;
  private final Set<String> answered = new HashSet<>();
  private Store.@Nullable Subscription hints;

  /**
   * Nothing is asked or answered yet.
   *
   * @param nodes the processes whose answers count
   */
  Surveys(
      Store store,
      ControlLoop loop,
      NodeId self,
      Sessions sessions,
      Supplier<Set<NodeId>> nodes,
      LongSupplier random) {
    this.store = store;
    this.loop = loop;
    this.self = self;
    this.sessions = sessions;
    this.nodes = nodes;
    this.random = random;
  }

  void start() {
    hints = store.onChange(Survey.QUESTIONS, this::hear);
  }

  void close() {
    if (hints != null) {
      hints.cancel();
    }
  }

  /**
   * Asks. Completes on the control loop; fails with a line for the operator if a node does not
   * answer within some seconds. On the control loop.
   *
   * @param server only those at this server; null: only those not where the table says
   */
  Future<Survey> ask(PoolName pool, @Nullable ServerName server) {
    String id = Long.toHexString(random.getAsLong()) + "-" + self.name();
    Promise<Survey> promise = Promise.promise();
    ask(new Survey.Question(id, pool, server, 1));
    loop.after(LOOK, () -> look(new Survey.Question(id, pool, server, 1), 1, promise));
    return promise
        .future()
        .onComplete(
            done -> {
              store.remove(Survey.QUESTIONS, id);
              nodes.get().forEach(node -> store.remove(Survey.ANSWERS, answer(id, node)));
            });
  }

  private void ask(Survey.Question question) {
    store.write(Survey.QUESTIONS, question.id(), question);
  }

  private static String answer(String id, NodeId node) {
    return Survey.Answer.key(id, node);
  }

  private void look(Survey.Question question, int looks, Promise<Survey> promise) {
    store
        .readAll(Survey.ANSWERS)
        .onComplete(
            read -> {
              Map<NodeId, Survey.Count> mine =
                  read.failed()
                      ? Map.of()
                      : read.result().entrySet().stream()
                          .filter(row -> row.getKey().startsWith(question.id() + "/"))
                          .collect(
                              Collectors.toMap(
                                  row -> row.getValue().node(), row -> row.getValue().count()));
              Set<NodeId> missing = new HashSet<>(nodes.get());
              missing.removeAll(mine.keySet());
              if (missing.isEmpty()) {
                promise.complete(Survey.of(mine.values()));
              } else if (looks >= LOOKS) {
                promise.fail(new IllegalStateException("no answer of " + names(missing)));
              } else {
                Survey.Question next = question;
                if (looks % ASK_AGAIN_AFTER == 0) {
                  next =
                      new Survey.Question(
                          question.id(), question.pool(), question.server(), question.round() + 1);
                  ask(next); // the hint may have been lost
                }
                Survey.Question again = next;
                loop.after(LOOK, () -> look(again, looks + 1, promise));
              }
            });
  }

  private static List<String> names(Set<NodeId> nodes) {
    return nodes.stream().map(node -> node.name().value()).sorted().toList();
  }

  private void hear(String id) {
    if (answered.contains(id)) {
      return;
    }
    store
        .read(Survey.QUESTIONS, id)
        .onSuccess(
            question -> {
              if (question != null && answered.add(id)) {
                answer(question);
              }
            });
  }

  private void answer(Survey.Question question) {
    sessions
        .survey(question.pool(), question.server())
        .onComplete(
            counted ->
                loop.execute(
                    () -> {
                      if (counted.succeeded()) {
                        store
                            .write(
                                Survey.ANSWERS,
                                answer(question.id(), self),
                                new Survey.Answer(self, counted.result()))
                            .onFailure(e -> answered.remove(question.id()));
                      } else {
                        LOG.debug("A survey failed pool={}", question.pool(), counted.cause());
                        answered.remove(question.id());
                      }
                    }));
    loop.after(Duration.ofMinutes(1), () -> forget(question.id()));
  }

  /** Whoever asked is long gone, or has removed it already. */
  private void forget(String id) {
    answered.remove(id);
    store.remove(Survey.QUESTIONS, id);
    store.remove(Survey.ANSWERS, answer(id, self));
  }
}
