package dev.holdfast.operations;

import dev.holdfast.directory.ClusterView;
import dev.holdfast.directory.Intent;
import dev.holdfast.directory.IntentDesk;
import dev.holdfast.members.Contact;
import dev.holdfast.store.Store;
import dev.holdfast.time.ControlLoop;
import dev.holdfast.words.AdminState;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the leader of the moment does for the operations on the board: reads how far the processes
 * are, and once a second writes the board on, by the {@link Course} of each operation. A new leader
 * reads the board and goes on; two at once do no harm, because the board is written by
 * compare-and-set. Seconds in which nobody led are not made up for.
 *
 * <p>Confined to the control loop; one action at a time.
 */
final class OperationLeader {
  private static final Logger LOG = LoggerFactory.getLogger(OperationLeader.class);
  private static final Duration TICK = Duration.ofMillis(50);
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final long SOON_NANOS = 200_000_000L;

  /** A row that says nothing new for so long is not counted on. */
  private static final long STALE_NANOS = 4 * SECOND_NANOS;

  /** Processes have so long to say how far they came in an operation that is over. */
  private static final long LAST_WORD_NANOS = 600_000_000L;

  /** Errors of so many within the window are noise. */
  private static final long NOISE = 10;

  /** Errors that go on for so many seconds are a reason to pause; a leader that dies is none. */
  private static final int FAILING = 3;

  /** A row, and when it first said what it says. */
  private record Heard(long sequence, long atNanos) {}

  /**
   * What a leader works with.
   *
   * @param view the cluster as this node knows it
   * @param contact who is there now
   * @param intent where admin states are ordered
   * @param plans makes the plans that need all nodes' sessions
   */
  record Tools(
      Store store,
      ControlLoop loop,
      NodeId self,
      Supplier<ClusterView> view,
      Supplier<Contact> contact,
      IntentDesk intent,
      Planning plans) {}

  private final Tools tools;
  private final BoardDesk desk;
  private final Map<String, Heard> heard = new HashMap<>();
  private final Set<Long> asked = new HashSet<>();
  private final Map<Long, Long> overNanos = new HashMap<>();
  private final Map<Long, Integer> failing = new HashMap<>();
  private boolean busy;
  private boolean led;
  private long nextSecondNanos;
  private long lastSecondNanos;
  private long nextLookNanos;
  private ControlLoop.@Nullable Timer timer;

  OperationLeader(Tools tools, BoardDesk desk) {
    this.tools = tools;
    this.desk = desk;
  }

  void start() {
    timer = tools.loop().every(TICK, this::tick);
  }

  void close() {
    if (timer != null) {
      timer.cancel();
    }
  }

  private boolean leads() {
    return desk.believes() && tools.self().name().equals(tools.view().get().leader());
  }

  private void tick() {
    Board board = desk.board();
    if (board.operations().isEmpty() && board.leaving().isEmpty() || !leads()) {
      led = false;
      return;
    }
    long now = tools.loop().nanos();
    if (!led) {
      led = true; // whoever led before may have released this second already
      heard.clear();
      overNanos.clear();
      failing.clear();
      lastSecondNanos = now;
      nextSecondNanos = now + SECOND_NANOS;
      nextLookNanos = now;
    }
    boolean second = now - nextSecondNanos >= 0;
    if (busy || !second && now - nextLookNanos < 0) {
      return;
    }
    if (second) {
      boolean late = now - nextSecondNanos > SECOND_NANOS / 2;
      nextSecondNanos = (late ? now : nextSecondNanos) + SECOND_NANOS;
    }
    nextLookNanos = now + SOON_NANOS;
    if (second || board.operations().stream().anyMatch(OperationLeader::isPressing)) {
      busy = true;
      tools
          .store()
          .readAll(Progress.TABLE)
          .compose(rows -> advance(desk.board(), rows, second, now))
          .onComplete(
              done -> {
                busy = false;
                if (done.failed()) {
                  LOG.debug("The operations were not advanced", done.cause());
                }
              });
    }
  }

  private static boolean isPressing(Operation one) {
    return one.state() == OperationState.PLANNED || one.state().isFinal();
  }

