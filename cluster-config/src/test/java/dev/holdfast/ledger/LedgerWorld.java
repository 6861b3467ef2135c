package dev.holdfast.ledger;

import dev.holdfast.ledger.LedgerRow.Entry;
import dev.holdfast.store.Step;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One state of a small world: nodes, network, member lists, copies of the row, messages under way.
 * The steps and the nodes are the real ones; this class only moves them about. A node that is
 * granted g may hold up to g sessions at any moment, so only grants are looked at.
 */
final class LedgerWorld {
  static final Scope SCOPE = Scope.CLUSTER;

  /** Life of a process. */
  enum Life {
    UP,
    STOPPED,
    DEAD
  }

  /** A request on its way to an owner, or an answer on its way back. */
  record Message(
      boolean answer,
      long incarnation,
      Term term,
      long sequence,
      int granted,
      int want,
      boolean otherTerm) {}

  private static final Comparator<Message> ORDER =
      Comparator.comparingLong(Message::sequence)
          .thenComparing(Message::answer)
          .thenComparing(Message::term)
          .thenComparing(Message::granted)
          .thenComparing(Message::want)
          .thenComparing(Message::incarnation)
          .thenComparing(Message::otherTerm);

  final int n;
  final int limit;
  final Set<Rule> rules;
  final Life[] life;
  final long[] incarnation;
  final Term[] promised;
  final long[] sequence;
  final int[] granted;
  final boolean[] asking;
  final int[] net;
  final int[] view;
  final @Nullable LedgerRow[] copies;
  final LedgerMemory.@Nullable Written[] written;
  final List<Message>[] messages;
  int faults;
  int dups;

  @SuppressWarnings({"unchecked", "rawtypes"})
  LedgerWorld(int n, int limit, Set<Rule> rules) {
    this.n = n;
    this.limit = limit;
    this.rules = rules;
    life = new Life[n];
    Arrays.fill(life, Life.UP);
    incarnation = new long[n];
    Arrays.fill(incarnation, 1);
    promised = new Term[n];
    Arrays.fill(promised, Term.NONE);
    sequence = new long[n];
    granted = new int[n];
    asking = new boolean[n];
    net = new int[n];
    view = new int[n];
    copies = new LedgerRow[n];
    written = new LedgerMemory.Written[n];
    messages = new List[n];
    Arrays.fill(messages, List.of());
  }

  LedgerWorld copy() {
    LedgerWorld c = new LedgerWorld(n, limit, rules);
    System.arraycopy(life, 0, c.life, 0, n);
    System.arraycopy(incarnation, 0, c.incarnation, 0, n);
    System.arraycopy(promised, 0, c.promised, 0, n);
    System.arraycopy(sequence, 0, c.sequence, 0, n);
    System.arraycopy(granted, 0, c.granted, 0, n);
    System.arraycopy(asking, 0, c.asking, 0, n);
    System.arraycopy(net, 0, c.net, 0, n);
    System.arraycopy(view, 0, c.view, 0, n);
    System.arraycopy(copies, 0, c.copies, 0, n);
    System.arraycopy(written, 0, c.written, 0, n);
    System.arraycopy(messages, 0, c.messages, 0, n);
    c.faults = faults;
    c.dups = dups;
    return c;
  }

  static NodeName name(int i) {
    return new NodeName(String.valueOf((char) ('A' + i)));
  }

  NodeId id(int i) {
    return new NodeId(name(i), incarnation[i]);
  }

  int lent() {
    return Arrays.stream(granted).sum();
  }

  /** The roster is taken as known: the model checks it by itself. */
  Voters voters(Map<NodeName, Long> gone) {
    Map<NodeName, Long> roster = new TreeMap<>();
    for (int i = 0; i < n; i++) {
      roster.put(name(i), incarnation[i]);
    }
    return new Voters(roster, gone, Set.of(), n, true, false);
  }

  /** The real node, going on from what this state says of it. */
  ScopeLedger ledger(int i) {
    Permits permits = new Permits(SCOPE, 0, () -> {});
    LedgerRequest latest =
        asking[i]
            ? request(i, new Message(false, incarnation[i], promised[i], sequence[i], 0, 0, false))
            : null;
    ScopeLedger ledger =
        ScopeLedger.resume(
            id(i),
            permits,
            rules,
            new ScopeLedger.State(promised[i], sequence[i], granted[i], latest));
    ledger.limit(limit, 1, n);
    return ledger;
  }

  void store(int i, ScopeLedger ledger) {
    ScopeLedger.State state = ledger.state();
    promised[i] = state.promised();
    sequence[i] = state.sequence();
    granted[i] = state.granted();
    asking[i] = state.inFlight() != null;
  }

  LedgerRequest request(int i, Message m) {
    return new LedgerRequest(
        SCOPE,
        new NodeId(name(i), m.incarnation()),
        m.term(),
        m.sequence(),
        m.granted(),
        m.want(),
        limit,
        1,
        voters(Map.of()));
  }

