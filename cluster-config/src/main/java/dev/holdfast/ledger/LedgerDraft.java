package dev.holdfast.ledger;

import static dev.holdfast.ledger.Census.covers;

import dev.holdfast.ledger.LedgerRow.Entry;
import dev.holdfast.store.Step.Outcome;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.Scope;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A row while a step changes it: one small method for each idea of the protocol. Lives within one
 * step, under the lock of the key.
 */
final class LedgerDraft {
  private final Scope scope;
  private final LedgerMemory memory;
  private final long spell;
  private final @Nullable LedgerRow before;
  private final Map<NodeName, Entry> entries = new TreeMap<>();
  private final Map<NodeName, Long> gone = new TreeMap<>();
  private final Map<NodeName, Long> suspended = new TreeMap<>();
  private final Map<NodeName, Long> owed = new TreeMap<>();
  private final Map<NodeName, Long> known = new TreeMap<>();
  private final List<NodeName> line = new ArrayList<>();
  private Term term = Term.NONE;
  private int limit;
  private long limitRevision = Long.MIN_VALUE;
  private int highLimit;
  private boolean waived;
  private int pool;
  private boolean complete;

  LedgerDraft(Scope scope, @Nullable LedgerRow row, LedgerMemory memory) {
    this.scope = scope;
    this.memory = memory;
    spell = memory.spell();
    before = row;
    if (row != null) {
      entries.putAll(row.entries());
      gone.putAll(row.gone());
      suspended.putAll(row.suspended());
      owed.putAll(row.owed());
      known.putAll(row.known());
      line.addAll(row.line());
      term = row.term();
      limit = row.limit();
      limitRevision = row.limitRevision();
      highLimit = row.highLimit();
      waived = row.waived();
      pool = row.pool();
      complete = row.complete();
    }
  }

  Term term() {
    return term;
  }

  // ---- lines 1 to 4: is this the last row?

  /**
   * Opens a new term unless this very process wrote the row last (R-lineage), the asker knows of no
   * later term, and neither does this process itself (R-own-promise).
   */
  void believe(Term asked) {
    boolean stranger = memory.has(Rule.LINEAGE) && !wroteLast();
    boolean outrun = memory.has(Rule.TERM) && asked.after(term);
    boolean promised = memory.has(Rule.OWN_PROMISE) && memory.promised(scope).after(term);
    if (before == null || stranger || outrun || promised) {
      open(asked);
    }
  }

  private boolean wroteLast() {
    return before != null
        && new LedgerMemory.Written(before.term(), before.version()).equals(memory.written(scope));
  }

  private void open(Term asked) {
    long number = Term.later(term, Term.later(asked, memory.promised(scope))).number() + 1;
    term = new Term(number, memory.random());
    entries.forEach(
        (node, entry) -> {
          if (!covers(gone, node, entry.incarnation())) {
            owed.merge(node, entry.incarnation(), Math::max);
          }
        });
    entries.clear();
    suspended.clear();
    known.clear();
    line.clear();
    waived = false;
    pool = 0;
    complete = false;
  }

  // ---- line 5: limits

  /** The limit of the higher revision wins. */
  void limit(int asked, long revision) {
    if (revision > limitRevision) {
      limit = asked;
      limitRevision = revision;
      highLimit = Math.max(highLimit, asked);
    }
  }

  // ---- proof, silence, roster

  /**
   * Takes over who is proven gone, and forgets the names that left the roster; not one that is back
   * as a newer process, which the sender has not heard of yet.
   */
  void proofs(Voters voters) {
    voters.gone().forEach(this::gone);
    voters.left().forEach(name -> forgive(known, name, gone.getOrDefault(name, Long.MIN_VALUE)));
    tryComplete();
  }

