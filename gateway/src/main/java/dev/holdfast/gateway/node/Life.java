package dev.holdfast.gateway.node;

import dev.holdfast.admin.Signals;
import dev.holdfast.config.PoolConfig;
import dev.holdfast.members.Contact;
import dev.holdfast.words.NodeState;
import dev.holdfast.words.OnPartition;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the node is in its life, and what it says of that to those who route clients.
 *
 * <pre>
 * JOINING   until it is ready for the first time
 * READY     from then on; readiness may fail in between, when the node is cut off
 * DRAINING  from the first signal to end, or while an operator wants it to take nobody
 * LEFT      after the last session
 * </pre>
 *
 * <p>Any thread.
 */
final class Life implements Signals {
  private final Parts parts;
  private final Consumer<NodeState> told;
  private volatile NodeState state = NodeState.JOINING;
  private volatile boolean bound;
  private volatile boolean ending;

  /** A life that begins. {@code told} hears each state, once. */
  Life(Parts parts, Consumer<NodeState> told) {
    this.parts = parts;
    this.told = told;
  }

  NodeState state() {
    return state;
  }

  /** All listeners are bound, or not all any more. */
  void bound(boolean all) {
    bound = all;
  }

  /** Looks whether a joining node has become ready. */
  void look() {
    if (state == NodeState.JOINING && hindrance() == null) {
      move(NodeState.JOINING, NodeState.READY);
    }
  }

  /** The node ends: it takes no new sessions from now on, whatever an operator wants. */
  void end() {
    ending = true;
    drain();
  }

  /** It takes new sessions again, once it is ready, unless it ends. */
  void stay() {
    if (!ending && state == NodeState.DRAINING) {
      move(NodeState.DRAINING, NodeState.JOINING);
      look();
    }
  }

  /** True from the first signal to end. */
  boolean ends() {
    return ending;
  }

  /** It takes no new sessions from now on. */
  void drain() {
    if (state != NodeState.LEFT) {
      move(state, NodeState.DRAINING);
    }
  }

  /** The last session has ended. */
  void leave() {
    move(state, NodeState.LEFT);
  }

  private void move(NodeState from, NodeState to) {
    synchronized (this) {
      if (state != from || from == to) {
        return;
      }
      state = to;
    }
    told.accept(to);
  }

  @Override
  public Signal ready() {
    if (state == NodeState.DRAINING || state == NodeState.LEFT) {
      return new Signal(false, state.name(), ending ? "the node ends" : "the node drains");
    }
    String hindrance = hindrance();
    return new Signal(hindrance == null, state.name(), hindrance);
  }

  @Override
  public Signal route() {
    Signal ready = ready();
    boolean carries = ready.good() || parts.path().size() > 0;
    return new Signal(carries, state.name(), carries ? null : ready.reason());
  }

  /** Why the node takes no new sessions, or null. */
  private @Nullable String hindrance() {
    if (!bound) {
      return "listeners are not bound";
    }
    Contact contact = parts.members().contact();
    boolean strict = parts.desk().current().config().onPartition() == OnPartition.STRICT;
    if (!contact.majority() && strict) {
      return "no majority in contact";
    }
    for (PoolConfig pool : parts.desk().current().config().pools()) {
      if (!parts.epochs().state(pool.name()).open()) {
        return contact.majority()
            ? "the table of pool " + pool.name() + " is not loaded"
            : "no majority in contact, and not one lease waited";
      }
    }
    return parts.ledger().admits() ? null : "cut off from the ledger";
  }
}
