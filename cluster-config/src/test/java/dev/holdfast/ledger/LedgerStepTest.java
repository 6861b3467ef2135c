package dev.holdfast.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.store.Rows;
import dev.holdfast.store.Step;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.Scope;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The lines 1 to 20 of the protocol, each at one owner. */
class LedgerStepTest {
  private static final NodeId A = id("a", 1);
  private static final NodeId B = id("b", 1);
  private static final NodeId C = id("c", 1);

  private LedgerMemory memory = new LedgerMemory(() -> 42, Rule.ALL);
  private @Nullable LedgerRow row;
  private Step.Outcome.@Nullable Kind kind;
  private int limit = 10;
  private long revision = 1;
  private Map<NodeName, Long> gone = Map.of();

  private static NodeId id(String name, long incarnation) {
    return new NodeId(new NodeName(name), incarnation);
  }

  private Voters voters(NodeId... roster) {
    Map<NodeName, Long> names = new TreeMap<>();
    for (NodeId id : roster.length == 0 ? new NodeId[] {A, B, C} : roster) {
      names.merge(id.name(), id.incarnation(), Math::max);
    }
    return new Voters(names, gone, Set.of(), 3, true, false);
  }

  private @Nullable LedgerAnswer run(Step<LedgerRow, LedgerAnswer> step) {
    Step.Owner owner =
        new Step.Owner() {
          @Override
          public <T> T memory(Class<T> type, Supplier<T> initial) {
            return type.cast(memory);
          }
        };
    @SuppressWarnings("unchecked")
    Step<LedgerRow, LedgerAnswer> read =
        (Step<LedgerRow, LedgerAnswer>) Rows.value(Rows.bytes(step), step.getClass());
    assertThat(read).isEqualTo(step);
    var outcome = read.apply(row, owner);
    kind = outcome.kind();
    if (kind == Step.Outcome.Kind.WRITE) {
      row = Rows.value(Rows.bytes(outcome.row()), LedgerRow.class);
      assertThat(row).isEqualTo(outcome.row());
    }
    return outcome.answer();
  }

  private @Nullable LedgerAnswer ask(NodeId node, Term term, long sequence, int granted, int want) {
    return run(
        new LedgerRequest(
            Scope.CLUSTER, node, term, sequence, granted, want, limit, revision, voters()));
  }

  private @Nullable LedgerAnswer ask(NodeId node, long sequence, int granted, int want) {
    return ask(node, term(), sequence, granted, want);
  }

  private Term term() {
    return Objects.requireNonNull(row).term();
  }

  /** A, B and C have reported nothing in a first term. */
  private void begin() {
    ask(A, Term.NONE, 1, 0, 0);
    ask(A, 2, 0, 0);
    ask(B, 2, 0, 0);
    ask(C, 2, 0, 0);
    assertThat(row.complete()).isTrue();
  }

  @Test
  void line1AnAbsentRowOpensATerm() {
    LedgerAnswer answer = ask(A, Term.NONE, 1, 0, 5);
    assertThat(answer.otherTerm()).isTrue();
    assertThat(answer.term()).isEqualTo(new Term(1, 42)).isEqualTo(term());
    assertThat(row.complete()).isFalse();
    assertThat(row.limit()).isEqualTo(10);
  }

  @Test
  void line2ARowThatThisProcessDidNotWriteLastOpensATerm() {
    begin();
    memory = new LedgerMemory(() -> 43, Rule.ALL);
    assertThat(ask(A, 3, 0, 5).otherTerm()).isTrue();
    assertThat(term()).isEqualTo(new Term(2, 43));
    assertThat(row.entries()).isEmpty();
    assertThat(row.owed()).containsOnlyKeys(A.name(), B.name(), C.name());
  }

  @Test
  void line3ARequestOfALaterTermOpensATerm() {
    begin();
    assertThat(ask(A, new Term(7, 1), 3, 0, 5).term()).isEqualTo(new Term(8, 42));
  }

