package dev.holdfast.operations;

import dev.holdfast.directory.ClusterView;
import dev.holdfast.directory.IntentChange;
import dev.holdfast.directory.IntentDesk;
import dev.holdfast.epoch.Epochs;
import dev.holdfast.epoch.PoolState;
import dev.holdfast.epoch.Wish;
import dev.holdfast.members.Contact;
import dev.holdfast.operations.Operation.Undo;
import dev.holdfast.store.Store;
import dev.holdfast.table.SlotTable;
import dev.holdfast.time.ControlLoop;
import dev.holdfast.words.AdminState;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.NodeState;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The operations of the cluster: the door for who wires a node together and for who orders them.
 * Any thread; futures complete on the control loop.
 */
public final class Operations implements AutoCloseable {
  private static final long LATELY_MS = 600_000;

  private final ControlLoop loop;
  private final Supplier<ClusterView> view;
  private final IntentDesk intent;
  private final BoardDesk desk;
  private final Surveys surveys;
  private final Orders orders;
  private final OperationNode node;
  private final OperationLeader leader;

  /**
   * What operations stand on.
   *
   * @param store shared with the other nodes
   * @param loop the control loop of the store
   * @param self this process
   * @param view the cluster as this node knows it; only asked after {@link #start}
   * @param contact who is there now
   * @param intent where admin states are ordered
   * @param sessions of this node
   * @param doors of this node
   * @param random for tokens
   * @param disk keeps the value on disk; called on the control loop, must not block it
   */
  public record Parts(
      Store store,
      ControlLoop loop,
      NodeId self,
      Supplier<ClusterView> view,
      Supplier<Contact> contact,
      IntentDesk intent,
      Sessions sessions,
      Doors doors,
      RandomGenerator random,
      Consumer<SavedOperations> disk) {}

  /** Operations of a node whose epochs are these. */
  public Operations(Parts parts, Epochs epochs) {
    this(
        parts,
        new Planning.Tables() {
          @Override
          public PoolState state(PoolName pool) {
            return epochs.state(pool);
          }

          @Override
          public SlotTable planned(PoolName pool, Wish wish) {
            return epochs.planned(pool, wish);
          }
        });
  }

  Operations(Parts parts, Planning.Tables tables) {
    this.loop = parts.loop();
    this.view = parts.view();
    this.intent = parts.intent();
    this.desk = new BoardDesk(parts.store(), loop, parts.contact(), parts.disk());
    this.surveys =
        new Surveys(
            parts.store(),
            loop,
            parts.self(),
            parts.sessions(),
            this::counted,
            parts.random()::nextLong);
    Planning planning = new Planning(loop, view, tables, surveys);
    this.orders = new Orders(loop, view, intent, parts.random(), desk, planning);
    this.node =
        new OperationNode(parts.store(), loop, parts.self(), desk, parts.sessions(), parts.doors());
    this.leader =
        new OperationLeader(
            new OperationLeader.Tools(
                parts.store(), loop, parts.self(), view, parts.contact(), parts.intent(), planning),
            desk);
  }

  private Set<NodeId> counted() {
    Set<NodeId> nodes = new TreeSet<>();
    view.get()
        .nodes()
        .values()
        .forEach(
            one -> {
              if (one.counts()) {
                nodes.add(one.status().id());
              }
            });
    return nodes;
  }

  /** Begins. What the disk holds counts only if the whole cluster was down. */
  public void start(Optional<SavedOperations> saved) {
    loop.execute(
        () -> {
          surveys.start();
          node.start();
          leader.start();
          desk.start(saved);
        });
  }

  @Override
  public void close() {
    loop.execute(
        () -> {
          leader.close();
          node.close();
          surveys.close();
          desk.close();
        });
  }

  /** Calls back on the control loop when an operation moved or got on. */
  public void onChange(Runnable listener) {
    desk.onChange(listener);
  }

  // ---------------------------------------------------------------- what there is

  /** The operations as this node knows them, the newest first; those that are over too. */
  public List<Operation> known() {
    List<Operation> all = new ArrayList<>(desk.board().operations());
    all.sort((a, b) -> Long.compare(b.number(), a.number()));
    all.addAll(desk.past());
    return all;
  }

  /** Those that are under way, and those that ended within ten minutes. */
  public List<Operation> lately() {
    long since = loop.wallMs() - LATELY_MS;
    return known().stream()
        .filter(one -> one.endedAtMs() == null || one.endedAtMs() >= since)
        .toList();
  }

  /** The operations as the store has them, or as this node knows them if it does not answer. */
  public Future<List<Operation>> list() {
    return desk.fresh().map(done -> known());
  }

  /** One operation by its id. */
  public Future<Optional<Operation>> find(String id) {
    return list().map(all -> all.stream().filter(one -> one.id().equals(id)).findFirst());
  }

