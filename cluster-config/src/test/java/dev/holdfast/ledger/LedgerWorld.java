package dev.holdfast.ledger;

import dev.holdfast.words.NodeId;
import java.util.Map;

/**
 * A small world that moves. The steps and the nodes are the real ones; this class only carries
 * their messages.
 */
final class LedgerWorld extends WorldState {
  LedgerWorld(StepTable table) {
    super(table);
  }

  private LedgerWorld(StepTable table, byte[] state) {
    super(table, state);
  }

  static LedgerWorld of(StepTable table, byte[] state) {
    return new LedgerWorld(table, state);
  }

  LedgerWorld copy() {
    return new LedgerWorld(table, bytes().clone());
  }

  /** This state under the one name for all that only differ in names. */
  LedgerWorld canonical() {
    WorldNames.rename(this);
    return this;
  }

  /** The fingerprint of what is left when all messages under way are lost. */
  long settledFingerprint() {
    LedgerWorld quiet = copy();
    for (int i = 0; i < n; i++) {
      quiet.dropAll(i);
      quiet.set(i, NET, 0);
    }
    quiet.faults(0);
    quiet.dups(0);
    return quiet.canonical().fingerprint();
  }

  // ---- the real node

  private ScopeLedger ledger(int i) {
    Permits permits = new Permits(StepTable.SCOPE, 0, () -> {});
    LedgerRequest latest =
        get(i, ASKING) == 0 ? null : request(i, promised(i), get(i, SEQUENCE), 0);
    ScopeLedger ledger =
        ScopeLedger.resume(
            id(i),
            permits,
            table.rules,
            new ScopeLedger.State(term(promised(i)), get(i, SEQUENCE), granted(i), latest));
    ledger.limit(table.limit, 1, n);
    return ledger;
  }

  private NodeId id(int i) {
    return new NodeId(StepTable.name(i), incarnation(i));
  }

  private static Term term(int place) {
    return place == 0 ? Term.NONE : new Term(place, 0);
  }

  private LedgerRequest request(int i, int term, int sequence, int want) {
    return new LedgerRequest(
        StepTable.SCOPE,
        id(i),
        term(term),
        sequence,
        0,
        want,
        table.limit,
        1,
        table.voters(incarnations()));
  }

  private void keep(int i, ScopeLedger ledger) {
    ScopeLedger.State state = ledger.state();
    promised(i, (int) state.promised().number());
    set(i, SEQUENCE, (int) state.sequence());
    granted(i, state.granted());
    set(i, ASKING, state.inFlight() == null ? 0 : 1);
  }

  /** A node builds a request; it is on its way. */
  void ask(int i, int want) {
    ScopeLedger ledger = ledger(i);
    LedgerRequest r = ledger.request(want, table.voters(incarnations()));
    keep(i, ledger);
    add(
        i,
        REQUEST,
        incarnation(i),
        (int) r.term().number(),
        (int) r.sequence(),
        r.granted(),
        r.want());
  }

  /** An answer reaches its node. */
  void hear(int i, int k) {
    boolean other = kind(i, k) == OTHER_TERM;
    LedgerAnswer answer =
        new LedgerAnswer(
            term(messageTerm(i, k)),
            messageIncarnation(i, k),
            message(i, k, 3),
            other,
            message(i, k, 4),
            false,
            false,
            0,
            0,
            table.limit,
            1,
            true,
            false,
            Map.of());
    ScopeLedger ledger = ledger(i);
    ledger.answered(request(i, messageTerm(i, k), message(i, k, 3), message(i, k, 5)), answer, 0);
    keep(i, ledger);
    drop(i, k);
  }

  // ---- the real steps

  private StepTable.Place place(int o) {
    return new StepTable.Place(row(o), rowTerm(o), wroteLast(o), promised(o));
  }

  StepTable.Ran request(int o, int i, int k) {
    int stored = table.has(row(o), i) ? get(o, ROW_SEQUENCES + i) : -1;
    int late = stored < 0 ? 0 : 2 + Integer.signum(message(i, k, 3) - stored);
    return table.request(
        place(o),
        new StepTable.Asked(
            i, messageIncarnation(i, k), messageTerm(i, k), message(i, k, 4), want(i, k), late),
        incarnations());
  }

  StepTable.Ran gone(int o, int i, int incarnation) {
    return table.gone(place(o), i, incarnation, incarnations());
  }

  /**
   * What a step wrote is in the owner's copy and, where the network allows, in those of its side.
   *
   * @param term the new term, if the step has opened one
   * @param i who asked, or -1
   * @param sequence of the request
   */
  private void write(int o, StepTable.Ran ran, int term, int i, int sequence, boolean replicate) {
    if (!ran.wrote()) {
      return;
    }
    for (int j = 0; j < n; j++) {
      if (get(j, ROW_WRITER) == o + 1) {
        set(j, ROW_WRITER, 0);
      }
    }
    row(o, ran.row());
    set(o, ROW_TERM, ran.opened() ? term : rowTerm(o));
    set(o, ROW_WRITER, ran.remembered() ? o + 1 : 0);
    if (ran.taken()) {
      set(o, ROW_SEQUENCES + i, sequence);
    }
    for (int j = 0; j < n; j++) {
      boolean reaches = view(j) == view(o) && net(j) == net(o) && life(j) == UP;
      if (j != o && replicate && reaches) {
        copyRow(o, s, j);
      }
    }
  }

  /** A notice ran. */
  void ran(int o, StepTable.Ran ran, int term) {
    write(o, ran, term, -1, 0, true);
  }

  /** A request ran; its answer is on its way, the request only if it will run again. */
  void ran(int o, StepTable.Ran ran, int term, int i, int k, boolean replicate, boolean again) {
    int incarnation = messageIncarnation(i, k);
    int sequence = message(i, k, 3);
    write(o, ran, term, i, sequence, replicate);
    if (!again) {
      drop(i, k);
    }
    if (ran.told() != StepTable.Told.NOTHING) {
      boolean other = ran.told() == StepTable.Told.OTHER_TERM;
      add(i, other ? OTHER_TERM : ANSWER, incarnation, rowTerm(o), sequence, ran.granted(), 0);
    }
  }

  /** A dead node is back as a new process, with a copy of what the others have. */
  void comeBack(int i, int side) {
    int from = owner(side);
    copyRow(from, s, i);
    life(i, UP);
    set(i, INCARNATION, incarnation(i) + 1);
    view(i, side);
  }

  void kill(int i) {
    life(i, DEAD);
    view(i, NOWHERE);
  }
}
