package dev.holdfast.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.ledger.LedgerMoves.Fault;
import dev.holdfast.ledger.LedgerRow.Entry;
import dev.holdfast.ledger.LedgerSearch.Result;
import dev.holdfast.words.NodeName;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Everything that can happen in small worlds, with the real steps and nodes. The larger searches
 * stop after {@code holdfast.search.states} states; with a large number they go on to the end.
 * {@code holdfast.search.only} picks searches by their titles. The package page has the command and
 * the figures.
 */
class LedgerSearchTest {
  private static final int STATES = Integer.getInteger("holdfast.search.states", 15_000);
  private static final String ONLY = System.getProperty("holdfast.search.only", ".*");
  private static final Set<Fault> NONE = EnumSet.noneOf(Fault.class);
  private static final Set<Fault> EVERY = EnumSet.allOf(Fault.class);
  private static final Set<Fault> CRASH = EnumSet.of(Fault.CRASH);
  private static final Set<Fault> CUT = EnumSet.of(Fault.CUT);

  /** The line of waiters is checked apart, as in the model. */
  private static Set<Rule> rules(Rule... off) {
    Set<Rule> rules = EnumSet.allOf(Rule.class);
    rules.remove(Rule.LINE);
    rules.removeAll(List.of(off));
    return rules;
  }