  /** R-recount: the permits of a node proven gone are freed by counting again. */
  void gone(NodeName node, long incarnation) {
    if (covers(gone, node, incarnation)) {
      return;
    }
    gone.put(node, incarnation);
    forgive(suspended, node, incarnation);
    forgive(owed, node, incarnation);
    Entry entry = entries.get(node);
    if (entry == null || entry.incarnation() > incarnation) {
      return;
    }
    line.remove(node);
    if (!memory.has(Rule.RECOUNT)) {
      entries.remove(node);
      pool += complete ? 0 : entry.granted();
    } else if (complete) {
      open(Term.NONE);
    } else {
      entries.remove(node);
    }
  }

  /** R-prune: a silent node does not block the line. */
  void prune(Collection<NodeName> silent) {
    line.removeAll(silent);
  }

  /** Policy available: a silent node is taken out, though nobody proved its end. */
  void suspend(Map<NodeName, Long> silent) {
    waived = true;
    silent.forEach(
        (node, incarnation) -> {
          Entry entry = entries.get(node);
          if (entry != null && entry.incarnation() <= incarnation) {
            entries.remove(node);
          }
          suspended.merge(node, incarnation, Math::max);
          forgive(owed, node, incarnation);
        });
    tryComplete();
  }

  private static void forgive(Map<NodeName, Long> map, NodeName node, long incarnation) {
    map.computeIfPresent(node, (name, known) -> known <= incarnation ? null : known);
  }

  // ---- lines 6 to 12: who asks, and is it news?

  boolean isGone(NodeId node) {
    return covers(gone, node.name(), node.incarnation());
  }

  boolean hasNewer(NodeId node) {
    Entry entry = entries.get(node.name());
    return entry != null && entry.incarnation() > node.incarnation();
  }

  /** An earlier process of this name may still hold permits: nobody proved its end. */
  boolean hasOlderUnproven(NodeId node) {
    Entry entry = entries.get(node.name());
    long older = owed.getOrDefault(node.name(), Long.MAX_VALUE);
    return (entry != null && entry.incarnation() < node.incarnation())
        || older < node.incarnation();
  }

  /** R-term: the request is made in the term that rules. */
  boolean rules(Term asked) {
    return !memory.has(Rule.TERM) || asked.equals(term);
  }

  /** R-sequence: a later request of the same process ran already. */
  boolean isLate(LedgerRequest request) {
    Entry entry = entries.get(request.node().name());
    return memory.has(Rule.SEQUENCE) && entry != null && request.sequence() < entry.sequence();
  }

  boolean ranBefore(LedgerRequest request) {
    Entry entry = entries.get(request.node().name());
    return memory.has(Rule.SEQUENCE) && entry != null && request.sequence() == entry.sequence();
  }

  // ---- line 13: the report

  /**
   * Takes what the node may hold as its report, if it has not reported in this term. False if all
   * were counted without it: then only a node that was suspended may bring permits back.
   */
  boolean report(LedgerRequest request) {
    NodeName name = request.node().name();
    if (!entries.containsKey(name)) {
      boolean mayBring = request.voters().lenient() || suspended.containsKey(name);
      if (complete && request.granted() > 0 && memory.has(Rule.TERM) && !mayBring) {
        return false;
      }
      put(request, request.granted());
      suspended.remove(name);
      forgive(owed, name, request.node().incarnation());
    }
    entries.computeIfPresent(name, (node, entry) -> counting(entry, request.voters()));
    request.voters().roster().forEach((node, inc) -> known.merge(node, inc, Math::max));
    tryComplete();
    return true;
  }

  private static Entry counting(Entry entry, Voters voters) {
    return new Entry(
        entry.incarnation(),
        entry.sequence(),
        entry.granted(),
        voters.expected(),
        voters.fromDisk());
  }

  private void put(LedgerRequest request, int granted) {
    Voters voters = request.voters();
    entries.put(
        request.node().name(),
        new Entry(
            request.node().incarnation(),
            request.sequence(),
            granted,
            voters.expected(),
            voters.fromDisk()));
  }