  @Test
  void line4AnOwnerThatPromisedALaterTermOpensATerm() {
    begin();
    memory.promise(Scope.CLUSTER, new Term(4, 0));
    assertThat(ask(A, 3, 0, 5).term()).isEqualTo(new Term(5, 42));
  }

  @Test
  void line5TheHigherRevisionOfTheLimitWins() {
    begin();
    limit = 20;
    revision = 3;
    ask(A, 3, 0, 0);
    limit = 15;
    revision = 2;
    ask(B, 3, 0, 0);
    assertThat(row.limit()).isEqualTo(20);
    assertThat(row.limitRevision()).isEqualTo(3);
    assertThat(row.highLimit()).isEqualTo(20);
  }

  @Test
  void line6AProcessThatIsGoneIsNotAnswered() {
    begin();
    gone = Map.of(C.name(), 1L);
    ask(A, 3, 0, 0);
    gone = Map.of();
    assertThat(ask(C, 3, 0, 1)).isNull();
  }

  @Test
  void line8AnEarlierProcessOfTheNameIsNotAnswered() {
    begin();
    gone = Map.of(C.name(), 1L);
    ask(A, 3, 0, 0);
    ask(id("c", 2), 1, 0, 0);
    gone = Map.of();
    row = with(row, Map.of());
    assertThat(ask(C, 3, 0, 1)).isNull();
  }

  private LedgerRow with(LedgerRow r, Map<NodeName, Long> nobodyGone) {
    return new LedgerRow(
        r.term(),
        r.limit(),
        r.limitRevision(),
        r.highLimit(),
        r.entries(),
        nobodyGone,
        r.suspended(),
        r.owed(),
        r.known(),
        r.waived(),
        r.pool(),
        r.complete(),
        r.line(),
        r.version());
  }

  @Test
  void line9ALaterProcessNeedsProofThatTheEarlierOneIsGone() {
    begin();
    ask(C, 3, 0, 4);
    NodeId again = id("c", 2);
    assertThat(ask(again, 1, 0, 5)).isNull();
    assertThat(row.entries().get(C.name()).granted()).isEqualTo(4);
    gone = Map.of(C.name(), 1L);
    assertThat(ask(again, 2, 0, 5).otherTerm()).as("counted again").isTrue();
    ask(A, 3, 0, 0);
    assertThat(ask(again, 3, 0, 0).granted()).isZero();
    assertThat(ask(B, 3, 0, 0).complete()).isTrue();
    assertThat(ask(again, 4, 0, 10).granted()).isEqualTo(10);
  }

  @Test
  void line9AProcessThatIsOwedFromAnEarlierTermNeedsProofToo() {
    begin();
    ask(C, 3, 0, 4);
    memory = new LedgerMemory(() -> 43, Rule.ALL);
    ask(A, 3, 0, 0);
    assertThat(ask(id("c", 2), 1, 0, 0)).isNull();
    ask(A, 4, 0, 0);
    ask(B, 4, 0, 0);
    assertThat(row.complete()).isFalse();
  }

  @Test
  void line10ARequestOfAnotherTermChangesNothing() {
    begin();
    LedgerRow before = row;
    LedgerAnswer answer = ask(A, Term.NONE, 9, 0, 5);
    assertThat(answer.otherTerm()).isTrue();
    assertThat(answer.term()).isEqualTo(term());
    assertThat(kind).isEqualTo(Step.Outcome.Kind.KEEP);
    assertThat(row).isEqualTo(before);
  }

  @Test
  void line11AnOlderSequenceIsNotAnswered() {
    begin();
    ask(A, 5, 0, 4);
    assertThat(ask(A, 4, 0, 0)).isNull();
    assertThat(row.entries().get(A.name()).granted()).isEqualTo(4);
  }