  /** A node builds a request; it is on its way. */
  void ask(int i, int want) {
    ScopeLedger ledger = ledger(i);
    LedgerRequest r = ledger.request(want, voters(Map.of()));
    store(i, ledger);
    add(
        i,
        new Message(
            false, r.node().incarnation(), r.term(), r.sequence(), r.granted(), r.want(), false));
  }

  void add(int i, Message m) {
    List<Message> more = new ArrayList<>(messages[i]);
    more.add(m);
    messages[i] = List.copyOf(more);
  }

  void drop(int i, Message m) {
    List<Message> less = new ArrayList<>(messages[i]);
    less.remove(m);
    messages[i] = List.copyOf(less);
  }

  /** An answer reaches its node. */
  void hear(int i, Message m) {
    ScopeLedger ledger = ledger(i);
    LedgerRequest sent = request(i, m);
    LedgerAnswer answer =
        new LedgerAnswer(
            m.term(),
            m.incarnation(),
            m.sequence(),
            m.otherTerm(),
            m.granted(),
            false,
            false,
            0,
            0,
            limit,
            1,
            true,
            Map.of());
    ledger.answered(sent, answer, 0);
    store(i, ledger);
    drop(i, m);
  }

  /** What a step did at an owner. */
  record Ran(Step.Outcome<LedgerRow, LedgerAnswer> outcome, boolean drew) {}

  /** Runs a real step at an owner and keeps what it wrote there. */
  Ran run(int o, Step<LedgerRow, LedgerAnswer> step, long random, boolean replicate) {
    boolean[] drew = new boolean[1];
    LedgerMemory memory =
        new LedgerMemory(
            () -> {
              drew[0] = true;
              return random;
            },
            rules);
    memory.wrote(SCOPE, written[o]);
    memory.promise(SCOPE, promised[o]);
    var outcome = step.apply(copies[o], ownerOf(memory));
    if (outcome.kind() == Step.Outcome.Kind.WRITE) {
      copies[o] = outcome.row();
      written[o] = memory.written(SCOPE);
      for (int j = 0; j < n; j++) {
        boolean reaches = view[j] == view[o] && net[j] == net[o] && life[j] == Life.UP;
        if (j != o && replicate && reaches) {
          copies[j] = outcome.row();
        }
      }
    }
    return new Ran(outcome, drew[0]);
  }

  private static Step.Owner ownerOf(LedgerMemory memory) {
    return new Step.Owner() {
      @Override
      public <T> T memory(Class<T> type, Supplier<T> initial) {
        return type.cast(memory);
      }
    };
  }

  int owner(int group) {
    for (int i = 0; i < n; i++) {
      if (view[i] == group && life[i] != Life.DEAD) {
        return i;
      }
    }
    return -1;
  }

  Set<Integer> groups() {
    Set<Integer> groups = new TreeSet<>();
    for (int v : view) {
      if (v >= 0) {
        groups.add(v);
      }
    }
    return groups;
  }

  /** Random parts that a new term of this number could have, relative to those there are. */
  int gaps(long number) {
    return (int) terms().stream().filter(t -> t.number() == number).count() + 1;
  }

  private TreeSet<Term> terms() {
    TreeSet<Term> all = new TreeSet<>();
    for (int i = 0; i < n; i++) {
      if (life[i] != Life.DEAD) {
        all.add(promised[i]);
        if (written[i] != null) {
          all.add(written[i].term());
        }
        if (copies[i] != null) {
          all.add(copies[i].term());
        }
      }
      messages[i].forEach(m -> all.add(m.term()));
    }
    all.remove(Term.NONE);
    return all;
  }

  // ---- one name for all states that only differ in names

  /** Renames terms, sequences, versions and groups, so that equal states become equal. */
  LedgerWorld canonical() {
    for (int i = 0; i < n; i++) {
      if (life[i] == Life.DEAD) {
        copies[i] = null;
        written[i] = null;
        promised[i] = Term.NONE;
        asking[i] = false;
      }
      if (written[i] != null
          && (copies[i] == null || !copies[i].term().equals(written[i].term()))
          && Arrays.stream(copies).noneMatch(this::isWrittenSomewhere)) {
        written[i] = null;
      }
    }
    Map<Term, Term> terms = shortTerms();
    Map<LedgerMemory.Written, Long> versions = shortVersions();
    for (int i = 0; i < n; i++) {
      renameSequences(i);
    }
    for (int i = 0; i < n; i++) {
      promised[i] = terms.get(promised[i]);
      if (copies[i] != null) {
        LedgerRow r = copies[i];
        long version = versions.get(new LedgerMemory.Written(r.term(), r.version()));
        copies[i] = with(r, terms.get(r.term()), r.entries(), version);
      }
      if (written[i] != null) {
        written[i] =
            new LedgerMemory.Written(terms.get(written[i].term()), versions.get(written[i]));
      }
      messages[i] =
          messages[i].stream()
              .map(
                  m ->
                      new Message(
                          m.answer(),
                          m.incarnation(),
                          terms.get(m.term()),
                          m.sequence(),
                          m.granted(),
                          m.want(),
                          m.otherTerm()))
              .sorted(ORDER)
              .toList();
      int at = i;
      asking[i] &= messages[i].stream().anyMatch(m -> m.sequence() == sequence[at]);
    }
    rename(net);
    rename(view);
    return this;
  }

