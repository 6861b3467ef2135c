package dev.holdfast.epoch;

import dev.holdfast.members.Contact;
import dev.holdfast.store.Store;
import dev.holdfast.time.ControlLoop;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the leaders of all pools on this node know of the nodes: reads all rows in each period while
 * this node leads, and declares LOST whose time is over (rules 4, 7, 23). Confined to the control
 * loop.
 */
final class Census implements PoolLeader.Roster {
  private static final Logger LOG = LoggerFactory.getLogger(Census.class);

  private final Store store;
  private final ControlLoop loop;
  private final NodeId self;
  private final Presence presence;
  private final BooleanSupplier oldest;
  private final Runnable counted;
  private final RowWatch watch = new RowWatch();
  private boolean rowsRead;
  private boolean reading;

  /**
   * Nothing is read.
   *
   * @param oldest this node is the oldest member
   * @param counted told when rows were read or one was declared LOST
   */
  Census(
      Store store,
      ControlLoop loop,
      NodeId self,
      Presence presence,
      BooleanSupplier oldest,
      Runnable counted) {
    this.store = store;
    this.loop = loop;
    this.self = self;
    this.presence = presence;
    this.oldest = oldest;
    this.counted = counted;
  }

  /** Reads all rows if this node leads, and forgets them if not. */
  void read() {
    if (!leads()) {
      rowsRead = false;
      watch.clear();
      return;
    }
    reading = true;
    store
        .readAll(EpochTables.ROWS)
        .onComplete(done -> reading = false)
        .onSuccess(
            rows -> {
              if (leads()) {
                long now = loop.nanos();
                watch.update(rows.values(), now);
                rowsRead = true;
                watch.overdue(presence.settings()::lost, gone(), now).stream()
                    .filter(row -> !row.id().equals(self))
                    .forEach(this::lose);
                counted.run();
              }
            });
  }

  /** This node leads and may not prepare yet, and no reading is under way that may change that. */
  boolean waits() {
    return !reading && leads() && unready() != null;
  }

  private void lose(NodeRow row) {
    LOG.warn("A node is declared LOST node={} stay={}", row.id(), row.stay());
    store
        .step(EpochTables.ROWS, row.name().value(), new Lose(row))
        .onSuccess(done -> counted.run());
  }

  @Override
  public boolean leads() {
    return presence.isOpen() && presence.majority() && oldest.getAsBoolean();
  }

  @Override
  public @Nullable String unready() {
    // two periods, and one more because rows are read once in a period
    Duration fresh = presence.settings().heartbeat().multipliedBy(3);
    return rowsRead ? watch.unready(store.members(), fresh, loop.nanos()) : "rows are not read";
  }

  @Override
  public List<NodeRow> rows() {
    return watch.rows();
  }

  @Override
  public Map<NodeName, Long> gone() {
    Contact contact = presence.contact();
    return contact == null ? Map.of() : contact.gone();
  }
}