  private Future<?> advance(
      Board board, Map<String, Progress> rows, boolean second, long nowNanos) {
    listen(rows, nowNanos);
    sweep(board, rows);
    long elapsedMs = second ? Math.min(2000, (nowNanos - lastSecondNanos) / 1_000_000) : 0;
    if (second) {
      lastSecondNanos = nowNanos;
    }
    Board next = board;
    Operation over = null;
    for (Operation one : board.operations()) {
      if (one.state().isFinal() && isTold(one, nowNanos)) {
        over = one;
        continue;
      }
      Operation after = advance(one, rows, second, elapsedMs, nowNanos);
      if (!after.equals(one)) {
        say(one, after);
        next = after.state() == OperationState.PAUSED ? next.noting(after) : next.with(after);
      }
    }
    for (Board.Leaving one : board.leaving()) {
      if (scene(Map.of()).isGone(one.node())) {
        next = next.stay(one.node().name());
      }
    }
    Future<?> written = next == board ? Future.succeededFuture() : desk.write(next.after(board));
    Operation last = over;
    return last == null ? written : written.compose(done -> desk.file(finished(last)));
  }

  /** True when all had time for their last word on an operation that is over, and it is undone. */
  private boolean isTold(Operation one, long nowNanos) {
    Long since = overNanos.putIfAbsent(one.number(), nowNanos);
    return isUndone(one) && since != null && nowNanos - since >= LAST_WORD_NANOS;
  }

  /** What was written after its operation had gone into the history is nobody's. */
  private void sweep(Board board, Map<String, Progress> rows) {
    rows.forEach(
        (key, row) -> {
          if (row.operation() < board.next() && board.find(row.operation()).isEmpty()) {
            tools.store().remove(Progress.TABLE, key);
          }
        });
  }

  private void listen(Map<String, Progress> rows, long nowNanos) {
    rows.forEach(
        (key, row) -> {
          Heard before = heard.get(key);
          if (before == null || before.sequence() != row.sequence()) {
            heard.put(key, new Heard(row.sequence(), nowNanos));
          }
        });
    heard.keySet().retainAll(rows.keySet());
  }

  private Scene scene(Map<NodeId, Progress> rows) {
    return new Scene(
        tools.view().get(),
        tools.plans()::state,
        tools.contact().get().gone(),
        rows,
        tools.loop().wallMs());
  }

  // ---------------------------------------------------------------- one operation

  private Operation advance(
      Operation one, Map<String, Progress> rows, boolean second, long elapsedMs, long nowNanos) {
    Map<NodeId, Progress> fresh = new TreeMap<>();
    Operation next = one;
    String prefix = Progress.prefix(one.number());
    for (Map.Entry<String, Progress> entry : rows.entrySet()) {
      Progress row = entry.getValue();
      Heard when = heard.get(entry.getKey());
      if (entry.getKey().startsWith(prefix) && row.about() == one.slots().size()) {
        Part part = next.part(row.node()).orElse(Part.of(row.node()));
        if (row.sequence() > part.sequence()) {
          next = next.with(part.heard(row));
        }
        if (when != null && nowNanos - when.atNanos() < STALE_NANOS) {
          fresh.put(row.node(), row);
        }
      }
    }
    Scene scene = scene(fresh);
    for (Part part : next.parts()) {
      if (scene.isGone(part.node())) {
        next = part.gone() ? next : next.with(part.left());
        fresh.remove(part.node());
      }
    }
    if (next.state().isFinal()) {
      return next;
    }
    Course course = Course.of(next);
    if (next.state() == OperationState.PLANNED) {
      prepare(next);
      return course.prepare(next, scene);
    }
    if (!second) {
      return one; // figures change once a second
    }
    if (next.state() == OperationState.PAUSED) {
      failing.remove(one.number());
      return next;
    }
    next = next.order().isTimed() ? next.ran(next.ranMs() + elapsedMs) : next;
    String errors = errors(fresh.values());
    int inARow = errors == null ? 0 : failing.merge(one.number(), 1, Integer::sum);
    if (inARow == 0) {
      failing.remove(one.number());
    }
    return inARow >= FAILING
        ? next.to(OperationState.PAUSED, errors, scene.nowMs())
        : course.run(next, scene);
  }