  /** A row with these entries; -1 for none. Terms and sequences are set where it is put. */
  private static LedgerRow row(StepTable table, boolean complete, int... granted) {
    Map<NodeName, Entry> entries = new TreeMap<>();
    Map<NodeName, Long> known = new TreeMap<>();
    for (int i = 0; i < table.n; i++) {
      known.put(StepTable.name(i), 1L);
      if (granted[i] >= 0) {
        entries.put(StepTable.name(i), new Entry(1, 0, granted[i], table.n, true));
      }
    }
    return new LedgerRow(
        Term.NONE,
        table.limit,
        1,
        table.limit,
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

  /** All in contact, in one complete term; the first node owns the row. */
  private static LedgerWorld together(
      int limit, int faults, int dups, Set<Rule> rules, int... granted) {
    StepTable table = new StepTable(granted.length, limit, rules);
    LedgerWorld w = new LedgerWorld(table);
    for (int i = 0; i < w.n; i++) {
      w.granted(i, granted[i]);
      w.promised(i, 2);
      w.row(i, row(table, true, granted), 2, 0);
    }
    w.faults(faults);
    w.dups(dups);
    return w;
  }

  /** A is cut off and owns term 1 alone; B and C have opened term 2, where C reported 1. */
  private static LedgerWorld cutOffOwner(Set<Rule> rules) {
    LedgerWorld w = together(1, 1, 0, rules, 0, 0, 1);
    LedgerRow next = row(w.table, false, -1, 0, 1);
    for (int i = 1; i < 3; i++) {
      w.promised(i, 4);
      w.row(i, next, 4, 1);
      w.net(i, 1);
      w.view(i, 1);
    }
    return w;
  }

  /** A opened term 1 alone, then reported to B's term 2 and holds 1. */
  private static LedgerWorld ownPromise(Set<Rule> rules) {
    LedgerWorld w = together(1, 1, 0, rules, 1, 0);
    w.row(0, row(w.table, false, 0, -1), 2, 0);
    w.row(1, row(w.table, true, 1, 0), 4, 1);
    w.promised(0, 4);
    w.promised(1, 4);
    w.view(1, 1);
    return w;
  }

  /** C holds 1 and is cut off or stopped. */
  private static LedgerWorld silent(boolean stopped) {
    LedgerWorld w = together(1, 0, 0, rules(), 0, 0, 1);
    if (stopped) {
      w.life(2, WorldState.STOPPED);
    } else {
      w.net(2, 1);
    }
    return w;
  }

  private record Case(
      String title, LedgerWorld world, Set<Fault> kinds, int slots, boolean late, boolean wrong) {
    Result run(boolean settles, int states) {
      LedgerMoves.Scope scope = new LedgerMoves.Scope(kinds, slots, late, wrong);
      long begun = System.nanoTime();
      Result r = new LedgerSearch(scope, settles, states).run(world);
      System.out.printf(
          "%s: %,d states%s, %.1f s%n",
          title,
          r.states(),
          r.all() ? " (all)" : r.violation() == null ? " (stopped)" : "",
          (System.nanoTime() - begun) / 1e9);
      return r;
    }
  }

  /** These are searched to the end in every build. */
  @TestFactory
  Stream<DynamicTest> limitHoldsAndNothingLeaks() {
    Set<Rule> all = rules();
    Set<Fault> notCut = EnumSet.complementOf(EnumSet.of(Fault.CUT));
    return tests(
        Integer.MAX_VALUE,
        new Case(
            "2 nodes, limit 1, no fault, 2 in flight, twice, late anywhere",
            together(1, 0, 1, all, 0, 0),
            NONE,
            2,
            true,
            false),
        new Case("3 nodes, limit 1, 1 cut", together(1, 1, 0, all, 0, 0, 0), CUT, 1, false, false),
        new Case(
            "3 nodes, limit 1, 1 of crash, stop, loss, lag",
            together(1, 1, 0, all, 0, 0, 0),
            notCut,
            1,
            false,
            false),
        new Case("scene of R-own-promise, 1 crash", ownPromise(all), CRASH, 1, false, false));
  }

  /** These are searched to the end by hand. */
  @TestFactory
  Stream<DynamicTest> limitHoldsAndNothingLeaksInLargerWorlds() {
    Set<Rule> all = rules();
    return tests(
        STATES,
        new Case(
            "2 nodes, limit 2, no fault, 2 in flight, late anywhere",
            together(2, 0, 0, all, 0, 0),
            NONE,
            2,
            true,
            false),
        new Case(
            "2 nodes, limit 1, 1 fault of all, twice, late anywhere",
            together(1, 1, 1, all, 0, 0),
            EVERY,
            1,
            true,
            false),
        new Case(
            "2 nodes, limit 2, 1 fault of all, late anywhere",
            together(2, 1, 0, all, 0, 0),
            EVERY,
            1,
            true,
            false),
        new Case(
            "2 nodes, limit 4, no fault, 2 in flight, late anywhere",
            together(4, 0, 0, all, 0, 0),
            NONE,
            2,
            true,
            false),
        new Case(
            "2 nodes, limit 1, 2 faults of all, late anywhere",
            together(1, 2, 0, all, 0, 0),
            EVERY,
            1,
            true,
            false),
        new Case(
            "2 nodes, limit 4, 1 fault of all, late anywhere",
            together(4, 1, 0, all, 1, 2),
            EVERY,
            1,
            true,
            false),
        new Case(
            "3 nodes, limit 1, 2 of all", together(1, 2, 0, all, 0, 0, 0), EVERY, 1, false, false),
        new Case(
            "3 nodes, limit 2, 1 of all", together(2, 1, 0, all, 0, 0, 0), EVERY, 1, false, false),
        new Case(
            "3 nodes, limit 4, 1 of crash, loss",
            together(4, 1, 0, all, 1, 1, 1),
            EnumSet.of(Fault.CRASH, Fault.LOSS),
            1,
            false,
            false),
        new Case("scene of R-recount, 1 crash", cutOffOwner(all), CRASH, 1, false, false));
  }

  private static Stream<DynamicTest> tests(int states, Case... cases) {
    return Stream.of(cases)
        .filter(c -> c.title().matches(ONLY))
        .map(
            c ->
                DynamicTest.dynamicTest(
                    c.title(),
                    () -> {
                      Result r = c.run(true, states);
                      assertThat(r.violation()).as(String.join("\n", r.trace())).isNull();
                      assertThat(r.all() || r.states() >= states).isTrue();
                    }));
  }

  @TestFactory
  Stream<DynamicTest> eachRulePreventsItsCounterexample() {
    return Stream.of(
            new Case(
                "R-sequence", together(1, 0, 1, rules(Rule.SEQUENCE), 0, 0), NONE, 2, false, false),
            new Case(
                "R-latest", together(1, 0, 1, rules(Rule.LATEST), 0, 0), NONE, 2, false, false),
            new Case(
                "R-lower-first",
                together(1, 0, 1, rules(Rule.LOWER_FIRST), 0, 0),
                NONE,
                2,
                false,
                false),
            new Case(
                "R-lineage", together(1, 1, 0, rules(Rule.LINEAGE), 0, 0, 0), CUT, 1, false, false),
            new Case("R-term", together(1, 1, 0, rules(Rule.TERM), 0, 0, 0), CUT, 1, false, false),
            new Case("R-own-promise", ownPromise(rules(Rule.OWN_PROMISE)), CRASH, 1, false, false),
            new Case("R-recount", cutOffOwner(rules(Rule.RECOUNT)), CRASH, 1, false, false),
            new Case(
                "R-reserve", together(1, 1, 0, rules(Rule.RESERVE), 1, 0, 0), CUT, 1, false, false),
            new Case("proof of a node cut off", silent(false), NONE, 1, false, true),
            new Case("proof of a stopped node", silent(true), NONE, 1, false, true))
        .map(
            c ->
                DynamicTest.dynamicTest(
                    "without " + c.title(),
                    () -> {
                      Result r = c.run(false, 2_000_000);
                      System.out.println("  " + String.join("\n  ", r.trace()));
                      assertThat(r.violation()).isNotNull();
                    }));
  }
}
