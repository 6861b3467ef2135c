package dev.holdfast.operations;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.holdfast.store.Table;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The operations that are not over, and the nodes that drain or have drained. One row of the store,
 * changed only by compare-and-set on its version.
 *
 * @param version +1 at each change
 * @param next number of the next operation
 * @param operations those under way, and those that are over but not put into the history yet
 * @param leaving processes that are to take no sessions until they are told to
 * @param restoredFrom the version on a disk that this was made of after a full stop, until an
 *     operator or an operation moves on; else null
 */
public record Board(
    long version,
    long next,
    List<Operation> operations,
    List<Leaving> leaving,
    @Nullable Long restoredFrom) {
  /** Where the board is stored. */
  public static final Table<Board> TABLE = new Table<>("operations", Board.class);

  /** The key of the one row. */
  public static final String KEY = "board";

  /** Nothing was ordered yet. */
  static final Board EMPTY = new Board(0, 1, List.of(), List.of(), null);

  /**
   * A process that drains or has drained.
   *
   * @param node the process; the next one of the same name takes sessions again
   * @param graceMs how long it listens on
   */
  public record Leaving(NodeId node, long graceMs) {}

  /** Copies and sorts the lists. */
  public Board {
    operations = operations.stream().sorted(Comparator.comparingLong(Operation::number)).toList();
    leaving = leaving.stream().sorted(Comparator.comparing(Leaving::node)).toList();
  }

  /** An operation of the board by its number. */
  Optional<Operation> find(long number) {
    return operations.stream().filter(one -> one.number() == number).findFirst();
  }

  /** True if an operation that is not over has the target of an order. */
  boolean orders(Order order) {
    return operations.stream()
        .anyMatch(one -> !one.state().isFinal() && one.order().target().equals(order.target()));
  }

  /** What a process that drains was told, if it was. */
  Optional<Leaving> leaving(NodeId node) {
    return leaving.stream().filter(one -> one.node().equals(node)).findFirst();
  }

  /** True if a process of this name drains or has drained. */
  boolean leaves(NodeName node) {
    return leaving.stream().anyMatch(one -> one.node().name().equals(node));
  }

  /** The board one version later, with one operation changed, or added at the end. */
  Board with(Operation changed) {
    List<Operation> all = new ArrayList<>(operations);
    all.removeIf(one -> one.number() == changed.number());
    all.add(changed);
    return new Board(version + 1, Math.max(next, changed.number() + 1), all, leaving, null);
  }

  /** The same, but a board that was restored still counts as one that nobody touched. */
  Board noting(Operation changed) {
    Board next = with(changed);
    return new Board(next.version, next.next, next.operations, next.leaving, restoredFrom);
  }

  /** The board one version later, without an operation. */
  Board without(long number) {
    List<Operation> all = new ArrayList<>(operations);
    all.removeIf(one -> one.number() == number);
    return new Board(version + 1, next, all, leaving, restoredFrom);
  }

  /** The board one version later, with a process that drains. */
  Board leave(NodeId node, long graceMs) {
    List<Leaving> all = new ArrayList<>(leaving);
    all.removeIf(one -> one.node().name().equals(node.name()));
    all.add(new Leaving(node, graceMs));
    return new Board(version + 1, next, operations, all, null);
  }

  /** The board one version later, with no process of this name that drains. */
  Board stay(NodeName node) {
    List<Leaving> all = new ArrayList<>(leaving);
    all.removeIf(one -> one.node().name().equals(node));
    return new Board(version + 1, next, operations, all, restoredFrom);
  }

  /** The next version of this one, whatever was changed on the way. */
  Board after(Board earlier) {
    return new Board(earlier.version + 1, next, operations, leaving, restoredFrom);
  }

  /** True if nothing but the version differs. */
  @JsonIgnore
  boolean saysTheSameAs(Board other) {
    return next == other.next
        && operations.equals(other.operations)
        && leaving.equals(other.leaving);
  }
}