  /**
   * The slots of a pool that a rebalance has given back to the table: the next epoch pins no source
   * in them anywhere else.
   */
  public BitSet givenBack(PoolName pool) {
    BitSet slots = new BitSet();
    for (Operation one : desk.board().operations()) {
      if (one.state() == OperationState.RUNNING
          && one.order().kind() == OperationKind.REBALANCE_SERVERS
          && pool.equals(one.order().pool())) {
        slots.or(one.givenBack().set());
      }
    }
    return slots;
  }

  // ---------------------------------------------------------------- orders

  /**
   * What would become of an order now; an order given while nothing moves does exactly this.
   *
   * @return fails with an {@link IllegalStateException} that names the nodes that did not answer
   */
  public Future<Preview> preview(Order order) {
    return onLoop(() -> orders.preview(order));
  }

  /**
   * What an order would do.
   *
   * @param plan null if it is refused
   * @param refused why, or null
   */
  public record Preview(@Nullable Plan plan, @Nullable OperationChange refused) {}

  /**
   * Orders an operation. It is planned when this completes, and begins by itself.
   *
   * @param by who orders it
   */
  public Future<OperationChange> order(Order order, String by) {
    return onLoop(() -> orders.order(order, by));
  }

  /** Closes nothing more until it is resumed. */
  public Future<OperationChange> pause(String id, String by) {
    return move(id, OperationState.PAUSED, "paused by " + by);
  }

  /** Goes on; readiness is looked at anew. */
  public Future<OperationChange> resume(String id) {
    return move(id, OperationState.PLANNED, null);
  }

  /** Ends it; what it ordered for its target is undone. */
  public Future<OperationChange> cancel(String id, String by) {
    return move(id, OperationState.CANCELLED, "cancelled by " + by);
  }

  private Future<OperationChange> move(String id, OperationState to, @Nullable String why) {
    return find(id)
        .compose(
            found ->
                found.isEmpty()
                    ? Future.succeededFuture(new OperationChange.Unknown("operation: " + id))
                    : orders.move(found.get(), to, why));
  }

  // ---------------------------------------------------------------- admin states

  /**
   * Makes a server READY or puts it into MAINT; a drain of it that is under way is cancelled.
   *
   * @param by who ordered it
   * @return what became of it in the intent
   */
  public Future<IntentChange> state(PoolName pool, ServerName server, AdminState state, String by) {
    Function<Board, BoardDesk.Change<Boolean>> change =
        board -> {
          Board next = board;
          for (Operation one : board.operations()) {
            if (one.order().drains(pool, server)) {
              Operation back = one.backTo(new Undo(state, false));
              next =
                  next.with(
                      one.state().isFinal()
                          ? back
                          : back.to(
                              OperationState.CANCELLED,
                              by + " ordered the server to be " + state,
                              loop.wallMs()));
            }
          }
          return new BoardDesk.Change<>(next == board ? null : next, true);
        };
    return desk.change(change)
        .compose(
            done ->
                done == null
                    ? Future.succeededFuture(
                        new IntentChange.NoMajority(
                            "this node does not see a majority; nothing was changed"))
                    : intent.setState(pool, server, state, false, by));
  }

  /** What became of an operator's word on a node. */
  public sealed interface NodeChange {
    /** It holds. */
    record Done() implements NodeChange {}

    /** There is no such node. */
    record Unknown() implements NodeChange {}

    /**
     * It cannot be done as things are.
     *
     * @param why a sentence for the operator
     */
    record Conflict(String why) implements NodeChange {}

    /** This node sees no majority. Nothing was changed. */
    record NoMajority() implements NodeChange {}
  }

  /** Lets a node that drains or has drained take sessions again; its drain is cancelled. */
  public Future<NodeChange> ready(NodeName name, String by) {
    return onLoop(
        () -> {
          ClusterView.Node known = view.get().nodes().get(name);
          if (known == null) {
            return Future.succeededFuture(new NodeChange.Unknown());
          }
          if (known.state() == NodeState.LOST || known.state() == NodeState.LEFT) {
            return Future.succeededFuture(
                new NodeChange.Conflict("node " + name + " is " + known.state()));
          }
          Future<@Nullable NodeChange> change =
              desk.change(
                  board -> {
                    Board next = board;
                    for (Operation one : board.operations()) {
                      if (name.equals(one.order().node()) && !one.state().isFinal()) {
                        next =
                            next.with(
                                one.to(
                                    OperationState.CANCELLED,
                                    by + " ordered the node to be READY",
                                    loop.wallMs()));
                      }
                    }
                    next = next.leaves(name) ? next.stay(name) : next;
                    return new BoardDesk.Change<>(
                        next == board ? null : next, new NodeChange.Done());
                  });
          return change.map(done -> done == null ? new NodeChange.NoMajority() : done);
        });
  }

  private <T> Future<T> onLoop(Supplier<Future<T>> task) {
    Promise<T> promise = Promise.promise();
    loop.execute(
        () -> {
          try {
            task.get().onComplete(promise);
          } catch (RuntimeException e) {
            promise.tryFail(e);
          }
        });
    return promise.future();
  }
}
