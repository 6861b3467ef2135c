package dev.holdfast.ledger;

import dev.holdfast.ledger.LedgerRow.Entry;
import dev.holdfast.store.Step;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The real steps as a table: each case that differs is run once and remembered. A step only
 * compares terms and sequences, so a case names their order and not their values; rows are known by
 * number, without their term, version and sequences.
 */
final class StepTable {
  static final Scope SCOPE = Scope.CLUSTER;
  private static final long VERSION = 5;
  private static final long STORED = 2;

  final int n;
  final int limit;
  final Set<Rule> rules;
  private final List<LedgerRow> rows = new ArrayList<>();
  private final Map<LedgerRow, Integer> numbers = new HashMap<>();
  private final Map<Long, Ran> requests = new HashMap<>();
  private final Map<Long, Ran> notices = new HashMap<>();
  private final Map<Integer, Voters> voters = new HashMap<>();

  StepTable(int n, int limit, Set<Rule> rules) {
    this.n = n;
    this.limit = limit;
    this.rules = rules;
  }

  static NodeName name(int i) {
    return new NodeName(String.valueOf((char) ('A' + i)));
  }

  /**
   * Where a step runs.
   *
   * @param row number of the row there, -1 if there is none
   * @param rowTerm its term
   * @param latest the process there wrote it last
   * @param promised the term that the process there has promised
   */
  record Place(int row, int rowTerm, boolean latest, int promised) {}

  /**
   * Who asks for what.
   *
   * @param late how the sequence compares with the stored one; 0 if none is stored
   */
  record Asked(int node, int incarnation, int term, int granted, int want, int late) {}

  /** What the asker is told. */
  enum Told {
    NOTHING,
    OTHER_TERM,
    GRANTED
  }

  /**
   * What a step did.
   *
   * @param row number of the row after it, -1 if there is none
   * @param wrote it wrote the row
   * @param remembered the process remembers that it wrote this row last
   * @param opened the row is in a term that the step has drawn
   * @param taken the row holds the sequence of the request
   */
  record Ran(
      int row,
      boolean wrote,
      boolean remembered,
      boolean opened,
      boolean taken,
      Told told,
      int granted) {}

  LedgerRow row(int number) {
    return rows.get(number);
  }

  boolean has(int number, int node) {
    return number >= 0 && rows.get(number).entries().containsKey(name(node));
  }

  boolean knowsGone(int number, int node, int incarnation) {
    return rows.get(number).gone().getOrDefault(name(node), 0L) >= incarnation;
  }

  /** The number of a row, whatever its term, version and sequences. */
  int number(LedgerRow row) {
    Map<NodeName, Entry> entries = new TreeMap<>();
    row.entries().forEach((name, e) -> entries.put(name, sequenced(e, STORED)));
    LedgerRow bare = with(row, Term.NONE, entries, VERSION);
    return numbers.computeIfAbsent(
        bare,
        next -> {
          rows.add(next);
          return rows.size() - 1;
        });
  }

  private static Entry sequenced(Entry e, long sequence) {
    return new Entry(e.incarnation(), sequence, e.granted(), e.expected(), e.fromDisk());
  }

  private static LedgerRow with(LedgerRow r, Term term, Map<NodeName, Entry> entries, long v) {
    return new LedgerRow(
        term,
        r.limit(),
        r.limitRevision(),
        r.highLimit(),
        entries,
        r.gone(),
        r.suspended(),
        r.owed(),
        r.known(),
        r.waived(),
        r.pool(),
        r.complete(),
        r.line(),
        v);
  }

  /** The roster is taken as known, by the present incarnations: the model checks it by itself. */
  Voters voters(int incarnations) {
    return voters.computeIfAbsent(
        incarnations,
        packed -> {
          Map<NodeName, Long> roster = new TreeMap<>();
          for (int i = 0; i < n; i++) {
            roster.put(name(i), (long) (packed >> (2 * i) & 3));
          }
          return new Voters(roster, Map.of(), Set.of(), n, true, false);
        });
  }

  // ---- cases

  Ran request(Place at, Asked a, int incarnations) {
    int[] order = order(at.rowTerm(), at.promised(), a.term());
    long key = key(at, order, incarnations);
    key = key << 2 | order[2];
    key = ((key << 2 | a.node()) << 2 | a.incarnation()) << 2 | a.late();
    key = (key << 3 | a.granted()) << 3 | a.want();
    Ran ran = requests.get(key);
    if (ran == null) {
      NodeId node = new NodeId(name(a.node()), a.incarnation());
      long sequence = STORED + (a.late() == 0 ? 0 : a.late() - 2);
      Voters who = voters(incarnations);
      ran =
          run(
              at,
              order,
              a.node(),
              sequence,
              new LedgerRequest(
                  SCOPE, node, term(order[2]), sequence, a.granted(), a.want(), limit, 1, who));
      requests.put(key, ran);
    }
    return ran;
  }