  private Census census() {
    return new Census(entries, gone, suspended, owed, known, memory.has(Rule.MAJORITY), waived);
  }

  private void tryComplete() {
    if (!complete && census().isComplete()) {
      complete = true;
      pool = 0;
      highLimit = limit;
    }
  }

  // ---- lines 14 to 18: lending

  /** Gives the node what it wants, as far as it is free and its turn. */
  void lend(LedgerRequest request) {
    NodeName node = request.node().name();
    int held = Objects.requireNonNull(entries.get(node)).granted();
    int granted = request.want();
    if (request.want() <= held) {
      pool += complete ? 0 : held - granted;
      line.remove(node);
    } else {
      int add = Math.min(request.want() - held, freeFor(request));
      granted = held + add;
      pool -= complete ? 0 : add;
      leaveLine(node, granted == request.want(), add > 0);
    }
    put(request, granted);
    tryComplete();
  }

  /** R-line: permits go to the first of the line, as many nodes as there are permits. */
  private int freeFor(LedgerRequest request) {
    NodeName node = request.node().name();
    int free = free(request.voters());
    if (!memory.has(Rule.LINE)) {
      return free;
    }
    if (!line.contains(node)) {
      line.add(node);
    }
    return line.indexOf(node) < free ? free : 0;
  }

  /** Who got all leaves the line; who got a part goes to its end, so that all have their turn. */
  private void leaveLine(NodeName node, boolean all, boolean some) {
    if (all || some) {
      line.remove(node);
    }
    if (!all && some && memory.has(Rule.LINE)) {
      line.add(node);
    }
  }

  /**
   * R-reserve: until the term is complete, only what its reporters gave back can be lent. R-few:
   * under policy available not even that while a minority has reported; the others may have counted
   * without it.
   */
  private int free(Voters voters) {
    long free = limit - lent();
    if (!complete && memory.has(Rule.RESERVE)) {
      free = few(voters) ? 0 : pool - (long) (highLimit - limit);
    }
    return (int) Math.max(0, free);
  }

  private boolean few(Voters voters) {
    return !complete && voters.lenient() && memory.has(Rule.FEW) && !census().majorityReported();
  }

  private long lent() {
    return entries.values().stream().mapToLong(Entry::granted).sum();
  }

  // ---- lines 19 and 20: the row and the answer

  Outcome<LedgerRow, LedgerAnswer> outcome(@Nullable LedgerAnswer answer) {
    LedgerRow same = row(before == null ? 0 : before.version());
    if (same.equals(before)) {
      return Outcome.keep(answer);
    }
    LedgerRow next = row(same.version() + 1);
    memory.wrote(scope, spell, new LedgerMemory.Written(term, next.version()));
    return Outcome.write(next, answer);
  }

  private LedgerRow row(long version) {
    return new LedgerRow(
        term,
        limit,
        limitRevision,
        highLimit,
        entries,
        gone,
        suspended,
        owed,
        known,
        waived,
        pool,
        complete,
        line,
        version);
  }

  LedgerAnswer answer(LedgerRequest request) {
    NodeName node = request.node().name();
    Map<NodeName, Integer> lent = new TreeMap<>();
    entries.forEach((name, entry) -> lent.put(name, entry.granted()));
    return new LedgerAnswer(
        term,
        request.node().incarnation(),
        request.sequence(),
        false,
        Objects.requireNonNull(lent.get(node)),
        line.stream().anyMatch(name -> !name.equals(node)),
        lent() > limit,
        free(request.voters()),
        share(),
        limit,
        limitRevision,
        complete,
        few(request.voters()),
        lent);
  }

  /** R-share: the limit over the nodes that hold a grant or stand in line. */
  private int share() {
    Set<NodeName> takers = new HashSet<>(line);
    entries.forEach((name, entry) -> takers.addAll(entry.granted() > 0 ? Set.of(name) : Set.of()));
    return limit / Math.max(1, takers.size());
  }
}
