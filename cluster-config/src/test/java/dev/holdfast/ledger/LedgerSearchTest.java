package dev.holdfast.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.ledger.LedgerRow.Entry;
import dev.holdfast.ledger.LedgerSearch.Fault;
import dev.holdfast.ledger.LedgerSearch.Result;
import dev.holdfast.words.NodeName;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Everything that can happen in small worlds, with the real steps and nodes. In the build each
 * search stops after {@code holdfast.search.ms} milliseconds (default 1000); with a large number it
 * goes on to the end.
 */
class LedgerSearchTest {
  private static final long MILLIS = Long.getLong("holdfast.search.ms", 1000);
  private static final Set<Fault> EVERY = EnumSet.allOf(Fault.class);

  /** The line of waiters is checked apart, as in the model. */
  private static Set<Rule> rules(Rule... off) {
    Set<Rule> rules = EnumSet.allOf(Rule.class);
    rules.remove(Rule.LINE);
    rules.removeAll(List.of(off));
    return rules;
  }

  private static LedgerRow row(long term, boolean complete, Map<NodeName, Integer> granted) {
    Map<NodeName, Entry> entries = new TreeMap<>();
    granted.forEach((name, g) -> entries.put(name, new Entry(1, 0, g, granted.size(), true)));
    Map<NodeName, Long> known = new TreeMap<>();
    granted.keySet().forEach(name -> known.put(name, 1L));
    return new LedgerRow(
        new Term(term, 2),
        0,
        1,
        0,
        entries,
        Map.of(),
        Map.of(),
        Map.of(),
        known,
        false,
        0,
        complete,
        List.of(),
        1);
  }

  private static LedgerRow limited(LedgerRow r, int limit, Map<NodeName, Long> known) {
    return new LedgerRow(
        r.term(),
        limit,
        1,
        limit,
        r.entries(),
        r.gone(),
        r.suspended(),
        r.owed(),
        known,
        false,
        r.pool(),
        r.complete(),
        r.line(),
        r.version());
  }

  /** All in contact, in one complete term; the first node owns the row. */
  private static LedgerWorld together(
      int limit, int faults, int dups, Set<Rule> rules, int... granted) {
    LedgerWorld w = new LedgerWorld(granted.length, limit, rules);
    Map<NodeName, Integer> all = new TreeMap<>();
    for (int i = 0; i < w.n; i++) {
      all.put(LedgerWorld.name(i), granted[i]);
    }
    LedgerRow row = limited(row(1, true, all), limit, w.voters(Map.of()).roster());
    for (int i = 0; i < w.n; i++) {
      w.granted[i] = granted[i];
      w.promised[i] = row.term();
      w.copies[i] = row;
    }
    w.written[0] = new LedgerMemory.Written(row.term(), row.version());
    w.faults = faults;
    w.dups = dups;
    return w;
  }

  /** A is cut off and owns term 1 alone; B and C have opened term 2, where C reported 1. */
  private static LedgerWorld cutOffOwner(Set<Rule> rules) {
    LedgerWorld w = together(1, 1, 0, rules, 0, 0, 1);
    LedgerRow next =
        limited(
            row(2, false, Map.of(LedgerWorld.name(1), 0, LedgerWorld.name(2), 1)),
            1,
            w.voters(Map.of()).roster());
    for (int i = 1; i < 3; i++) {
      w.promised[i] = next.term();
      w.copies[i] = next;
      w.net[i] = 1;
      w.view[i] = 1;
    }
    w.written[1] = new LedgerMemory.Written(next.term(), next.version());
    return w;
  }

  /** A opened term 1 alone, then reported to B's term 2 and holds 1. */
  private static LedgerWorld ownPromise(Set<Rule> rules) {
    LedgerWorld w = together(1, 1, 0, rules, 1, 0);
    LedgerRow old =
        limited(row(1, false, Map.of(LedgerWorld.name(0), 0)), 1, w.voters(Map.of()).roster());
    LedgerRow next =
        limited(
            row(2, true, Map.of(LedgerWorld.name(0), 1, LedgerWorld.name(1), 0)),
            1,
            w.voters(Map.of()).roster());
    w.copies[0] = old;
    w.copies[1] = next;
    w.written[0] = new LedgerMemory.Written(old.term(), 1);
    w.written[1] = new LedgerMemory.Written(next.term(), 1);
    Arrays.fill(w.promised, next.term());
    w.view[1] = 1;
    return w;
  }

  /** C holds 1 and is cut off or stopped. */
  private static LedgerWorld silent(boolean stopped) {
    LedgerWorld w = together(1, 0, 0, rules(), 0, 0, 1);
    if (stopped) {
      w.life[2] = LedgerWorld.Life.STOPPED;
    } else {
      w.net[2] = 1;
    }
    return w;
  }

