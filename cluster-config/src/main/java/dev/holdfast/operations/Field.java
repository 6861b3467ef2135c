package dev.holdfast.operations;

import dev.holdfast.store.Store;
import dev.holdfast.words.NodeId;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's part in one operation: follows its sessions, ends as many as the board releases, and
 * says each second how far it is. Confined to the control loop.
 */
final class Field {
  /** What the leader releases at once is ended over so long. */
  static final Duration SECOND = Duration.ofSeconds(1);

  /**
   * A board that came late may bring so many seconds at once, which are spread over as many. Of
   * more than that this node slept: one second's worth is used, the rest lapses.
   */
  private static final int MISSED = 2;

  private static final Logger LOG = LoggerFactory.getLogger(Field.class);

  private final Store store;
  private final NodeId self;
  private final ErrorWatch errors;
  private final Sessions.Following following;
  private Operation operation;
  private Choice choice;
  private Errors usual;
  private long seen;
  private long seenOfAll;
  private long lapsed;
  private long sequence;
  private boolean writing;
  private boolean closed;

  /** Begins to follow. What was released for this process before is none of its business. */
  Field(Store store, NodeId self, Sessions sessions, ErrorWatch errors, Operation operation) {
    this.store = store;
    this.self = self;
    this.errors = errors;
    this.operation = operation;
    this.choice = choice(operation);
    this.usual = errors.usual();
    this.following = sessions.follow(choice, operation.order().kind().letter());
    this.seen = released(operation);
    this.seenOfAll = releasedToAll(operation);
    this.lapsed = seen;
  }

  private static Choice choice(Operation one) {
    Order order = one.order();
    return switch (order.kind()) {
      case DRAIN_SERVER ->
          new Choice.At(order.pool(), order.server(), !order.keeps() || one.last());
      case REBALANCE_SERVERS -> new Choice.Away(order.pool(), one.slots(), one.givenBack());
      case DRAIN_NODE, REBALANCE_NODES -> new Choice.Everything();
    };
  }

  private long released(Operation one) {
    return one.part(self).map(Part::released).orElse(0L);
  }

  private static long releasedToAll(Operation one) {
    return one.parts().stream().mapToLong(Part::released).sum();
  }

  /** The board says this of the operation now. */
  void look(Operation now, boolean believes) {
    if (operation.state() == OperationState.PAUSED && now.state() != OperationState.PAUSED) {
      usual = errors.usual().most(errors.now()); // whoever resumed it knows of them
    }
    operation = now;
    Choice wanted = choice(now);
    if (!wanted.equals(choice)) {
      choice = wanted;
      following.choose(wanted);
    }
    long released = released(now);
    long more = Math.max(0, released - seen);
    seen += more;
    long all = releasedToAll(now) - seenOfAll;
    seenOfAll += all;
    if (now.state() != OperationState.RUNNING || !believes) {
      following.hold();
      lapsed += more;
    } else if (more > 0 || all > 0) {
      release(more, all);
    }
  }

  /** Also nothing is released, so that nodes stay in step when one gets nothing in some second. */
  private void release(long more, long all) {
    Integer pace = operation.order().perSecond();
    long seconds =
        pace == null || operation.last() ? 1 : Math.max(1, Math.round((double) all / pace));
    boolean slept = seconds > MISSED;
    long kept = slept ? more / seconds : more;
    lapsed += more - kept;
    following.release(
        (int) Math.min(Integer.MAX_VALUE, kept), slept ? SECOND : SECOND.multipliedBy(seconds));
  }

  /** No majority: nothing may end until it is back. */
  void hold() {
    following.hold();
  }

  /**
   * Counts, and writes this node's row.
   *
   * @param open sessions may be ended now
   */
  void report(boolean open, java.util.concurrent.Executor loop) {
    if (writing || closed) {
      return;
    }
    writing = true;
    int about = operation.slots().size(); // of the choice that is counted now
    following
        .count()
        .onComplete(
            counted ->
                loop.execute(
                    () -> {
                      if (counted.failed() || closed) {
                        LOG.debug("An operation was not counted", counted.cause());
                        writing = false;
                      } else {
                        write(counted.result(), about, open);
                      }
                    }));
  }

  private void write(Tally tally, int about, boolean open) {
    Progress row =
        new Progress(
            operation.number(),
            self,
            ++sequence,
            tally.spent() + lapsed,
            tally.closed(),
            tally.ended(),
            tally.remaining(),
            tally.ending(),
            about,
            open,
            open ? tally.idle() : Idle.NONE,
            errors.now(),
            usual);
    store
        .write(Progress.TABLE, Progress.key(operation.number(), self), row)
        .onComplete(done -> writing = false);
  }

  /** The operation is over. */
  void close() {
    closed = true;
    following.close();
  }
}
