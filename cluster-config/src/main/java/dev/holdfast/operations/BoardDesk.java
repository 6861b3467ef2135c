package dev.holdfast.operations;

import dev.holdfast.members.Contact;
import dev.holdfast.store.Store;
import dev.holdfast.time.ControlLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where this node reads and changes the {@link Board}, and keeps it on disk.
 *
 * <p>The row in the store rules: a hint or the reconcile each 2 s makes every node read it. A node
 * that finds it lost, or earlier than what it knows, writes it again. After a full stop the nodes
 * make it of what their disks hold, and the latest disk wins. A node without a majority believes
 * nothing of the store and changes nothing.
 *
 * <p>State belongs to the control loop; {@link #board} and {@link #past} may be asked by any
 * thread.
 */
final class BoardDesk {
  private static final Logger LOG = LoggerFactory.getLogger(BoardDesk.class);
  private static final Duration RECONCILE = Duration.ofSeconds(2);
  private static final Duration RETRY = Duration.ofMillis(200);

  /** Figures alone are saved so often. */
  private static final Duration SAVE = Duration.ofSeconds(5);

  /** Who asks gets what this node knows if the store does not answer for so long. */
  private static final Duration FRESH = Duration.ofSeconds(2);

  private static final int TRIES = 8;

  /** What a change makes of the board of the moment: the next board, or how it ends without one. */
  record Change<T>(@Nullable Board next, T answer) {}

  private final Store store;
  private final ControlLoop loop;
  private final Supplier<Contact> contact;
  private final Consumer<SavedOperations> disk;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Map<Long, Operation> past = new TreeMap<>();
  private volatile Board board = Board.EMPTY;
  private volatile List<Operation> history = List.of();
  private Optional<SavedOperations> saved = Optional.empty();
  private boolean begun;
  private boolean asking;
  private boolean askAgain;
  private long savedNanos;
  private ControlLoop.@Nullable Timer timer;
  private final List<Store.Subscription> hints = new ArrayList<>();

  BoardDesk(
      Store store, ControlLoop loop, Supplier<Contact> contact, Consumer<SavedOperations> disk) {
    this.store = store;
    this.loop = loop;
    this.contact = contact;
    this.disk = disk;
  }

  /** On the control loop: begins to follow the row. */
  void start(Optional<SavedOperations> fromDisk) {
    saved = fromDisk;
    hints.add(store.onChange(Board.TABLE, key -> look()));
    hints.add(store.onChange(Operation.PAST, this::hearPast));
    timer = loop.every(RECONCILE, this::look);
    look();
  }

  /** On the control loop. */
  void close() {
    if (timer != null) {
      timer.cancel();
      timer = null;
      hints.forEach(Store.Subscription::cancel);
    }
  }

  /** The board as this node knows it. Any thread. */
  Board board() {
    return board;
  }

  /** The history as this node knows it, the newest first. Any thread. */
  List<Operation> past() {
    return history;
  }

  /** True while this node may believe the store and change it. */
  boolean believes() {
    return begun && timer != null && contact.get().majority();
  }

  /** Calls back on the control loop when the board is another. */
  void onChange(Runnable listener) {
    listeners.add(listener);
  }

  // ---------------------------------------------------------------- reading

  /** Reads the row, in a read that begins after this call. */
  void look() {
    if (timer == null || !contact.get().majority()) {
      return;
    }
    if (asking) {
      askAgain = true;
      return;
    }
    asking = true;
    read()
        .onComplete(
            done -> {
              asking = false;
              if (done.failed()) {
                LOG.debug("The operations were not read", done.cause());
              }
              if (askAgain) {
                askAgain = false;
                look();
              }
            });
  }

  private Future<?> read() {
    if (!begun) {
      return begin();
    }
    return store.read(Board.TABLE, Board.KEY).compose(this::compare);
  }

  /**
   * Reads from the owners now; completes in any case, also if they do not answer within a bound.
   * Any thread.
   */
  Future<Void> fresh() {
    Promise<Void> promise = Promise.promise();
    loop.execute(
        () -> {
          if (!believes()) {
            promise.complete();
            return;
          }
          Future.join(read(), readPast()).onComplete(done -> promise.tryComplete());
          loop.after(FRESH, promise::tryComplete);
        });
    return promise.future();
  }

  private Future<?> compare(@Nullable Board row) {
    Board mine = board;
    if (timer == null || !contact.get().majority()) {
      return Future.succeededFuture();
    }
    boolean lost = row == null ? mine.version() > 0 : row.version() < mine.version();
    if (!lost) {
      if (row != null) {
        adopt(row);
      }
      return Future.succeededFuture();
    }
    return store
        .step(Board.TABLE, Board.KEY, new BoardStep(mine, true, false))
        .onSuccess(answer -> adoptRow(answer.row()));
  }

  private void adoptRow(@Nullable Board row) {
    if (row != null) {
      adopt(row);
    }
  }

  private void adopt(Board row) {
    Board before = board;
    if (timer == null || row.version() <= before.version()) {
      return;
    }
    board = row;
    for (Operation one : before.operations()) {
      if (row.find(one.number()).isEmpty()) {
        past.putIfAbsent(one.number(), one);
        refreshHistory();
        hearPast(one.id());
      }
    }
    save(before, row);
    listeners.forEach(Runnable::run);
  }

  // ---------------------------------------------------------------- disk

  /** The first reading: what the cluster has, else what the disks have. */
  private Future<?> begin() {
    return readPast()
        .compose(done -> store.read(Board.TABLE, Board.KEY))
        .compose(
            row -> {
              Optional<Board> mine = saved.flatMap(SavedOperations::restored);
              boolean needed =
                  mine.isPresent()
                      && (row == null
                          || row.restoredFrom() != null
                              && mine.get().restoredFrom() > row.restoredFrom());
              return needed ? restore(mine.get()) : Future.succeededFuture(row);
            })
        .onSuccess(
            row -> {
              begun = true;
              adoptRow(row);
            })
        .onFailure(e -> loop.after(RETRY, this::look));
  }

  private Future<@Nullable Board> restore(Board mine) {
    List<Future<?>> kept = new ArrayList<>();
    for (Operation one : saved.map(SavedOperations::past).orElse(List.of())) {
      if (one.number() >= mine.next() - Operation.KEPT) {
        kept.add(store.step(Operation.PAST, one.id(), new KeepPast(one)));
      }
    }
    return Future.join(kept)
        .compose(done -> readPast())
        .compose(done -> store.step(Board.TABLE, Board.KEY, new BoardStep(mine, false, true)))
        .map(
            answer -> {
              if (answer.holds() && !mine.operations().isEmpty()) {
                LOG.warn(
                    "Operations that were interrupted are paused operations={}",
                    mine.operations().stream().map(Operation::id).toList());
              }
              return answer.row();
            });
  }

  private void save(Board before, Board now) {
    boolean same =
        before.leaving().equals(now.leaving())
            && before.operations().size() == now.operations().size();
    for (int i = 0; same && i < now.operations().size(); i++) {
      Operation old = before.operations().get(i);
      Operation one = now.operations().get(i);
      same = old.number() == one.number() && old.state() == one.state() && old.last() == one.last();
    }
    if (!same || loop.nanos() - savedNanos >= SAVE.toNanos()) {
      save();
    }
  }

  private void save() {
    savedNanos = loop.nanos();
    disk.accept(new SavedOperations(board, history));
  }

  // ---------------------------------------------------------------- history

  private void hearPast(String key) {
    store
        .read(Operation.PAST, key)
        .onSuccess(
            row -> {
              long number = Long.parseLong(key.substring(key.indexOf('-') + 1));
              if (row != null) {
                past.put(number, row);
              } else if (board.find(number).isEmpty()) {
                past.remove(number);
              }
              refreshHistory();
              save();
            });
  }

  private Future<?> readPast() {
    return store
        .readAll(Operation.PAST)
        .onSuccess(
            rows -> {
              rows.values().forEach(one -> past.put(one.number(), one));
              refreshHistory();
            });
  }

  private void refreshHistory() {
    history =
        past.values().stream()
            .filter(one -> board.find(one.number()).isEmpty())
            .sorted(Comparator.comparingLong(Operation::number).reversed())
            .limit(Operation.KEPT)
            .toList();
  }

  /**
   * Puts an operation that is over into the history and takes it off the board; what is too old
   * leaves the history. Every step may be done twice.
   */
  Future<?> file(Operation over) {
    return store
        .write(Operation.PAST, over.id(), over)
        .compose(done -> write(board.without(over.number())))
        .compose(done -> store.readAll(Progress.TABLE))
        .onSuccess(
            rows ->
                rows.keySet().stream()
                    .filter(key -> key.startsWith(Progress.prefix(over.number())))
                    .forEach(key -> store.remove(Progress.TABLE, key)))
        .compose(done -> store.keys(Operation.PAST))
        .onSuccess(
            keys ->
                keys.stream()
                    .filter(key -> tooOld(key))
                    .forEach(key -> store.remove(Operation.PAST, key)));
  }

  private boolean tooOld(String key) {
    return Long.parseLong(key.substring(key.indexOf('-') + 1)) < board.next() - Operation.KEPT;
  }

  // ---------------------------------------------------------------- writing

  /** Writes the next version; true if it is in force, false if another came first. */
  Future<Boolean> write(Board next) {
    if (!believes()) {
      return Future.succeededFuture(false);
    }
    return store
        .step(Board.TABLE, Board.KEY, new BoardStep(next, false, false))
        .map(
            answer -> {
              adoptRow(answer.row());
              return answer.holds();
            });
  }

  /**
   * Changes the board by a function of what it is, as often as others are quicker. Completes with
   * the answer of the last call; null without a majority. Any thread.
   */
  <T> Future<@Nullable T> change(Function<Board, Change<T>> change) {
    Promise<@Nullable T> promise = Promise.promise();
    loop.execute(() -> attempt(change, TRIES, promise));
    return promise.future();
  }

  private <T> void attempt(
      Function<Board, Change<T>> change, int tries, Promise<@Nullable T> promise) {
    if (!believes()) {
      promise.complete(null);
      return;
    }
    Change<T> made = change.apply(board);
    if (made.next() == null) {
      promise.complete(made.answer());
      return;
    }
    write(made.next().after(board))
        .onComplete(
            done -> {
              if (done.succeeded() && done.result()) {
                promise.complete(made.answer());
              } else if (tries > 1) {
                // read anew: after a failure nobody knows whether it was written
                store
                    .read(Board.TABLE, Board.KEY)
                    .onSuccess(this::adoptRow)
                    .onComplete(read -> attempt(change, tries - 1, promise));
              } else if (done.failed()) {
                promise.fail(done.cause());
              } else {
                promise.fail(
                    new IllegalStateException("operations: others change them all the time"));
              }
            });
  }
}
