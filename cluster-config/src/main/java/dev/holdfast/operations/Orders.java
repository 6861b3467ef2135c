package dev.holdfast.operations;

import dev.holdfast.directory.ClusterView;
import dev.holdfast.directory.IntentDesk;
import dev.holdfast.operations.Operation.Undo;
import dev.holdfast.time.ControlLoop;
import dev.holdfast.words.NodeId;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Puts what operators order on the {@link Board}, unless it contradicts what is there. Confined to
 * the control loop, but for {@link #move}, which any thread may call.
 */
final class Orders {
  private final ControlLoop loop;
  private final Supplier<ClusterView> view;
  private final IntentDesk intent;
  private final RandomGenerator random;
  private final BoardDesk desk;
  private final Planning planning;

  Orders(
      ControlLoop loop,
      Supplier<ClusterView> view,
      IntentDesk intent,
      RandomGenerator random,
      BoardDesk desk,
      Planning planning) {
    this.loop = loop;
    this.view = view;
    this.intent = intent;
    this.random = random;
    this.desk = desk;
    this.planning = planning;
  }

  /** What would become of an order now. */
  Future<Operations.Preview> preview(Order order) {
    OperationChange no = refusal(desk.board(), order);
    return no != null
        ? Future.succeededFuture(new Operations.Preview(null, no))
        : planning.plan(order).map(plan -> new Operations.Preview(plan, null));
  }

  /** Orders an operation. */
  Future<OperationChange> order(Order order, String by) {
    OperationChange no = refusal(desk.board(), order);
    if (no != null) {
      return Future.succeededFuture(no);
    }
    if (!order.kind().drains()) {
      return put(order, by, null); // the leader makes its plan
    }
    // a node that does not answer now is no reason not to drain
    return planning
        .plan(order)
        .<@Nullable Plan>map(made -> made)
        .otherwise((Plan) null)
        .compose(made -> put(order, by, made));
  }

  private @Nullable OperationChange refusal(Board board, Order order) {
    if (!desk.believes()) {
      return new OperationChange.NoMajority();
    }
    Conflicts conflicts = new Conflicts(board, view.get());
    String unknown = conflicts.unknown(order);
    if (unknown != null) {
      return new OperationChange.Unknown(unknown);
    }
    String conflict = conflicts.of(order);
    return conflict == null ? null : new OperationChange.Conflict(conflict);
  }

  private Future<OperationChange> put(Order order, String by, @Nullable Plan plan) {
    String token = Long.toHexString(random.nextLong());
    long now = loop.wallMs();
    return changed(
        desk.change(
            board -> {
              Optional<Operation> mine =
                  board.operations().stream().filter(one -> one.token().equals(token)).findFirst();
              if (mine.isPresent()) { // it was written, though nobody said so
                return end(new OperationChange.Done(mine.get()));
              }
              OperationChange no = refusal(board, order);
              if (no != null) {
                return end(no);
              }
              Operation made =
                  Operation.planned(board.next(), token, order, by, now, undo(order), plan);
              Board next = board.with(made);
              if (order.kind() == OperationKind.DRAIN_NODE) {
                NodeId id = view.get().nodes().get(order.node()).status().id();
                next = next.leave(id, order.graceMs());
              }
              return new BoardDesk.Change<>(next, new OperationChange.Done(made));
            }));
  }

  private Undo undo(Order order) {
    return order.kind() != OperationKind.DRAIN_SERVER
        ? Undo.READY
        : new Undo(
            intent.current().state(order.pool(), order.server()),
            intent.current().keeping(order.pool()).contains(order.server()));
  }

  private static BoardDesk.Change<OperationChange> end(OperationChange change) {
    return new BoardDesk.Change<>(null, change);
  }

  private static Future<OperationChange> changed(Future<@Nullable OperationChange> change) {
    return change.map(done -> done == null ? new OperationChange.NoMajority() : done);
  }

  /**
   * Moves an operation to a state.
   *
   * @param found as it was known a moment ago
   */
  Future<OperationChange> move(Operation found, OperationState to, @Nullable String why) {
    return changed(
        desk.change(
            board -> {
              Operation one = board.find(found.number()).orElse(found);
              return one.state() == to
                  ? end(new OperationChange.Done(one))
                  : !one.state().mayBecome(to)
                      ? end(notFrom(one, to))
                      : moved(board, one.to(to, why, loop.wallMs()));
            }));
  }

  private static OperationChange notFrom(Operation one, OperationState to) {
    String verb = to == OperationState.PLANNED ? "resumed" : to.label();
    return new OperationChange.Conflict(
        "operation " + one.id() + " is " + one.state().label() + " and cannot be " + verb);
  }

  private static BoardDesk.Change<OperationChange> moved(Board board, Operation next) {
    return new BoardDesk.Change<>(board.with(next), new OperationChange.Done(next));
  }
}
