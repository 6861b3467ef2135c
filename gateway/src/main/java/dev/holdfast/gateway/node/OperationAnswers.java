package dev.holdfast.gateway.node;

import dev.holdfast.admin.Cluster;
import dev.holdfast.admin.Orders;
import dev.holdfast.admin.answer.NodeAnswer;
import dev.holdfast.admin.answer.OperationAnswer;
import dev.holdfast.admin.answer.PlanAnswer;
import dev.holdfast.admin.answer.ServerAnswer;
import dev.holdfast.admin.problem.Problem;
import dev.holdfast.operations.Figures;
import dev.holdfast.operations.Operation;
import dev.holdfast.operations.OperationChange;
import dev.holdfast.operations.Operations;
import dev.holdfast.operations.Order;
import dev.holdfast.operations.Plan;
import dev.holdfast.words.AdminState;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.NodeState;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;

/** Drains and rebalances as the admin API orders and shows them. */
final class OperationAnswers implements Orders {
  private final Operations operations;
  private final Cluster cluster;

  /** Orders whose outcome is read from this cluster. */
  OperationAnswers(Operations operations, Cluster cluster) {
    this.operations = operations;
    this.cluster = cluster;
  }

  @Override
  public Future<Ordered> drain(
      PoolName pool, ServerName server, ServerDrain drain, boolean dry, String by) {
    return order(
        Order.drain(pool, server, drain.pace(), drain.deadlineMs(), drain.closes(), drain.keeps()),
        dry,
        by);
  }

  @Override
  public Future<Ordered> drain(NodeName node, NodeDrain drain, boolean dry, String by) {
    return order(
        Order.drain(
            node,
            drain.graceMs(),
            drain.pace(),
            drain.deadlineMs(),
            drain.closes(),
            drain.forced()),
        dry,
        by);
  }

  @Override
  public Future<Ordered> rebalance(Rebalance rebalance, boolean dry, String by) {
    PoolName pool = rebalance.pool();
    return order(
        pool == null
            ? Order.rebalance(rebalance.pace(), rebalance.threshold(), rebalance.budget())
            : Order.rebalance(pool, rebalance.pace(), rebalance.threshold(), rebalance.budget()),
        dry,
        by);
  }

  private Future<Ordered> order(Order order, boolean dry, String by) {
    Future<Ordered> answer =
        dry
            ? operations
                .preview(order)
                .map(
                    preview -> {
                      if (preview.refused() != null) {
                        throw refusal(preview.refused()).refused();
                      }
                      return new Ordered(null, plan(preview.plan()));
                    })
            : operations.order(order, by).map(change -> new Ordered(done(change), null));
    return answer.recover(OperationAnswers::unanswered);
  }

  /** A node that does not answer a survey is said; all else is a fault. */
  private static <T> Future<T> unanswered(Throwable cause) {
    return Future.failedFuture(
        cause instanceof IllegalStateException
            ? Problem.conflict("no plan: " + cause.getMessage()).refused()
            : cause);
  }

  @Override
  public Future<ServerAnswer> state(PoolName pool, ServerName server, AdminState state, String by) {
    return operations
        .state(pool, server, state, by)
        .compose(
            change -> {
              Problem refused = Refusals.of(change);
              return refused != null
                  ? Future.failedFuture(refused.refused())
                  : cluster.server(pool, server).map(seen -> ordered(seen, state));
            });
  }

  /** The view may be a second behind what was just ordered. */
  private static ServerAnswer ordered(ServerAnswer seen, AdminState state) {
    return new ServerAnswer(
        seen.name(),
        seen.host(),
        seen.ports(),
        seen.weight(),
        state,
        seen.health(),
        seen.votes(),
        seen.slots(),
        seen.sessions(),
        seen.check(),
        seen.localPorts());
  }

  @Override
  public Future<NodeAnswer> ready(NodeName node, String by) {
    return operations
        .ready(node, by)
        .compose(
            change -> {
              if (change instanceof Operations.NodeChange.Unknown) {
                return Future.failedFuture(Problem.unknown("node: " + node).refused());
              }
              if (change instanceof Operations.NodeChange.Conflict conflict) {
                return Future.failedFuture(Problem.conflict(conflict.why()).refused());
              }
              if (change instanceof Operations.NodeChange.NoMajority) {
                return Future.failedFuture(noMajority().refused());
              }
              return cluster
                  .nodes()
                  .map(
                      all ->
                          all.stream()
                              .filter(one -> one.name().equals(node))
                              .findFirst()
                              .map(OperationAnswers::ready)
                              .orElseThrow(() -> Problem.unknown("node: " + node).refused()));
            });
  }

  private static NodeAnswer ready(NodeAnswer seen) {
    return seen.state() == NodeState.DRAINING || seen.state() == NodeState.JOINING
        ? seen.in(NodeState.READY)
        : seen;
  }

  @Override
  public Future<List<OperationAnswer>> operations() {
    return operations.list().map(all -> all.stream().map(OperationAnswers::answer).toList());
  }

  @Override
  public Future<OperationAnswer> operation(String id) {
    return operations
        .find(id)
        .map(
            found ->
                found
                    .map(OperationAnswers::answer)
                    .orElseThrow(() -> Problem.unknown("operation: " + id).refused()));
  }

  @Override
  public Future<OperationAnswer> say(String id, Word word, String by) {
    Future<OperationChange> change =
        switch (word) {
          case PAUSE -> operations.pause(id, by);
          case RESUME -> operations.resume(id);
          case CANCEL -> operations.cancel(id, by);
        };
    return change.map(OperationAnswers::done);
  }

  private static OperationAnswer done(OperationChange change) {
    if (change instanceof OperationChange.Done done) {
      return answer(done.operation());
    }
    throw refusal(change).refused();
  }

  private static Problem refusal(OperationChange change) {
    if (change instanceof OperationChange.Unknown unknown) {
      return Problem.unknown(unknown.what());
    }
    return change instanceof OperationChange.Conflict conflict
        ? Problem.conflict(conflict.why())
        : noMajority();
  }

  private static Problem noMajority() {
    return Problem.noMajority("this node does not see a majority; nothing was changed");
  }

  /** An operation as the API shows it. */
  static OperationAnswer answer(Operation one) {
    Figures figures = one.figures();
    return new OperationAnswer(
        one.id(),
        one.order().kind().label(),
        one.order().target(),
        one.state().label(),
        figures.total(),
        figures.closed(),
        figures.ended(),
        figures.remaining(),
        one.order().perSecond(),
        one.reason(),
        one.by(),
        Instant.ofEpochMilli(one.orderedAtMs()).toString(),
        one.endedAtMs() == null ? null : Instant.ofEpochMilli(one.endedAtMs()).toString(),
        one.plan() == null ? null : plan(one.plan()));
  }

  private static PlanAnswer plan(Plan plan) {
    return new PlanAnswer(
        plan.sessions(), plan.slots(), plan.from(), plan.to(), plan.maxOverMean());
  }
}
