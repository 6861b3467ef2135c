package dev.holdfast.ledger;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All states of a small world, breadth first: nodes ask, give back, report; owners run requests
 * now, late, twice; answers come late or never; owners are killed, cut off, stopped, rows are lost,
 * backups lag, sides merge. In every state the grants stay within the limit, and from every state,
 * after all is healed, each node in turn gets the whole limit.
 *
 * <p>States are told apart by 64 bits: among a million of them two are mistaken for one with a
 * probability of 3 in 100 million.
 */
final class LedgerSearch {
  /**
   * How a search ended.
   *
   * @param states that were seen
   * @param violation or null
   * @param trace the shortest way to the violation
   * @param all no state was left
   */
  record Result(int states, @Nullable String violation, List<String> trace, boolean all) {}

  private final LedgerMoves.Scope scope;
  private final boolean settles;
  private final int maxStates;
  private final Prints seen = new Prints();
  private final Prints settled = new Prints();
  private int[] parents = new int[1 << 12];
  private short[] moves = new short[1 << 12];
  private int states;

  /**
   * A search.
   *
   * @param settles from every state the end of all faults is tried as well
   * @param maxStates the search ends after so many
   */
  LedgerSearch(LedgerMoves.Scope scope, boolean settles, int maxStates) {
    this.scope = scope;
    this.settles = settles;
    this.maxStates = maxStates;
  }

  /** A set of fingerprints, none of which is 0. */
  private static final class Prints {
    private long[] slots = new long[1 << 12];
    private int size;

    boolean add(long print) {
      if (size * 2 > slots.length) {
        long[] old = slots;
        slots = new long[old.length * 2];
        size = 0;
        for (long each : old) {
          if (each != 0) {
            add(each);
          }
        }
      }
      int at = (int) (print >>> 20) & slots.length - 1;
      while (slots[at] != 0) {
        if (slots[at] == print) {
          return false;
        }
        at = at + 1 & slots.length - 1;
      }
      slots[at] = print;
      size++;
      return true;
    }
  }

  private boolean isNew(LedgerWorld w, int parent, int move) {
    if (!seen.add(w.fingerprint())) {
      return false;
    }
    if (states == parents.length) {
      parents = Arrays.copyOf(parents, 2 * states);
      moves = Arrays.copyOf(moves, 2 * states);
    }
    parents[states] = parent;
    moves[states++] = (short) move;
    return true;
  }

  Result run(LedgerWorld start) {
    ArrayDeque<byte[]> queue = new ArrayDeque<>();
    LedgerWorld first = start.copy().canonical();
    isNew(first, -1, 0);
    queue.add(first.bytes());
    for (int at = 0; !queue.isEmpty(); at++) {
      LedgerWorld world = LedgerWorld.of(start.table, queue.remove());
      if (settles && settled.add(world.settledFingerprint())) {
        String leak = LedgerEnd.fault(world);
        if (leak != null) {
          return new Result(states, leak, trace(first, at), false);
        }
      }
      if (states >= maxStates) {
        return new Result(states, null, List.of(), false);
      }
      List<LedgerWorld> next = LedgerMoves.of(world, scope);
      for (int k = 0; k < next.size(); k++) {
        LedgerWorld after = next.get(k).canonical();
        if (isNew(after, at, k)) {
          String broken = after.broken();
          if (broken != null) {
            return new Result(states, broken, trace(first, states - 1), false);
          }
          queue.add(after.bytes());
        }
      }
    }
    return new Result(states, null, List.of(), true);
  }

  /** Goes the way again, with names. */
  private List<String> trace(LedgerWorld first, int last) {
    ArrayDeque<Integer> way = new ArrayDeque<>();
    for (int at = last; parents[at] >= 0; at = parents[at]) {
      way.push((int) moves[at]);
    }
    List<String> trace = new ArrayList<>();
    LedgerWorld world = first;
    for (int move : way) {
      trace.add(LedgerMoves.labels(world, scope).get(move));
      world = LedgerMoves.of(world, scope).get(move).canonical();
    }
    trace.add(world.toString());
    return trace;
  }
}
