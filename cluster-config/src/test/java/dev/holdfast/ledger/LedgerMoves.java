package dev.holdfast.ledger;

import static dev.holdfast.ledger.WorldState.DEAD;
import static dev.holdfast.ledger.WorldState.REQUEST;
import static dev.holdfast.ledger.WorldState.STOPPED;
import static dev.holdfast.ledger.WorldState.UP;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Everything that can happen next in a small world, always in the same order. */
final class LedgerMoves {
  /** What may go wrong. */
  enum Fault {
    /** A process ends at once. */
    CRASH,
    /** A node is cut off from all others. */
    CUT,
    /** A process does not run for a while. */
    STOP,
    /** A side loses its copies of the row. */
    LOSS,
    /** An owner answers though no backup has the row. */
    STALE
  }

  /**
   * What may happen.
   *
   * @param kinds what may go wrong
   * @param slots messages of a node under way at once
   * @param lateAnywhere a request may run at owners that its node does not see
   * @param wrongProof a node that cannot be heard may be held for gone
   */
  record Scope(Set<Fault> kinds, int slots, boolean lateAnywhere, boolean wrongProof) {
    Scope {
      kinds = kinds.isEmpty() ? EnumSet.noneOf(Fault.class) : EnumSet.copyOf(kinds);
    }
  }

  private static final int FRESH = 100;

  private final LedgerWorld w;
  private final Scope scope;
  private final boolean named;
  private final List<LedgerWorld> next = new ArrayList<>(32);
  private final List<String> labels = new ArrayList<>();

  private LedgerMoves(LedgerWorld w, Scope scope, boolean named) {
    this.w = w;
    this.scope = scope;
    this.named = named;
    for (int i = 0; i < w.n; i++) {
      asks(i);
      messages(i);
      proofs(i);
      returns(i);
    }
    network();
    if (w.faults() > 0) {
      faults();
    }
  }

  /** The states that may follow. */
  static List<LedgerWorld> of(LedgerWorld w, Scope scope) {
    return new LedgerMoves(w, scope, false).next;
  }

  /** What leads to each of them. */
  static List<String> labels(LedgerWorld w, Scope scope) {
    return new LedgerMoves(w, scope, true).labels;
  }

  private LedgerWorld to(Supplier<String> label) {
    LedgerWorld after = w.copy();
    next.add(after);
    if (named) {
      labels.add(label.get());
    }
    return after;
  }

  private static String name(int i) {
    return StepTable.name(i).value();
  }

  // ---- requests and answers

  private void asks(int i) {
    if (w.life(i) != UP || w.messages(i) >= scope.slots()) {
      return;
    }
    int granted = w.granted(i);
    for (int want : new TreeSet<>(List.of(0, granted - 1, granted, granted + 1, w.table.limit))) {
      if (want >= 0 && want <= w.table.limit) {
        to(() -> name(i) + " (granted " + granted + ") asks for " + want).ask(i, want);
      }
    }
  }

  private void messages(int i) {
    for (int at = 0; at < w.messages(i); at++) {
      int k = at;
      if (k > 0 && w.sameMessage(i, k, k - 1)) {
        continue;
      }
      to(() -> "a message of " + name(i) + " is lost").drop(i, k);
      if (w.kind(i, k) == REQUEST) {
        for (int side = 0; side < w.n; side++) {
          runsAt(i, k, side);
        }
      } else if (w.life(i) == UP && w.messageIncarnation(i, k) == w.incarnation(i)) {
        to(() -> name(i) + " hears " + w.text(i, k)).hear(i, k);
      }
    }
  }

  private void runsAt(int i, int k, int side) {
    int o = w.owner(side);
    boolean near = w.life(i) == DEAD || (o >= 0 && w.view(i) == side && w.net(i) == w.net(o));
    if (o < 0 || w.life(o) != UP || (!scope.lateAnywhere() && !near)) {
      return;
    }
    StepTable.Ran ran = w.request(o, i, k);
    int later = Math.max(w.messageTerm(i, k), Math.max(w.rowTerm(o), w.promised(o)));
    for (int term : ran.opened() ? w.newTerms(later) : new int[] {0}) {
      Supplier<String> label =
          () -> "owner " + name(o) + " runs " + name(i) + "'s " + w.text(i, k) + ": " + ran.told();
      to(label).ran(o, ran, term, i, k, true, false);
      if (w.dups() > 0 && w.messages(i) <= scope.slots()) {
        LedgerWorld again = to(() -> label.get() + ", and it will run again");
        again.ran(o, ran, term, i, k, true, true);
        again.dups(w.dups() - 1);
      }
      if (w.faults() > 0 && scope.kinds().contains(Fault.STALE)) {
        LedgerWorld stale = to(() -> label.get() + ", no backup has it");
        stale.ran(o, ran, term, i, k, false, false);
        stale.faults(w.faults() - 1);
      }
    }
  }

  // ---- proofs, and who comes back

