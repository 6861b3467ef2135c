package dev.holdfast.directory;

import dev.holdfast.members.StateFolder;
import dev.holdfast.store.Store;
import dev.holdfast.store.Table;
import dev.holdfast.store.Table.Tells;
import dev.holdfast.time.ControlLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last revisions of the present history, so that one of them can be applied again. Each node
 * keeps those it knows in memory and on its disk; rows of the store make them whole on all: who has
 * one that is not stored writes it, who lacks one that is stored reads it. A revision never
 * changes, so writing it twice, or from two nodes, does no harm; what is lost with a node that was
 * the only one to know it is a gap in the list and nothing else.
 *
 * <p>State belongs to the control loop; {@link #all} and {@link #find} may be asked by any thread.
 */
public final class Revisions {
  /** Revisions that are kept, the present one included. */
  public static final int KEPT = 10;

  /** The rows, by number. */
  public static final Table<Intent> TABLE = new Table<>("revisions", Intent.class, Tells.NOTHING);

  /**
   * What a node keeps on its disk.
   *
   * @param revisions the latest last
   */
  public record Kept(List<Intent> revisions) {
    /** Where it is kept. */
    public static final StateFolder.Kind<Kept> KIND =
        new StateFolder.Kind<>(
            "revisions", 1, Kept.class, "earlier revisions come from the others, as far as known");

    /** Copies the list. */
    public Kept {
      revisions = List.copyOf(revisions);
    }
  }

  private static final Duration RECONCILE = Duration.ofSeconds(10);
  private static final Duration SOON = Duration.ofMillis(200);
  private static final Logger LOG = LoggerFactory.getLogger(Revisions.class);

  private final Store store;
  private final ControlLoop loop;
  private final BooleanSupplier majority;
  private final Consumer<Kept> disk;
  private final TreeMap<Long, Intent> known = new TreeMap<>();
  private volatile List<Intent> all = List.of();
  private boolean reading;
  private boolean soon;
  private ControlLoop.@Nullable Timer timer;

  /**
   * A list that knows nothing.
   *
   * @param majority true while this node believes the store; any thread
   * @param disk keeps the value on disk; called on the control loop, must not block it
   */
  public Revisions(Store store, ControlLoop loop, BooleanSupplier majority, Consumer<Kept> disk) {
    this.store = store;
    this.loop = loop;
    this.majority = majority;
    this.disk = disk;
  }

  /**
   * Begins to follow a desk whose intent is known. Any thread.
   *
   * @param saved what the disk holds
   */
  public void start(IntentDesk desk, Optional<Kept> saved) {
    loop.execute(
        () -> {
          saved.ifPresent(
              kept -> kept.revisions().forEach(each -> known.put(each.revision(), each)));
          desk.onChange(this::adopted);
          timer = loop.every(RECONCILE, this::reconcile);
          adopted(desk.current());
        });
  }

  /** Ends the following. Any thread. */
  public void close() {
    loop.execute(
        () -> {
          if (timer != null) {
            timer.cancel();
            timer = null;
          }
        });
  }

  /** The revisions that are kept, the latest first. Any thread. */
  public List<Intent> all() {
    return all;
  }

  /** One of them. Any thread. */
  public Optional<Intent> find(long revision) {
    return all.stream().filter(each -> each.revision() == revision).findFirst();
  }

  private void adopted(Intent intent) {
    known.values().removeIf(each -> !each.lineage().equals(intent.lineage()));
    known.put(intent.revision(), intent);
    known.tailMap(intent.revision(), false).clear();
    known.headMap(intent.revision() - KEPT + 1).clear();
    publish();
    if (majority.getAsBoolean()) {
      store(intent.revision(), intent); // over one of another history, if there is one
    }
    if (!soon) {
      soon = true;
      loop.after(SOON, this::reconcile);
    }
  }

  private void publish() {
    List<Intent> now = new ArrayList<>(known.values());
    disk.accept(new Kept(now));
    Collections.reverse(now);
    all = List.copyOf(now);
  }

  private void reconcile() {
    soon = false;
    if (timer == null || reading || !majority.getAsBoolean()) {
      return;
    }
    reading = true;
    store
        .keys(TABLE)
        .onSuccess(this::complete)
        .onComplete(
            done -> {
              reading = false;
              if (done.failed()) {
                LOG.debug("The stored revisions were not read", done.cause());
              }
            });
  }

  private void complete(Set<String> keys) {
    Intent present = known.lastEntry().getValue();
    for (String key : keys) {
      long number = Long.parseLong(key);
      if (number > present.revision()) {
        continue; // this node hears of it soon
      }
      if (number <= present.revision() - KEPT) {
        store.remove(TABLE, key);
      } else if (!known.containsKey(number)) {
        store.read(TABLE, key).onSuccess(row -> take(number, row));
      }
    }
    known.forEach(
        (number, intent) -> {
          if (!keys.contains(Long.toString(number))) {
            store(number, intent);
          }
        });
  }

  private void store(long number, Intent intent) {
    store
        .write(TABLE, Long.toString(number), intent)
        .onFailure(e -> LOG.debug("A revision was not stored number={}", number, e));
  }

  private void take(long number, @Nullable Intent row) {
    Intent present = known.lastEntry().getValue();
    if (row == null || known.containsKey(number) || number > present.revision()) {
      return;
    }
    if (row.lineage().equals(present.lineage()) && number > present.revision() - KEPT) {
      known.put(number, row);
      publish();
    } else {
      store.remove(TABLE, Long.toString(number)); // of a history that is over
    }
  }
}