  private boolean isWrittenSomewhere(@Nullable LedgerRow row) {
    if (row == null) {
      return false;
    }
    LedgerMemory.Written w = new LedgerMemory.Written(row.term(), row.version());
    return Arrays.asList(written).contains(w);
  }

  private Map<Term, Term> shortTerms() {
    Map<Term, Term> names = new TreeMap<>();
    names.put(Term.NONE, Term.NONE);
    long first = -1;
    long number = -1;
    long random = 0;
    for (Term t : terms()) {
      first = first < 0 ? t.number() - 1 : first;
      random = t.number() == number ? random + 2 : 2;
      number = t.number();
      names.put(t, new Term(number - first, random));
    }
    return names;
  }

  private Map<LedgerMemory.Written, Long> shortVersions() {
    TreeMap<Term, TreeSet<Long>> all = new TreeMap<>();
    for (int i = 0; i < n; i++) {
      if (written[i] != null) {
        all.computeIfAbsent(written[i].term(), t -> new TreeSet<>()).add(written[i].version());
      }
      if (copies[i] != null) {
        all.computeIfAbsent(copies[i].term(), t -> new TreeSet<>()).add(copies[i].version());
      }
    }
    Map<LedgerMemory.Written, Long> names = new java.util.HashMap<>();
    all.forEach(
        (t, versions) -> {
          long k = 1;
          for (long v : versions) {
            names.put(new LedgerMemory.Written(t, v), k++);
          }
        });
    return names;
  }

  /** The order of sequences matters only against those that are under way. */
  private void renameSequences(int i) {
    TreeSet<Long> flying = new TreeSet<>();
    messages[i].forEach(m -> flying.add(m.sequence()));
    sequence[i] = rank(sequence[i], flying);
    messages[i] =
        messages[i].stream()
            .map(
                m ->
                    new Message(
                        m.answer(),
                        m.incarnation(),
                        m.term(),
                        rank(m.sequence(), flying),
                        m.granted(),
                        m.want(),
                        m.otherTerm()))
            .toList();
    for (int j = 0; j < n; j++) {
      if (copies[j] != null && copies[j].entries().containsKey(name(i))) {
        Map<NodeName, Entry> entries = new TreeMap<>(copies[j].entries());
        Entry e = entries.get(name(i));
        entries.put(
            name(i),
            new Entry(
                e.incarnation(), rank(e.sequence(), flying), e.granted(), e.expected(), true));
        copies[j] = with(copies[j], copies[j].term(), entries, copies[j].version());
      }
    }
  }

  private static long rank(long sequence, TreeSet<Long> flying) {
    return 2L * flying.headSet(sequence).size() + (flying.contains(sequence) ? 1 : 0);
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

  private static void rename(int[] groups) {
    Map<Integer, Integer> names = new TreeMap<>();
    for (int i = 0; i < groups.length; i++) {
      if (groups[i] >= 0) {
        int size = names.size();
        groups[i] = names.computeIfAbsent(groups[i], g -> size);
      }
    }
  }

  /** What tells this state from others; the whole of it. */
  String key() {
    StringBuilder key = new StringBuilder(settleKey());
    for (int i = 0; i < n; i++) {
      key.append('|').append(net[i]).append(asking[i] ? 'a' : '-').append(sequence[i]);
      for (Message m : messages[i]) {
        key.append(m.answer() ? (m.otherTerm() ? 'w' : 'r') : 'q').append(m.incarnation());
        term(key, m.term()).append(m.sequence()).append(',').append(m.granted());
        key.append(',').append(m.want());
      }
    }
    return key.append('f').append(faults).append('d').append(dups).toString();
  }

  /** What the end of all faults depends on: messages under way are lost then. */
  String settleKey() {
    StringBuilder key = new StringBuilder(96);
    for (int i = 0; i < n; i++) {
      key.append(life[i].name().charAt(0)).append(incarnation[i]);
      term(key, promised[i]).append(granted[i]).append(',').append(view[i]);
      if (written[i] != null) {
        key.append('w');
        term(key, written[i].term()).append(written[i].version());
      }
      if (copies[i] != null) {
        row(key.append('['), copies[i]);
      }
    }
    return key.toString();
  }

  private static void row(StringBuilder key, LedgerRow r) {
    term(key, r.term()).append(r.complete() ? 'c' : 'i').append(r.pool());
    key.append(',').append(r.version());
    r.entries()
        .forEach(
            (k, e) ->
                key.append(k.value())
                    .append(e.incarnation())
                    .append('s')
                    .append(e.sequence())
                    .append('g')
                    .append(e.granted()));
    r.gone().forEach((k, v) -> key.append('G').append(k.value()).append(v));
    r.owed().forEach((k, v) -> key.append('O').append(k.value()).append(v));
    r.known().forEach((k, v) -> key.append('K').append(k.value()).append(v));
    key.append(']');
  }

  private static StringBuilder term(StringBuilder key, Term t) {
    return key.append('t').append(t.number()).append('.').append(t.random()).append(':');
  }
}