  /** Why the errors of clients are a reason to pause, or null. */
  private static @Nullable String errors(Iterable<Progress> rows) {
    Errors now = Errors.NONE;
    Errors usual = Errors.NONE;
    for (Progress row : rows) {
      now = now.plus(row.now());
      usual = usual.plus(row.usual());
    }
    double seconds = ErrorWatch.WINDOW.toSeconds();
    return now.total() <= 2 * usual.total() + NOISE
        ? null
        : String.format(
            java.util.Locale.ROOT,
            "errors rose to %.1f a second (%s), before %.1f",
            now.total() / seconds,
            now.perSecond(seconds),
            usual.total() / seconds);
  }

  /** What has to be ordered or asked before an operation can run. Twice does no harm. */
  private void prepare(Operation one) {
    Order order = one.order();
    if (order.kind() == OperationKind.DRAIN_SERVER) {
      if (asked.add(one.number())) {
        tools
            .intent()
            .setState(order.pool(), order.server(), AdminState.DRAIN, order.keeps(), one.by())
            .onComplete(done -> asked.remove(one.number()));
      }
    } else if (order.kind() == OperationKind.REBALANCE_SERVERS && one.plan() == null) {
      if (tools.plans().settled(order.pool()) && asked.add(one.number())) {
        tools
            .plans()
            .rebalance(order)
            .compose(made -> planned(one.number(), made))
            .onFailure(e -> LOG.warn("No plan yet operation={} cause={}", one.id(), e.getMessage()))
            .onComplete(done -> asked.remove(one.number()));
      }
    }
  }

  private Future<?> planned(long number, ServerPlans.Made made) {
    return desk.change(
        board ->
            new BoardDesk.Change<>(
                board
                    .find(number)
                    .filter(one -> one.state() == OperationState.PLANNED && one.plan() == null)
                    .map(one -> board.with(one.planned(made.plan(), Slots.of(made.slots()))))
                    .orElse(null),
                true));
  }

  // ---------------------------------------------------------------- the end of one

  /**
   * True if nothing is left that a cancelled operation had ordered, or another one orders the same
   * again. Else orders it undone, as often as it takes.
   */
  private boolean isUndone(Operation one) {
    Order order = one.order();
    if (one.state() != OperationState.CANCELLED || desk.board().orders(order)) {
      return true;
    }
    return switch (order.kind()) {
      case DRAIN_SERVER -> isUndone(one, tools.intent().current());
      case DRAIN_NODE -> {
        NodeName node = order.node();
        boolean stays = !desk.board().leaves(node);
        if (!stays) {
          desk.change(
              board -> new BoardDesk.Change<>(board.leaves(node) ? board.stay(node) : null, true));
        }
        yield stays;
      }
      case REBALANCE_SERVERS, REBALANCE_NODES -> true;
    };
  }

  private boolean isUndone(Operation one, Intent now) {
    Order order = one.order();
    Operation.Undo undo = one.undo();
    boolean drains = now.state(order.pool(), order.server()) == AdminState.DRAIN;
    boolean keeps = now.keeping(order.pool()).contains(order.server());
    if (!drains || undo.state() == AdminState.DRAIN && undo.keeps() == keeps) {
      return true;
    }
    if (asked.add(one.number())) {
      tools
          .intent()
          .setState(order.pool(), order.server(), undo.state(), undo.keeps(), one.by())
          .onComplete(done -> asked.remove(one.number()));
    }
    return false;
  }

  /** A rebalance leaves out of its slots nothing but its figures. */
  private static Operation finished(Operation one) {
    return one.plan() == null || one.slots().equals(Slots.NONE)
        ? one
        : one.planned(one.plan(), Slots.NONE);
  }

  private static void say(Operation before, Operation after) {
    if (before.state() != after.state()) {
      Figures figures = after.figures();
      List<Object> values = new ArrayList<>();
      values.add(after.id());
      values.add(after.order().kind().label());
      values.add(after.order().target());
      values.add(after.state());
      values.add(figures.closed());
      values.add(figures.ended());
      values.add(figures.remaining());
      values.add(String.valueOf(after.reason()));
      LOG.info(
          "An operation moved operation={} kind={} target={} state={} closed={} ended={}"
              + " remaining={} reason={}",
          values.toArray());
    }
  }
}
