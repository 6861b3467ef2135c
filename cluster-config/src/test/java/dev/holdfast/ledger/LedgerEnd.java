package dev.holdfast.ledger;

import static dev.holdfast.ledger.WorldState.ANSWER;
import static dev.holdfast.ledger.WorldState.DEAD;
import static dev.holdfast.ledger.WorldState.UP;

import org.jspecify.annotations.Nullable;

/**
 * The end of all faults: what is under way is lost, the network heals, the sides merge (each side's
 * copy surviving in turn), the dead are proven gone, all report and return. Then each node in turn
 * must get the whole limit.
 */
final class LedgerEnd {
  private LedgerEnd() {}

  /** What is wrong at the end that begins in this state, or null. */
  static @Nullable String fault(LedgerWorld w) {
    int alive = 0;
    for (int i = 0; i < w.n; i++) {
      alive += w.life(i) == DEAD ? 0 : 1;
    }
    if (alive * 2 <= w.n) {
      return null; // without a majority an operator's word is needed
    }
    for (int side = 0; side < w.n; side++) {
      int survivor = w.owner(side);
      if (survivor >= 0) {
        String fault = usable(healed(w, survivor));
        if (fault != null) {
          return fault;
        }
      }
    }
    return null;
  }

  private static LedgerWorld healed(LedgerWorld w, int survivor) {
    LedgerWorld a = w.copy();
    for (int i = 0; i < a.n; i++) {
      a.dropAll(i);
      a.net(i, 0);
      if (a.life(i) != DEAD) {
        a.life(i, UP);
        a.view(i, 0);
        a.copyRow(survivor, w.bytes(), i);
      }
    }
    return a;
  }

  private static @Nullable String usable(LedgerWorld a) {
    int owner = a.owner(0);
    for (int round = 0; round < 4; round++) {
      for (int i = 0; i < a.n; i++) {
        request(a, owner, i, a.granted(i));
      }
      for (int i = 0; i < a.n; i++) {
        int dead = a.life(i) == DEAD ? a.incarnation(i) : a.incarnation(i) - 1;
        if (dead >= 1 && a.row(owner) >= 0) {
          a.ran(owner, a.gone(owner, i, dead), a.afterAllTerms());
        }
      }
    }
    if (a.broken() != null) {
      return a.broken() + " after healing";
    }
    for (int i = 0; i < a.n; i++) {
      request(a, owner, i, 0);
    }
    for (int i = 0; i < a.n; i++) {
      request(a, owner, i, a.table.limit);
      if (a.life(i) == UP && a.granted(i) != a.table.limit) {
        return "leak: " + StepTable.name(i) + " gets " + a.granted(i) + " of " + a.table.limit;
      }
      request(a, owner, i, 0);
    }
    return null;
  }

  /** Asks until it is answered in the term that rules. */
  private static void request(LedgerWorld a, int owner, int i, int want) {
    boolean again = a.life(i) == UP;
    for (int k = 0; again && k < 6; k++) {
      a.ask(i, want);
      a.ran(owner, a.request(owner, i, 0), a.afterAllTerms(), i, 0, true, false);
      again = a.messages(i) > 0 && a.kind(i, 0) != ANSWER;
      if (a.messages(i) > 0) {
        a.hear(i, 0);
      }
    }
  }
}