  Ran gone(Place at, int node, int incarnation, int incarnations) {
    int[] order = order(at.rowTerm(), at.promised(), 0);
    long key = (key(at, order, incarnations) << 2 | node) << 2 | incarnation;
    Ran ran = notices.get(key);
    if (ran == null) {
      Voters all = voters(incarnations);
      Map<NodeName, Long> gone = Map.of(name(node), (long) incarnation);
      Voters who = new Voters(all.roster(), gone, Set.of(), n, true, false);
      ran = run(at, order, -1, 0, new LedgerNotice(SCOPE, who, Map.of(), false));
      notices.put(key, ran);
    }
    return ran;
  }

  private static long key(Place at, int[] order, int incarnations) {
    long key = (long) (at.row() + 1) << 1 | (at.latest() ? 1 : 0);
    return ((key << 2 | order[0]) << 2 | order[1]) << 6 | incarnations;
  }

  /** The places of terms among each other; that of no term is 0. */
  private static int[] order(int... terms) {
    int[] order = new int[terms.length];
    for (int i = 0; i < terms.length; i++) {
      for (int t = 0; t < terms.length; t++) {
        boolean first = terms[t] > 0;
        for (int u = 0; u < t; u++) {
          first &= terms[u] != terms[t];
        }
        order[i] += first && terms[t] <= terms[i] ? 1 : 0;
      }
    }
    return order;
  }

  private static Term term(int place) {
    return place == 0 ? Term.NONE : new Term(place, 7);
  }

  private Ran run(
      Place at, int[] order, int node, long sequence, Step<LedgerRow, LedgerAnswer> step) {
    boolean[] drew = new boolean[1];
    LedgerMemory memory =
        new LedgerMemory(
            () -> {
              drew[0] = true;
              return 1;
            },
            rules);
    Term rowTerm = term(order[0]);
    LedgerRow before = null;
    if (at.row() >= 0) {
      LedgerRow bare = rows.get(at.row());
      before = with(bare, rowTerm, bare.entries(), VERSION);
    }
    if (at.latest()) {
      memory.wrote(SCOPE, memory.spell(), new LedgerMemory.Written(rowTerm, VERSION));
    }
    memory.promise(SCOPE, term(order[1]));
    Step.Outcome<LedgerRow, LedgerAnswer> outcome = step.apply(before, ownerOf(memory));
    boolean wrote = outcome.kind() == Step.Outcome.Kind.WRITE;
    LedgerRow after = wrote ? outcome.row() : before;
    Term ruling = after == null ? Term.NONE : after.term();
    check(drew[0] ? order[0] + order[1] == 0 || ruling.after(rowTerm) : ruling.equals(rowTerm));
    check(!drew[0] || ruling.after(term(order[1])));
    boolean remembered =
        wrote
            && new LedgerMemory.Written(ruling, after.version()).equals(memory.written(SCOPE))
            && (drew[0] || after.version() > VERSION);
    boolean taken = false;
    if (after != null) {
      for (Map.Entry<NodeName, Entry> e : after.entries().entrySet()) {
        boolean own = node >= 0 && e.getKey().equals(name(node));
        check(e.getValue().sequence() == STORED || own);
        taken |= own && e.getValue().sequence() == sequence;
      }
    }
    int number = after == null ? -1 : number(after);
    LedgerAnswer answer = outcome.answer();
    if (answer == null) {
      return new Ran(number, wrote, remembered, drew[0], taken, Told.NOTHING, 0);
    }
    check(answer.term().equals(ruling) && answer.sequence() == sequence);
    Told told = answer.otherTerm() ? Told.OTHER_TERM : Told.GRANTED;
    return new Ran(number, wrote, remembered, drew[0], taken, told, answer.granted());
  }

  private static void check(boolean holds) {
    if (!holds) {
      throw new IllegalStateException("a step did more than the table can say");
    }
  }

  private static Step.Owner ownerOf(@Nullable LedgerMemory memory) {
    return new Step.Owner() {
      @Override
      public <T> T memory(Class<T> type, Supplier<T> initial) {
        return type.cast(memory);
      }
    };
  }
}