  private record Case(
      String title, LedgerWorld world, Set<Fault> kinds, int slots, boolean late, boolean wrong) {
    Result run(long millis, boolean settles) {
      LedgerSearch search = new LedgerSearch();
      search.kinds = kinds;
      search.slots = slots;
      search.lateAnywhere = late;
      search.wrongProof = wrong;
      search.settles = settles;
      search.millis = millis;
      return search.run(world);
    }
  }

  @TestFactory
  List<DynamicTest> limitHoldsAndNothingLeaks() {
    Set<Rule> all = rules();
    Set<Fault> none = EnumSet.noneOf(Fault.class);
    Set<Fault> notCut = EnumSet.complementOf(EnumSet.of(Fault.CUT));
    return List.of(
            new Case(
                "2 nodes, limit 1, no fault, 2 in flight",
                together(1, 0, 1, all, 0, 0),
                none,
                2,
                true,
                false),
            new Case(
                "2 nodes, limit 2, no fault, 2 in flight",
                together(2, 0, 0, all, 0, 0),
                none,
                2,
                true,
                false),
            new Case(
                "2 nodes, limit 1, 1 fault of all, twice",
                together(1, 1, 1, all, 0, 0),
                EVERY,
                1,
                true,
                false),
            new Case(
                "2 nodes, limit 1, 2 faults of all",
                together(1, 2, 0, all, 0, 0),
                EVERY,
                1,
                true,
                false),
            new Case(
                "2 nodes, limit 2, 1 fault of all",
                together(2, 1, 0, all, 0, 0),
                EVERY,
                1,
                true,
                false),
            new Case(
                "2 nodes, limit 4, 1 fault of all",
                together(4, 1, 0, all, 1, 2),
                EVERY,
                1,
                true,
                false),
            new Case(
                "3 nodes, limit 1, 1 cut",
                together(1, 1, 0, all, 0, 0, 0),
                EnumSet.of(Fault.CUT),
                1,
                false,
                false),
            new Case(
                "3 nodes, limit 1, 1 of the others",
                together(1, 1, 0, all, 0, 0, 0),
                notCut,
                1,
                false,
                false),
            new Case(
                "scene of R-recount", cutOffOwner(all), EnumSet.of(Fault.CRASH), 1, false, false),
            new Case(
                "scene of R-own-promise",
                ownPromise(all),
                EnumSet.of(Fault.CRASH),
                1,
                false,
                false))
        .stream()
        .map(
            c ->
                DynamicTest.dynamicTest(
                    c.title(),
                    () -> {
                      Result r = c.run(MILLIS, true);
                      System.out.println(
                          c.title()
                              + ": "
                              + r.states()
                              + " states"
                              + (r.all() ? " (all)" : " (stopped by time)")
                              + " "
                              + r.violation());
                      assertThat(r.violation()).as(String.join("\n", r.trace())).isNull();
                    }))
        .toList();
  }

  @TestFactory
  List<DynamicTest> eachRulePreventsItsCounterexample() {
    Set<Fault> none = EnumSet.noneOf(Fault.class);
    Set<Fault> cut = EnumSet.of(Fault.CUT);
    return List.of(
            new Case(
                "R-sequence", together(1, 0, 1, rules(Rule.SEQUENCE), 0, 0), none, 2, false, false),
            new Case(
                "R-latest", together(1, 0, 1, rules(Rule.LATEST), 0, 0), none, 2, false, false),
            new Case(
                "R-lower-first",
                together(1, 0, 1, rules(Rule.LOWER_FIRST), 0, 0),
                none,
                2,
                false,
                false),
            new Case(
                "R-lineage", together(1, 1, 0, rules(Rule.LINEAGE), 0, 0, 0), cut, 1, false, false),
            new Case("R-term", together(1, 1, 0, rules(Rule.TERM), 0, 0, 0), cut, 1, false, false),
            new Case(
                "R-own-promise",
                ownPromise(rules(Rule.OWN_PROMISE)),
                EnumSet.of(Fault.CRASH),
                1,
                false,
                false),
            new Case(
                "R-recount",
                cutOffOwner(rules(Rule.RECOUNT)),
                EnumSet.of(Fault.CRASH),
                1,
                false,
                false),
            new Case(
                "R-reserve", together(1, 1, 0, rules(Rule.RESERVE), 1, 0, 0), cut, 1, false, false),
            new Case("proof of a node cut off", silent(false), none, 1, false, true),
            new Case("proof of a stopped node", silent(true), none, 1, false, true))
        .stream()
        .map(
            c ->
                DynamicTest.dynamicTest(
                    "without " + c.title(),
                    () -> {
                      Result r = c.run(Math.max(20_000, MILLIS), false);
                      System.out.println(
                          "without "
                              + c.title()
                              + ": "
                              + r.states()
                              + " states, "
                              + r.violation()
                              + "\n  "
                              + String.join("\n  ", r.trace()));
                      assertThat(r.violation()).isNotNull();
                    }))
        .toList();
  }
}