  @Test
  void line12TheSameSequenceIsAnsweredAgainAndChangesNothing() {
    begin();
    LedgerAnswer first = ask(A, 5, 0, 4);
    assertThat(ask(A, 5, 0, 4)).isEqualTo(first);
    assertThat(kind).isEqualTo(Step.Outcome.Kind.KEEP);
  }

  @Test
  void line13TheFirstRequestOfATermIsTheReport() {
    begin();
    memory = new LedgerMemory(() -> 43, Rule.ALL);
    ask(A, 3, 0, 0);
    ask(A, 4, 3, 5);
    ask(B, 4, 4, 4);
    assertThat(row.complete()).isFalse();
    assertThat(row.entries().get(A.name()).granted()).as("nothing is lent yet").isEqualTo(3);
    ask(C, 4, 1, 1);
    assertThat(row.complete()).isTrue();
    assertThat(ask(A, 5, 3, 5).granted()).isEqualTo(5);
  }

  @Test
  void line13AReportIntoACompleteRowIsForThoseThatWereSuspended() {
    begin();
    run(new LedgerNotice(Scope.CLUSTER, voters(), Map.of(C.name(), 1L), true));
    assertThat(row.entries()).doesNotContainKey(C.name());
    ask(A, 3, 0, 10);
    LedgerAnswer back = ask(C, 3, 4, 4);
    assertThat(back.granted()).isEqualTo(4);
    assertThat(back.over()).isTrue();
    assertThat(row.suspended()).isEmpty();
  }

  @Test
  void line13AnyoneElseIsNotAnswered() {
    begin();
    NodeId stranger = id("d", 1);
    assertThat(ask(stranger, 1, 2, 2)).isNull();
    assertThat(ask(stranger, 2, 0, 2).granted()).isEqualTo(2);
  }

  @Test
  void line14WhatIsReturnedBeforeTheTermIsCompleteCanBeLent() {
    begin();
    ask(A, 3, 0, 4);
    memory = new LedgerMemory(() -> 43, Rule.ALL);
    ask(A, 4, 4, 4);
    ask(A, 5, 4, 1);
    assertThat(row.pool()).isEqualTo(3);
    assertThat(ask(B, 4, 0, 5).granted()).isEqualTo(3);
    assertThat(row.pool()).isZero();
  }

  @Test
  void line15TheReserveMakesUpForALimitThatWasLowered() {
    begin();
    ask(A, 3, 0, 4);
    memory = new LedgerMemory(() -> 43, Rule.ALL);
    ask(A, 4, 4, 4);
    limit = 8;
    revision = 2;
    ask(A, 5, 4, 1);
    assertThat(row.pool()).isEqualTo(3);
    assertThat(ask(B, 4, 0, 5).granted()).as("3 returned, 2 fewer in all").isEqualTo(1);
  }

  @Test
  void line16PermitsGoToTheFirstOfTheLine() {
    begin();
    ask(A, 3, 0, 10);
    ask(B, 3, 0, 1);
    ask(C, 3, 0, 1);
    assertThat(row.line()).containsExactly(B.name(), C.name());
    ask(A, 4, 10, 9);
    assertThat(ask(C, 4, 0, 1).granted()).isZero();
    assertThat(ask(B, 4, 0, 1).granted()).isEqualTo(1);
    assertThat(row.line()).containsExactly(C.name());
    run(new LedgerNotice(Scope.CLUSTER, voters(), Map.of(C.name(), 1L), false));
    assertThat(row.line()).as("R-prune").isEmpty();
  }

  @Test
  void line17NoMoreIsLentThanIsFree() {
    begin();
    ask(A, 3, 0, 7);
    assertThat(ask(B, 3, 0, 7).granted()).isEqualTo(3);
    assertThat(ask(C, 3, 0, 1).granted()).isZero();
  }

  @Test
  void line18WhoGotAllLeavesTheLineAndWhoGotAPartGoesToItsEnd() {
    begin();
    ask(A, 3, 0, 10);
    ask(B, 3, 0, 3);
    ask(C, 3, 0, 1);
    ask(A, 4, 10, 9);
    ask(B, 4, 0, 3);
    assertThat(row.line()).containsExactly(C.name(), B.name());
    ask(B, 5, 1, 1);
    assertThat(row.line()).containsExactly(C.name());
  }

