package dev.holdfast.operations;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.holdfast.store.Table;
import dev.holdfast.words.AdminState;
import dev.holdfast.words.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A drain or a rebalance. While it is not over it is an entry of the {@link Board}; then a row of
 * its own in the history.
 *
 * @param number counts the operations of the cluster, from 1
 * @param token drawn by who ordered it, so that an order that is sent twice is carried out once
 * @param order what was ordered
 * @param state where it is
 * @param reason why it is there, or what it waits for; a clause for the operator, or null
 * @param by who ordered it
 * @param orderedAtMs when, wall clock
 * @param endedAtMs when it came to its end, or null
 * @param ranMs how long it has been running, pauses and times without a leader not counted
 * @param undo what its target goes back to when it is cancelled
 * @param plan what it was to do, null before it is known
 * @param before figures of processes from before a full stop of the cluster
 * @param parts of the processes, sorted
 * @param last the deadline is over: all that is left is closed now
 * @param slots that a rebalance over servers gives back to the table
 * @param given of these, those below this slot have been given back
 * @param rounds of a rebalance over nodes
 */
public record Operation(
    long number,
    String token,
    Order order,
    OperationState state,
    @Nullable String reason,
    String by,
    long orderedAtMs,
    @Nullable Long endedAtMs,
    long ranMs,
    Undo undo,
    @Nullable Plan plan,
    Figures before,
    List<Part> parts,
    boolean last,
    Slots slots,
    int given,
    Rounds rounds) {
  /** The history: operations that are over, by their id. */
  public static final Table<Operation> PAST = new Table<>("operations-past", Operation.class);

  /** How many of those that are over are kept. */
  public static final int KEPT = 100;

  /**
   * What a server goes back to when its drain is cancelled.
   *
   * @param state its admin state
   * @param keeps in DRAIN, its sources come back
   */
  public record Undo(AdminState state, boolean keeps) {
    /** Takes new sources. */
    public static final Undo READY = new Undo(AdminState.READY, false);
  }

  /**
   * The rounds of a rebalance over nodes.
   *
   * @param number of the present one, from 1; 0 before the first
   * @param fruitless how many in a row did not lower the spread
   * @param spread largest over mean when the present round began
   * @param restMs since when, by {@link #ranMs}, all that this round wanted is closed; or null
   */
  public record Rounds(int number, int fruitless, double spread, @Nullable Long restMs) {
    /** None yet. */
    public static final Rounds NONE = new Rounds(0, 0, 0, null);
  }

  /** Copies and sorts the parts. */
  public Operation {
    parts = parts.stream().sorted(Comparator.comparing(Part::node)).toList();
  }

  /** An operation that was just ordered. */
  static Operation planned(
      long number, String token, Order order, String by, long nowMs, Undo undo, Plan plan) {
    return new Operation(
        number,
        token,
        order,
        OperationState.PLANNED,
        null,
        by,
        nowMs,
        null,
        0,
        undo,
        plan,
        Figures.NONE,
        List.of(),
        false,
        Slots.NONE,
        0,
        Rounds.NONE);
  }

  /** Its name outside, as {@code op-17}. */
  @JsonIgnore
  public String id() {
    return id(number);
  }

  static String id(long number) {
    return "op-" + number;
  }

  /** The part of a process. */
  Optional<Part> part(NodeId node) {
    return parts.stream().filter(part -> part.node().equals(node)).findFirst();
  }

  /** How far it is. */
  @JsonIgnore
  public Figures figures() {
    Figures sum = before;
    for (Part part : parts) {
      sum = sum.plus(part.figures());
    }
    boolean counting = parts.isEmpty() && !state.isFinal() || state == OperationState.PLANNED;
    if (counting && plan != null && sum.closed() + sum.ended() == 0) {
      return new Figures(0, 0, plan.sessions()); // not all have counted yet
    }
    if (order.kind() != OperationKind.REBALANCE_NODES) {
      return sum;
    }
    // its nodes have more sessions than it is about
    long left = 0;
    for (Part part : parts) {
      left += part.gone() ? 0 : Math.max(0, part.quota() - part.closed());
    }
    return new Figures(sum.closed(), before.ended(), state.isFinal() ? 0 : left);
  }

  /** The slots that are given back to the table now: claims elsewhere do not count in them. */
  Slots givenBack() {
    return slots.below(given);
  }

  // ---------------------------------------------------------------- the next value of it

  /**
   * In another state.
   *
   * @throws IllegalStateException if the move is not legal
   */
  Operation to(OperationState next, @Nullable String why, long nowMs) {
    if (!state.mayBecome(next)) {
      throw new IllegalStateException(
          "operation " + id() + ": " + state + " to " + next + " (expected: a legal move)");
    }
    return but(
        made -> {
          made.state = next;
          made.reason = why;
          made.endedAtMs = next.isFinal() ? nowMs : null;
        });
  }

  /** The same state for another reason. */
  Operation because(@Nullable String why) {
    return but(made -> made.reason = why);
  }

  /** It goes back to something else when it is cancelled, or was. */
  Operation backTo(Undo target) {
    return but(made -> made.undo = target);
  }

  /** It has been running for so long. */
  Operation ran(long ms) {
    return but(made -> made.ranMs = ms);
  }

  /** One process is further. */
  Operation with(Part changed) {
    List<Part> next = new ArrayList<>(parts);
    next.removeIf(part -> part.node().equals(changed.node()));
    next.add(changed);
    return but(made -> made.parts = next);
  }

  /** What all processes did so far is history: they are gone. */
  Operation restarted() {
    return but(
        made -> {
          for (Part part : parts) {
            made.before = made.before.plus(part.figures().over());
          }
          made.parts = List.of();
          made.rounds = Rounds.NONE;
        });
  }

  /** The deadline is over. */
  Operation atTheLast() {
    return but(made -> made.last = true);
  }

  /** What it will do is known; nothing is given back yet. */
  Operation planned(Plan what, Slots about) {
    return but(
        made -> {
          made.plan = what;
          made.slots = about;
          made.given = 0;
        });
  }

  /** The slots below this one are given back. */
  Operation givenUpTo(int slot) {
    return but(made -> made.given = slot);
  }

  /** Another round. */
  Operation with(Rounds next) {
    return but(made -> made.rounds = next);
  }

  private Operation but(Consumer<Next> change) {
    Next next = new Next(this);
    change.accept(next);
    return next.value();
  }

  /** What may differ in the next value. */
  private static final class Next {
    private final Operation now;
    private OperationState state;
    private @Nullable String reason;
    private @Nullable Long endedAtMs;
    private long ranMs;
    private Undo undo;
    private @Nullable Plan plan;
    private Figures before;
    private List<Part> parts;
    private boolean last;
    private Slots slots;
    private int given;
    private Rounds rounds;

    Next(Operation now) {
      this.now = now;
      this.state = now.state;
      this.reason = now.reason;
      this.endedAtMs = now.endedAtMs;
      this.ranMs = now.ranMs;
      this.undo = now.undo;
      this.plan = now.plan;
      this.before = now.before;
      this.parts = now.parts;
      this.last = now.last;
      this.slots = now.slots;
      this.given = now.given;
      this.rounds = now.rounds;
    }

    Operation value() {
      return new Operation(
          now.number,
          now.token,
          now.order,
          state,
          reason,
          now.by,
          now.orderedAtMs,
          endedAtMs,
          ranMs,
          undo,
          plan,
          before,
          parts,
          last,
          slots,
          given,
          rounds);
    }
  }
}
