package dev.holdfast.epoch;

import dev.holdfast.members.Contact;
import dev.holdfast.store.Store;
import dev.holdfast.time.ControlLoop;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeState;
import dev.holdfast.words.OnPartition;
import dev.holdfast.words.PoolName;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's row, its heartbeat, and the gate that depends on it (rules 1, 21 to 24). Confined to
 * the control loop.
 *
 * <p>The gate opens with the answer to a heartbeat that names this stay as a member, while a
 * majority is in contact: the row stands before anything is read. It closes by itself when the
 * lease ends. A node whose row was LOST, or that was cut off and routed on, comes back as another
 * stay.
 */
final class Presence {
  /** What opens and closes with the node. */
  interface Gate {
    /**
     * The node may route until the lease ends, after a fresh reading.
     *
     * @param anew it comes back, with its sessions, after it was lost or cut off
     */
    void enter(Lease lease, boolean anew);

    /** The node may not route. */
    void shut();

    /** The node is cut off and routes by what it has. */
    void isolate(Lease lease);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Presence.class);
  private static final Duration SURE = Duration.ofSeconds(2);

  private final Store store;
  private final ControlLoop loop;
  private final NodeId self;
  private EpochSettings settings;
  private final Supplier<Map<PoolName, EpochRecord.Ref>> bases;
  private final Gate gate;
  private @Nullable Contact contact;
  private @Nullable Lease lease;
  private NodeState state = NodeState.JOINING;
  private long stay = 1;
  private long sequence;
  private boolean began;
  private boolean believing;
  private boolean everOpen;
  private boolean superseded;

  Presence(
      Store store,
      ControlLoop loop,
      NodeId self,
      EpochSettings settings,
      Supplier<Map<PoolName, EpochRecord.Ref>> bases,
      Gate gate) {
    this.store = store;
    this.loop = loop;
    this.self = self;
    this.settings = settings;
    this.bases = bases;
    this.gate = gate;
  }

  /** What this node goes by now. */
  EpochSettings settings() {
    return settings;
  }

  /**
   * Another policy or lease. One that is shorter ends this node's own first: whoever reads the next
   * row waits for no longer than that row says.
   */
  void settings(EpochSettings next) {
    Lease mine = lease;
    if (mine != null && !mine.isCutOff() && next.self().compareTo(settings.self()) < 0) {
      mine.shorten(loop.nanos() + next.self().toNanos());
    }
    settings = next;
    perhapsCutOff();
  }

  /** Who is heard, as the members room sees it. */
  void contact(Contact now) {
    contact = now;
    perhapsCutOff();
    look();
  }

  /** A heartbeat at once if the store can be believed now and could not at the last one. */
  void look() {
    if (began && !believing && majority()) {
      beat();
    }
  }

  /** Contact as it was told last, or null. */
  @Nullable Contact contact() {
    return contact;
  }

  /**
   * True if this node sees a majority and so believes the store: it hears one, and the store's own
   * members are one. The store may have split although all nodes hear each other; its parts then
   * have copies of their own, and only one of them may count.
   */
  boolean majority() {
    return contact != null && contact.majority() && contact.majorityOf(store.members());
  }

  /** The lease in use, or null. */
  @Nullable Lease lease() {
    return lease;
  }

  /** True while this node routes in contact with the others. */
  boolean isOpen() {
    return lease != null && !lease.isCutOff() && lease.runs(loop.nanos());
  }

  /** What the row says of this node from its next heartbeat on. */
  void state(NodeState next) {
    state = next;
  }

  /** Ends this node's part in changes; completes when the row says LEFT. */
  Future<Void> leave() {
    state = NodeState.LEFT;
    drop();
    return write(row()).mapEmpty();
  }

  /** One heartbeat; also notices that a lease ended. */
  void beat() {
    if (superseded) {
      return;
    }
    if (state != NodeState.LEFT) {
      expire();
      perhapsCutOff();
    }
    long sentNanos = loop.nanos();
    NodeRow mine = row();
    boolean believed = majority(); // else it is the row of a part, although that may merge
    began = true;
    believing = believed;
    write(mine)
        .onSuccess(
            row -> {
              if (believed) {
                answered(mine, row, sentNanos);
              }
            })
        .onFailure(e -> LOG.debug("A heartbeat was not answered sequence={}", mine.sequence(), e));
  }

  private NodeRow row() {
    NodeState shown =
        state == NodeState.JOINING && lease != null && !lease.isCutOff() ? NodeState.READY : state;
    return new NodeRow(
        self.name(),
        self.incarnation(),
        stay,
        ++sequence,
        shown,
        bases.get(),
        settings.self().toMillis());
  }

  private Future<NodeRow> write(NodeRow row) {
    return store.step(EpochTables.ROWS, self.name().value(), new Beat(row));
  }

  private void answered(NodeRow mine, NodeRow row, long sentNanos) {
    if (row.incarnation() > self.incarnation()) {
      LOG.error(
          "Another process uses the name of this node; it routes nobody any more other={}",
          row.id());
      superseded = true;
      drop();
      return;
    }
    if (state == NodeState.LEFT || mine.stay() != stay || row.stay() != stay || !majority()) {
      return;
    }
    if (row.state() == NodeState.LOST || (lease != null && lease.isCutOff())) {
      LOG.warn("This node was out of contact and comes back stay={}", stay + 1);
      comeBack();
      return;
    }
    expire();
    long routesForMs = Math.min(mine.routesForMs(), settings.self().toMillis());
    long endNanos = sentNanos + routesForMs * 1_000_000;
    if (endNanos - loop.nanos() <= 0) {
      return; // the answer is too old to say anything
    }
    if (lease != null) {
      lease.extend(endNanos);
    } else {
      everOpen = true;
      lease = Lease.until(endNanos);
      gate.enter(lease, stay > 1);
    }
  }

  private void comeBack() {
    drop();
    stay++;
    beat();
  }

  private void expire() {
    if (lease != null && !lease.runs(loop.nanos())) {
      LOG.warn("The contact lease of this node ended; it routes nobody until it has read afresh");
      drop();
    }
  }

  private void drop() {
    if (lease != null) {
      lease = null;
      gate.shut();
    }
  }

  /** Under {@code available} a node that knows it is cut off routes on (EPOCHS.md, 6.2). */
  private void perhapsCutOff() {
    if (settings.onPartition() != OnPartition.AVAILABLE
        || contact == null
        || contact.majority()
        || superseded
        || state == NodeState.LEFT
        || (lease != null && lease.runs(loop.nanos()))) {
      return;
    }
    Duration patience = everOpen ? SURE : settings.lease();
    if (contact.sinceMs() >= patience.toMillis()) {
      LOG.warn("This node is cut off and routes by the last epoch it has");
      everOpen = true;
      lease = Lease.cutOff();
      gate.isolate(lease);
    }
  }
}