  @Test
  void line19EachWritingIsANewVersionThatTheOwnerRemembers() {
    begin();
    long before = row.version();
    ask(A, 3, 0, 1);
    assertThat(row.version()).isEqualTo(before + 1);
    assertThat(memory.written(Scope.CLUSTER))
        .isEqualTo(new LedgerMemory.Written(term(), before + 1));
  }

  @Test
  void line20TheAnswerTellsWhatTheNodeNeedsToKnow() {
    begin();
    ask(A, 3, 0, 8);
    ask(B, 3, 0, 4);
    LedgerAnswer answer = ask(A, 4, 8, 7);
    assertThat(answer.granted()).isEqualTo(7);
    assertThat(answer.starving()).isTrue();
    assertThat(answer.over()).isFalse();
    assertThat(answer.free()).isEqualTo(1);
    assertThat(answer.share()).isEqualTo(5);
    assertThat(answer.lent()).isEqualTo(Map.of(A.name(), 7, B.name(), 2, C.name(), 0));
  }

  @Test
  void aTermWaitsForAMajorityOfTheNamesAndForEachKnownProcess() {
    ask(A, Term.NONE, 1, 0, 0);
    gone = Map.of(B.name(), 1L, C.name(), 1L);
    ask(A, 2, 0, 5);
    assertThat(row.complete()).as("one of three").isFalse();
    Voters forgotten =
        new Voters(Map.of(A.name(), 1L), gone, Set.of(B.name(), C.name()), 1, true, false);
    LedgerAnswer answer =
        run(new LedgerRequest(Scope.CLUSTER, A, term(), 3, 0, 5, limit, revision, forgotten));
    assertThat(answer.complete()).isTrue();
    assertThat(answer.granted()).isEqualTo(5);
  }

  @Test
  void nodesThatBeganWithNothingOnDiskWaitForAllExpectedNames() {
    Voters two =
        new Voters(Map.of(A.name(), 1L, B.name(), 1L), Map.of(), Set.of(), 3, false, false);
    run(new LedgerRequest(Scope.CLUSTER, A, Term.NONE, 1, 0, 0, limit, revision, two));
    run(new LedgerRequest(Scope.CLUSTER, A, term(), 2, 0, 0, limit, revision, two));
    run(new LedgerRequest(Scope.CLUSTER, B, term(), 2, 0, 0, limit, revision, two));
    assertThat(row.complete()).isFalse();
    run(new LedgerNotice(Scope.CLUSTER, two, Map.of(), true));
    assertThat(row.complete()).as("available, after a lease").isTrue();
  }

  @Test
  void aNameThatLeftIsWaitedForOnceItIsBackAsANewerProcess() {
    NodeId back = id("c", 2);
    Map<NodeName, Long> proof = Map.of(C.name(), 1L);
    Voters news = new Voters(voters(A, B, back).roster(), proof, Set.of(), 3, true, false);
    Voters old = new Voters(voters(A, B).roster(), proof, Set.of(C.name()), 2, true, false);
    run(new LedgerRequest(Scope.CLUSTER, A, Term.NONE, 1, 0, 0, limit, revision, news));
    run(new LedgerRequest(Scope.CLUSTER, A, term(), 2, 0, 0, limit, revision, news));
    run(new LedgerRequest(Scope.CLUSTER, B, term(), 2, 0, 0, limit, revision, old));
    assertThat(row.complete()).as("what c#2 holds is not known").isFalse();
    run(new LedgerRequest(Scope.CLUSTER, back, term(), 2, 4, 4, limit, revision, news));
    assertThat(row.complete()).isTrue();
    assertThat(row.entries().get(C.name()).granted()).isEqualTo(4);
  }
}
