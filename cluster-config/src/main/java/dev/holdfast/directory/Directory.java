package dev.holdfast.directory;

import dev.holdfast.members.Contact;
import dev.holdfast.store.Store;
import dev.holdfast.store.Table;
import dev.holdfast.store.Table.Tells;
import dev.holdfast.time.ControlLoop;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.NodeState;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the nodes say of themselves. Each second, and at once when asked, this node writes its row;
 * the store tells all nodes of it, and all rows are read every few seconds, should one not be told.
 * Of the rows and of the intent it makes a {@link ClusterView} that any thread may take for
 * nothing. At most one write and one reading are under way.
 *
 * <p>State belongs to the control loop. A store that does not answer leaves the last view in place;
 * its nodes turn LOST as they are not heard.
 */
public final class Directory {
  /** The rows, by name of the node. */
  public static final Table<NodeStatus> TABLE = new Table<>("status", NodeStatus.class, Tells.ROW);

  /** How often the row is written and a view is made. */
  public static final Duration PERIOD = Duration.ofSeconds(1);

  /** All rows are read in each fifth period, and in the first ones. */
  private static final int READ_ALL = 5;

  private static final Duration HINT_DELAY = Duration.ofMillis(50);

  /** The rows of many nodes together make this node look so often at most. */
  private static final Duration HINT_GAP = Duration.ofMillis(500);

  private static final Logger LOG = LoggerFactory.getLogger(Directory.class);

  private final Store store;
  private final ControlLoop loop;
  private final NodeId self;
  private final Supplier<NodeStatus> status;
  private final Supplier<Contact> contact;
  private final NodeRows rows;
  private final ViewMaker maker;
  private final List<Consumer<ClusterView>> listeners = new CopyOnWriteArrayList<>();
  private volatile @Nullable ClusterView view;
  private long sequence;
  private boolean writing;
  private boolean writeAgain;
  private boolean reading;
  private boolean lookSoon;
  private long lookedAtNanos;
  private int ticks;
  private ControlLoop.@Nullable Timer timer;
  private Store.@Nullable Subscription hints;

  /**
   * A directory that has not begun.
   *
   * @param self this process
   * @param status what this node says of itself, its sequence ignored; asked on the control loop
   * @param contact who is there now; any thread
   * @param desk has started when {@link #start} is called
   * @param slots how many slots this node's table of a pool gives to each server; asked on the
   *     control loop
   */
  public Directory(
      Store store,
      ControlLoop loop,
      NodeId self,
      Supplier<NodeStatus> status,
      Supplier<Contact> contact,
      IntentDesk desk,
      Function<PoolName, Map<ServerName, Integer>> slots) {
    this.store = store;
    this.loop = loop;
    this.self = self;
    this.status = status;
    this.contact = contact;
    this.rows = new NodeRows(self.name());
    this.maker = new ViewMaker(self, desk, slots, rows);
    this.lookedAtNanos = loop.nanos() - HINT_GAP.toNanos();
  }

  /** Begins to write and read. {@link #view} is known once this task has run. Any thread. */
  public void start() {
    loop.execute(
        () -> {
          hints = store.onRow(TABLE, this::told);
          timer = loop.every(PERIOD, this::tick);
          look();
          tick();
        });
  }

  /**
   * The cluster as it is known now. Any thread.
   *
   * @throws IllegalStateException before {@link #start} has run
   */
  public ClusterView view() {
    ClusterView now = view;
    if (now == null) {
      throw new IllegalStateException("directory: not started");
    }
    return now;
  }

  /** Makes a new view of what is known, without reading anything. Any thread. */
  public void refresh() {
    loop.execute(
        () -> {
          if (timer != null) {
            look();
          }
        });
  }

  /** Calls back on the control loop with each new view. Any thread. */
  public Store.Subscription onView(Consumer<ClusterView> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** Writes this node's row now: a vote or a state changed. Any thread. */
  public void publish() {
    loop.execute(this::write);
  }

  /**
   * Writes this node's last row, state LEFT, and ends. Completes when the store has it; fails if
   * the store does not answer. Any thread.
   */
  public Future<Void> leave() {
    Promise<Void> promise = Promise.promise();
    loop.execute(
        () -> {
          stop();
          store.write(TABLE, self.name().value(), row(NodeState.LEFT)).onComplete(promise);
        });
    return promise.future();
  }

  /** Ends without a word. Any thread. */
  public void close() {
    loop.execute(this::stop);
  }

  private void stop() {
    if (timer != null) {
      timer.cancel();
      timer = null;
      hints.cancel();
    }
  }

  private void tick() {
    write();
    if (ticks++ % READ_ALL == 0 || ticks < READ_ALL) {
      read();
    } else {
      look();
    }
  }

  /** A row that only counts on waits for the next period. */
  private void told(String key, NodeStatus row) {
    if (!key.equals(self.name().value()) && rows.told(row)) {
      lookSoon();
    }
  }

  private void lookSoon() {
    if (!lookSoon) {
      lookSoon = true;
      long gapNanos = lookedAtNanos + HINT_GAP.toNanos() - loop.nanos();
      loop.after(
          Duration.ofNanos(Math.max(HINT_DELAY.toNanos(), gapNanos)),
          () -> {
            lookSoon = false;
            if (timer != null) {
              look();
            }
          });
    }
  }

  private NodeStatus row(@Nullable NodeState state) {
    NodeStatus now = status.get();
    return new NodeStatus(
        self,
        ++sequence,
        state == null ? now.state() : state,
        now.version(),
        now.admin(),
        now.sessions(),
        now.permits(),
        now.revision(),
        now.drift(),
        now.driftKeys(),
        now.majority(),
        now.listeners(),
        now.pools(),
        now.traffic());
  }

  private void write() {
    if (timer == null) {
      return;
    }
    if (writing) {
      writeAgain = true;
      return;
    }
    writing = true;
    NodeStatus row = row(null);
    rows.wrote(row, loop.nanos());
    store
        .write(TABLE, self.name().value(), row)
        .onComplete(
            answer -> {
              writing = false;
              if (writeAgain) {
                writeAgain = false;
                write();
              }
            });
  }

  private void read() {
    if (timer == null || reading) {
      return;
    }
    reading = true;
    store
        .readAll(TABLE)
        .onComplete(
            answer -> {
              reading = false;
              if (timer == null) {
                return;
              }
              if (answer.succeeded()) {
                rows.read(answer.result().values(), loop.nanos());
              } else {
                ticks = 0; // the next period reads again
              }
              look();
            });
  }

  /** Makes a view of what is known now. */
  private void look() {
    long now = loop.nanos();
    lookedAtNanos = now;
    rows.takeTold(now);
    Contact there = contact.get();
    for (NodeName gone : rows.forget(there.roster().keySet(), now)) {
      if (there.majority()) {
        LOG.info("The row of a node that is gone was removed node={}", gone);
        store.remove(TABLE, gone.value());
      }
    }
    ClusterView made = maker.make(there, store.members(), now);
    HealthLog.tell(view, made);
    view = made;
    listeners.forEach(listener -> listener.accept(made));
  }
}
