package dev.holdfast.operations;

import dev.holdfast.store.Store;
import dev.holdfast.time.ControlLoop;
import dev.holdfast.words.NodeId;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node does for the operations on the board: a {@link Field} for each that concerns it,
 * and its doors. Confined to the control loop.
 */
final class OperationNode {
  private static final Logger LOG = LoggerFactory.getLogger(OperationNode.class);
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** Where the doors are. */
  private enum Door {
    OPEN,
    /** Readiness fails, it listens on. */
    GRACE,
    /** It does not listen. */
    SHUT
  }

  private final Store store;
  private final ControlLoop loop;
  private final NodeId self;
  private final BoardDesk desk;
  private final Sessions sessions;
  private final Doors doors;
  private final ErrorWatch errors = new ErrorWatch();
  private final Map<Long, Field> fields = new HashMap<>();
  private Door door = Door.OPEN;
  private boolean moving;
  private ControlLoop.@Nullable Timer grace;
  private ControlLoop.@Nullable Timer timer;

  OperationNode(
      Store store, ControlLoop loop, NodeId self, BoardDesk desk, Sessions sessions, Doors doors) {
    this.store = store;
    this.loop = loop;
    this.self = self;
    this.desk = desk;
    this.sessions = sessions;
    this.doors = doors;
  }

  void start() {
    desk.onChange(this::look);
    timer = loop.every(SECOND, this::tick);
  }

  void close() {
    if (timer != null) {
      timer.cancel();
    }
    fields.values().forEach(Field::close);
    fields.clear();
  }

  /** The board is another. */
  private void look() {
    Board board = desk.board();
    Set<Long> known = new HashSet<>();
    for (Operation one : board.operations()) {
      if (fields.containsKey(one.number()) || !one.state().isFinal() && concerns(board, one)) {
        known.add(one.number());
        Field field = fields.get(one.number());
        if (field == null) {
          field = new Field(store, self, sessions, errors, one);
          fields.put(one.number(), field);
          field.report(open(one), loop);
        } else {
          field.look(one, desk.believes());
          if (one.state().isFinal()) {
            field.report(open(one), loop); // the last word on it
          }
        }
      }
    }
    fields
        .entrySet()
        .removeIf(
            entry -> {
              boolean over = !known.contains(entry.getKey());
              if (over) {
                entry.getValue().close();
              }
              return over;
            });
    moveDoors();
  }

  private boolean concerns(Board board, Operation one) {
    return one.order().kind() != OperationKind.DRAIN_NODE
        || board.leaving(self).isPresent() && self.name().equals(one.order().node());
  }

  private boolean open(Operation one) {
    return one.order().kind() != OperationKind.DRAIN_NODE || door == Door.SHUT;
  }

  private void tick() {
    errors.add(sessions.errors());
    if (!desk.believes()) {
      fields.values().forEach(Field::hold);
      return;
    }
    for (Operation one : desk.board().operations()) {
      Field field = fields.get(one.number());
      if (field != null) {
        field.report(open(one), loop);
      }
    }
    moveDoors();
  }

  // ---------------------------------------------------------------- doors

  private void moveDoors() {
    Board.Leaving wanted = desk.board().leaving(self).orElse(null);
    if (moving) {
      return;
    }
    if (wanted != null && door == Door.OPEN) {
      LOG.info("This node drains graceMs={}", wanted.graceMs());
      door = Door.GRACE;
      doors.drain();
      grace = loop.after(Duration.ofMillis(wanted.graceMs()), this::shut);
    } else if (wanted == null && door != Door.OPEN) {
      if (grace != null) {
        grace.cancel();
      }
      move(Door.OPEN, doors.open());
    }
  }

  private void shut() {
    if (door == Door.GRACE && !moving) {
      move(Door.SHUT, doors.shut());
    }
  }

  private void move(Door to, io.vertx.core.Future<Void> step) {
    moving = true;
    step.onComplete(
        done ->
            loop.execute(
                () -> {
                  moving = false;
                  if (done.succeeded()) {
                    door = to;
                    LOG.info("This node {}", to == Door.OPEN ? "is open" : "does not listen");
                    look();
                  } else {
                    LOG.warn("The doors did not move cause={}", done.cause().getMessage());
                  }
                }));
  }
}
