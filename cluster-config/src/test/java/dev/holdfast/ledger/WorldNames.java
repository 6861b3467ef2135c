package dev.holdfast.ledger;

import static dev.holdfast.ledger.WorldState.ASKING;
import static dev.holdfast.ledger.WorldState.DEAD;
import static dev.holdfast.ledger.WorldState.MESSAGE;
import static dev.holdfast.ledger.WorldState.MESSAGES;
import static dev.holdfast.ledger.WorldState.NET;
import static dev.holdfast.ledger.WorldState.NODE;
import static dev.holdfast.ledger.WorldState.PROMISED;
import static dev.holdfast.ledger.WorldState.REQUEST;
import static dev.holdfast.ledger.WorldState.ROW_SEQUENCES;
import static dev.holdfast.ledger.WorldState.ROW_TERM;
import static dev.holdfast.ledger.WorldState.ROW_WRITER;
import static dev.holdfast.ledger.WorldState.SEQUENCE;
import static dev.holdfast.ledger.WorldState.VIEW;

import java.util.Arrays;

/**
 * One name for all states of a small world that only differ in names: of terms, sequences, sides.
 * Nodes keep theirs, since the oldest of a side owns its row.
 */
final class WorldNames {
  private final WorldState w;
  private final int n;

  private WorldNames(WorldState state) {
    w = state;
    n = state.n;
  }

  /** Forgets what nothing can depend on any more, and names all else by its place. */
  static void rename(WorldState state) {
    new WorldNames(state).all();
  }

  private void all() {
    for (int i = 0; i < n; i++) {
      forget(i);
    }
    for (int i = 0; i < n; i++) {
      renameSequences(i);
      sort(i);
    }
    renameTerms();
    renameGroups(NET);
    renameGroups(VIEW);
  }

  private void forget(int i) {
    if (w.life(i) == DEAD) {
      w.noRow(i);
      Arrays.fill(w.s, i * NODE + PROMISED, i * NODE + NET, (byte) 0);
      for (int j = 0; j < n; j++) {
        if (w.get(j, ROW_WRITER) == i + 1) {
          w.set(j, ROW_WRITER, 0);
        }
      }
    }
    for (int k = w.messages(i) - 1; k >= 0; k--) {
      boolean former = w.life(i) == DEAD || w.messageIncarnation(i, k) != w.incarnation(i);
      if (w.kind(i, k) != REQUEST && former) {
        w.drop(i, k);
      }
    }
    boolean asking = false;
    for (int k = 0; k < w.messages(i); k++) {
      asking |=
          w.message(i, k, 3) == w.get(i, SEQUENCE)
              && w.messageIncarnation(i, k) == w.incarnation(i);
    }
    if (!asking) {
      w.set(i, ASKING, 0);
    }
  }

  /** The order of sequences matters only against those that are under way. */
  private void renameSequences(int i) {
    long flying = 0;
    int count = w.messages(i);
    for (int k = 0; k < count; k++) {
      flying |= 1L << w.message(i, k, 3);
    }
    w.set(i, SEQUENCE, place(w.get(i, SEQUENCE), flying));
    for (int k = 0; k < count; k++) {
      w.set(i, MESSAGES + k * MESSAGE + 3, place(w.message(i, k, 3), flying));
    }
    for (int j = 0; j < n; j++) {
      boolean has = w.table.has(w.row(j), i);
      w.set(j, ROW_SEQUENCES + i, has ? place(w.get(j, ROW_SEQUENCES + i), flying) : 0);
    }
  }

  private static int place(int value, long used) {
    return 2 * Long.bitCount(used & ((1L << value) - 1)) + (int) (used >>> value & 1);
  }

  private void sort(int i) {
    int count = w.messages(i);
    for (int k = 1; k < count; k++) {
      for (int m = k; m > 0 && compare(i, m - 1, m) > 0; m--) {
        swap(i, m - 1, m);
      }
    }
  }

  private int compare(int i, int k, int m) {
    int at = i * NODE + MESSAGES;
    return Arrays.compare(
        w.s,
        at + k * MESSAGE,
        at + (k + 1) * MESSAGE,
        w.s,
        at + m * MESSAGE,
        at + (m + 1) * MESSAGE);
  }

  private void swap(int i, int k, int m) {
    int at = i * NODE + MESSAGES;
    for (int field = 0; field < MESSAGE; field++) {
      byte kept = w.s[at + k * MESSAGE + field];
      w.s[at + k * MESSAGE + field] = w.s[at + m * MESSAGE + field];
      w.s[at + m * MESSAGE + field] = kept;
    }
  }

  private void renameTerms() {
    long used = w.termBits();
    for (int i = 0; i < n; i++) {
      w.set(i, PROMISED, evenPlace(w.promised(i), used));
      w.set(i, ROW_TERM, evenPlace(w.rowTerm(i), used));
      for (int k = 0; k < w.messages(i); k++) {
        w.set(i, MESSAGES + k * MESSAGE + 2, evenPlace(w.messageTerm(i, k), used));
      }
    }
  }

  private static int evenPlace(int term, long used) {
    return term == 0 ? 0 : 2 * Long.bitCount(used & ((2L << term) - 1));
  }

  private void renameGroups(int field) {
    int[] names = new int[128];
    int next = 0;
    for (int i = 0; i < n; i++) {
      int value = w.get(i, field);
      if (value >= 0) {
        names[value] = names[value] == 0 ? ++next : names[value];
        w.set(i, field, names[value] - 1);
      }
    }
  }
}
