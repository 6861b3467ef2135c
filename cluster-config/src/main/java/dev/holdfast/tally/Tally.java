package dev.holdfast.tally;

import dev.holdfast.members.Contact;
import dev.holdfast.store.Store;
import dev.holdfast.time.ControlLoop;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells the other nodes each second what this one counts, and hears what they tell: a row when a
 * hint names it, all rows each fifth second. State belongs to the control loop.
 */
public final class Tally {
  /** How often a node tells. */
  public static final Duration PERIOD = Duration.ofSeconds(1);

  /** Sources in a row at most. */
  public static final int MOST_SOURCES = 4096;

  /** A row is written again after this long though nothing changed: the store may have lost it. */
  private static final Duration REPEAT = Duration.ofSeconds(5);

  /** What another node told is read so soon, and all rows when hints may have been lost. */
  private static final Duration HINT_DELAY = Duration.ofMillis(50);

  /** All rows are read each so many ticks: that asks every part of the store. */
  private static final int READ_ALL_EVERY = 5;

  /** What counts on this node. On the control loop. */
  public interface Counts {
    /** True if there is a limit of sources or a rate: else nobody is asked or told anything. */
    boolean isOn();

    /** What to tell, also of each source that others told of. Called once a second. */
    Told tell(Others others);

    /** What the others tell. */
    void hear(Others others);
  }

  private final Store store;
  private final ControlLoop loop;
  private final NodeId self;
  private final Supplier<Contact> contact;
  private final IntSupplier expectedNodes;
  private final Counts counts;

  /** The newest row of each other name. */
  private final Map<NodeName, TallyRow> rows = new HashMap<>();

  private Others others;
  private Told told = Told.NOTHING;
  private long sequence;
  private long writtenNanos;
  private boolean isWritten;
  private boolean writing;
  private final Set<String> hinted = new HashSet<>();
  private int untilAll;
  private boolean reading;
  private ControlLoop.@Nullable Timer timer;
  private Store.@Nullable Subscription hints;

  /**
   * A tally that has not begun.
   *
   * @param self this process
   * @param contact who is there now
   * @param expectedNodes nodes the cluster is meant to have
   * @param counts what counts on this node
   */
  public Tally(
      Store store,
      ControlLoop loop,
      NodeId self,
      Supplier<Contact> contact,
      IntSupplier expectedNodes,
      Counts counts) {
    this.store = store;
    this.loop = loop;
    this.self = self;
    this.contact = contact;
    this.expectedNodes = expectedNodes;
    this.counts = counts;
    this.others = new Others(Math.max(1, expectedNodes.getAsInt()), Map.of(), Map.of());
  }

  /** Begins. Any thread. */
  public void start() {
    loop.execute(
        () -> {
          hints = store.onChange(TallyRow.TABLE, this::hinted);
          timer = loop.every(PERIOD, this::tick);
          tick();
        });
  }

  /** Ends, and takes this node's row away. Any thread. */
  public void close() {
    loop.execute(
        () -> {
          if (timer != null) {
            timer.cancel();
            timer = null;
            hints.cancel();
            if (isWritten) {
              store.remove(TallyRow.TABLE, self.name().value());
            }
          }
        });
  }

  private void tick() {
    if (counts.isOn()) {
      hear();
      write();
      if (--untilAll <= 0) {
        readAll();
      }
    } else if (isWritten) {
      rows.clear();
      told = Told.NOTHING;
      isWritten = false;
      untilAll = 0;
      store.remove(TallyRow.TABLE, self.name().value());
      hear();
    }
  }

  private void hinted(String key) {
    if (timer != null && counts.isOn() && !key.equals(self.name().value()) && hinted.add(key)) {
      loop.after(
          HINT_DELAY,
          () -> {
            hinted.remove(key);
            read(key);
          });
    }
  }

  private void write() {
    if (writing) {
      return;
    }
    Told next = counts.tell(others);
    long now = loop.nanos();
    boolean repeat = isWritten && now - writtenNanos >= REPEAT.toNanos();
    if (next.equals(told) && !repeat || next.isEmpty() && !isWritten) {
      return;
    }
    writing = true;
    writtenNanos = now;
    store
        .write(TallyRow.TABLE, self.name().value(), new TallyRow(self, ++sequence, next))
        .onComplete(
            answer -> {
              writing = false;
              isWritten = true; // or may be
              told = answer.succeeded() ? next : told;
            });
  }

  private void read(String key) {
    store
        .read(TallyRow.TABLE, key)
        .onComplete(
            answer -> {
              if (timer == null) {
                return;
              }
              if (answer.failed()) {
                untilAll = 0;
              } else if (answer.result() != null) {
                take(answer.result());
                hear();
              }
            });
  }

  private void readAll() {
    if (reading) {
      return;
    }
    reading = true;
    store
        .readAll(TallyRow.TABLE)
        .onComplete(
            answer -> {
              reading = false;
              if (timer != null && answer.succeeded()) {
                untilAll = READ_ALL_EVERY;
                answer.result().values().forEach(this::take);
                hear();
              }
            });
  }

  private void take(TallyRow row) {
    TallyRow before = rows.get(row.id().name());
    boolean isNewer =
        before == null
            || row.id().incarnation() > before.id().incarnation()
            || row.id().incarnation() == before.id().incarnation()
                && row.sequence() > before.sequence();
    if (isNewer && !row.id().name().equals(self.name())) {
      rows.put(row.id().name(), row);
    }
  }

  /** Rows count for processes that are heard now, and for no other. */
  private void hear() {
    Contact there = contact.get();
    List<Told> theirs = new ArrayList<>();
    for (TallyRow row : rows.values()) {
      if (there.heard().contains(row.id())) {
        theirs.add(row.told());
      }
    }
    int heard = Math.max(1, there.heard().size());
    int nodes = there.majority() ? heard : Math.max(heard, expectedNodes.getAsInt());
    others = Others.of(told, theirs, nodes);
    counts.hear(others);
  }
}