  private void proofs(int i) {
    int dead = w.life(i) == DEAD ? w.incarnation(i) : w.incarnation(i) - 1;
    for (int side = 0; side < w.n; side++) {
      int o = w.owner(side);
      if (o < 0 || w.life(o) != UP || w.row(o) < 0) {
        continue;
      }
      if (dead >= 1) {
        proof(i, o, dead, "");
      }
      boolean cannotHear = w.net(o) != w.net(i) || w.life(i) == STOPPED;
      if (scope.wrongProof() && w.life(i) != DEAD && cannotHear) {
        proof(i, o, w.incarnation(i), ", WRONGLY");
      }
    }
  }

  private void proof(int i, int o, int incarnation, String wrong) {
    if (w.table.knowsGone(w.row(o), i, incarnation)) {
      return;
    }
    StepTable.Ran ran = w.gone(o, i, incarnation);
    int later = Math.max(w.rowTerm(o), w.promised(o));
    for (int term : ran.opened() ? w.newTerms(later) : new int[] {0}) {
      to(() ->
              "owner "
                  + name(o)
                  + " hears that "
                  + name(i)
                  + "#"
                  + incarnation
                  + " is gone"
                  + wrong)
          .ran(o, ran, term);
    }
  }

  private void returns(int i) {
    if (w.life(i) == STOPPED) {
      to(() -> name(i) + " goes on").life(i, UP);
    }
    if (w.life(i) != DEAD || w.incarnation(i) >= 2) {
      return;
    }
    int peers = 0;
    int first = -1;
    for (int j = w.n - 1; j >= 0; j--) {
      if (w.life(j) == UP && w.net(j) == w.net(i)) {
        peers++;
        first = j;
      }
    }
    if (peers > 0 && (peers + 1) * 2 > w.n) {
      to(() -> name(i) + " comes back").comeBack(i, w.view(first));
    }
  }

  // ---- the network

  private void network() {
    for (int side = 0; side < w.n; side++) {
      splits(side);
      for (int other = 0; other < w.n; other++) {
        merges(side, other);
      }
    }
    for (int i = 1; i < w.n; i++) {
      if (w.net(i) != w.net(0)) {
        LedgerWorld healed = to(() -> "the network heals");
        for (int j = 0; j < w.n; j++) {
          healed.net(j, 0);
        }
        return;
      }
    }
  }

  /** Failure detection: the member lists follow the network. */
  private void splits(int side) {
    LedgerWorld after = w.copy();
    int first = -1;
    boolean split = false;
    for (int i = 0; i < w.n; i++) {
      if (w.view(i) == side) {
        first = first < 0 ? i : first;
        boolean alone = w.life(i) == STOPPED || w.life(first) == STOPPED;
        if (i != first && (alone || w.net(i) != w.net(first))) {
          after.view(i, FRESH + (w.life(i) == STOPPED ? 10 + i : w.net(i)));
          split = true;
        }
      }
    }
    if (split) {
      next.add(after);
      if (named) {
        labels.add("members notice the cut");
      }
    }
  }

  private void merges(int side, int other) {
    int winner = w.owner(side);
    int loser = w.owner(other);
    boolean meet = side != other && winner >= 0 && loser >= 0 && w.net(winner) == w.net(loser);
    if (meet && w.life(winner) == UP && w.life(loser) == UP) {
      LedgerWorld a = to(() -> "sides merge, " + name(winner) + "'s copy survives");
      for (int i = 0; i < w.n; i++) {
        if (w.view(i) == side || w.view(i) == other) {
          a.view(i, side);
          a.copyRow(winner, w.bytes(), i);
        }
      }
    }
  }

  // ---- faults

  private void faults() {
    for (int at = 0; at < w.n; at++) {
      int i = at;
      if (w.life(i) != DEAD && may(Fault.CRASH)) {
        fault(() -> name(i) + " is killed").kill(i);
      }
      if (w.life(i) == UP && may(Fault.STOP)) {
        fault(() -> name(i) + " is stopped").life(i, STOPPED);
      }
      boolean joined = false;
      for (int j = 0; j < w.n; j++) {
        joined |= j != i && w.net(j) == w.net(i);
      }
      if (joined && may(Fault.CUT)) {
        fault(() -> name(i) + " is cut off").net(i, FRESH);
      }
    }
    for (int side = 0; side < w.n && may(Fault.LOSS); side++) {
      int o = w.owner(side);
      if (o >= 0) {
        LedgerWorld lost = fault(() -> "the side of " + name(o) + " loses the row");
        for (int i = 0; i < w.n; i++) {
          if (w.view(i) == w.view(o)) {
            lost.noRow(i);
          }
        }
      }
    }
  }

  private boolean may(Fault kind) {
    return scope.kinds().contains(kind);
  }

  private LedgerWorld fault(Supplier<String> label) {
    LedgerWorld after = to(label);
    after.faults(w.faults() - 1);
    return after;
  }
}
