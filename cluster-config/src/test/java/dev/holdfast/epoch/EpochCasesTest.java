package dev.holdfast.epoch;

import static dev.holdfast.epoch.Fleet.POOL;
import static dev.holdfast.epoch.Fleet.X;
import static dev.holdfast.epoch.Fleet.Y;
import static dev.holdfast.epoch.Fleet.Z;
import static dev.holdfast.epoch.Fleet.wish;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.epoch.EpochRecord.Phase;
import dev.holdfast.epoch.Fleet.Node;
import dev.holdfast.store.MemoryCloud.Event;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The cases of EPOCHS.md, section 8, on the store in memory; the numbers are its. */
class EpochCasesTest extends TwoNodes {
  /** Weights change so that every slot goes to Y; stops when the record is in the phase. */
  private void toYUntil(Phase phase) {
    fleet.cloud.manual();
    fleet.wish(wish(0, 100, 0));
    fleet.until(phase);
  }

  @Test
  void theFirstNodesRouteAsSoonAsTheyAreThere() {
    a = fleet.start("a");
    fleet.pass(Duration.ofMillis(300));
    assertThat(a.state().open()).isTrue();
    b = fleet.start("b");
    fleet.pass(Duration.ofMillis(300));
    assertThat(b.state().open()).isTrue();
  }

  @Test
  void nodesThatStartTogetherDoNotWaitForAPeriod() {
    a = fleet.start("a");
    b = fleet.create("b"); // a member of the store that has no row yet
    b.contact(true, Map.of());
    fleet.pass(Duration.ofMillis(300));
    assertThat(a.state().open()).isFalse();
    b.epochs.start();
    fleet.pass(Duration.ofMillis(300));
    assertThat(a.state().open()).isTrue();
    assertThat(b.state().open()).isTrue();
  }

  @Test
  void case1AMoveKeepsTheSourceWhereItIsLiveUntilTheSweep() {
    two();
    Source source = Fleet.sourceAt(a, X, 0);
    Source fresh = Fleet.sourceAt(a, X, 1);
    a.lane(0).opened(source, X);
    fleet.wish(wish(0, 100, 0));
    fleet.pass(SECOND.multipliedBy(2));
    assertThat(a.state().settled()).isTrue();
    both(source, X);
    both(fresh, Y);
    assertThat(a.state().pins()).isEqualTo(1);
    a.lane(0).closed(source, X);
    fleet.pass(SECOND.multipliedBy(130));
    assertThat(a.state().pins()).isZero();
    both(source, Y);
    assertThat(b.state().heldSlots()).isZero();
  }

  @Test
  void case2AConnectingSessionIsClaimed() {
    two();
    Source source = Fleet.sourceAt(a, X, 0);
    toYUntil(Phase.PREPARE);
    b.lane(1).opened(source, X); // the hold is not taken there yet
    flow(3);
    both(source, X);
  }

  @Test
  void case3ASessionThatArrivesDuringTheHoldGoesWhereTheClaimSays() {
    two();
    Source source = Fleet.sourceAt(a, X, 0);
    b.lane(0).opened(source, X);
    toYUntil(Phase.PREPARE);
    fleet.flow(Duration.ofMillis(200), of(a, "step Advance"));
    assertThat(a.answer(source)).isInstanceOf(LoopRoutes.Answer.Held.class);
    boolean[] freed = new boolean[1];
    a.lane(0).onLetGo(() -> freed[0] = true);
    flow(2);
    assertThat(freed[0]).isTrue();
    both(source, X);
  }

  @Test
  void case4ACommitIsNotActedOnBeforeThePinsAreThere() {
    two();
    Source source = Fleet.sourceAt(a, X, 0);
    a.lane(0).opened(source, X);
    toYUntil(Phase.PREPARE);
    fleet.flow(SECOND, of(b, "read epoch-parts"));
    assertThat(fleet.record().phase()).isEqualTo(Phase.STABLE);
    assertThat(a.server(source)).isEqualTo(X);
    assertThat(b.answer(source)).isInstanceOf(LoopRoutes.Answer.Held.class);
    flow(3);
    both(source, X);
  }

  @Test
  void case5ANodeAbortsWhatALeaderLeftAndTheNextChangeHasAnotherId() {
    two();
    Source source = Fleet.sourceAt(a, X, 0);
    toYUntil(Phase.PREPARE);
    ChangeId first = fleet.record().change();
    a.frozen = true;
    flow(3);
    assertThat(fleet.record().phase()).isEqualTo(Phase.STABLE);
    assertThat(fleet.record().base().id().number()).isEqualTo(1);
    assertThat(b.server(source)).isEqualTo(X);
    a.frozen = false;
    flow(1);
    fleet.until(Phase.PREPARE);
    assertThat(fleet.record().change()).isNotEqualTo(first);
    flow(3);
    both(source, Y);
  }

  @Test
  void case6WhatIsDecidedIsFinishedByAnother() {
    two();
    Source source = Fleet.sourceAt(a, X, 0);
    a.lane(0).opened(source, X);
    toYUntil(Phase.COMMITTING);
    a.frozen = true;
    assertThat(b.answer(source)).isInstanceOf(LoopRoutes.Answer.Held.class);
    fleet.flow(SECOND.multipliedBy(3), event -> event.node().equals(a.id));
    assertThat(fleet.record().phase()).isEqualTo(Phase.STABLE);
    assertThat(fleet.record().base().id().number()).isEqualTo(2);
    assertThat(b.server(source)).isEqualTo(X);
    a.frozen = false;
    flow(3);
    both(source, X);
  }

  @Test
  void case7OfAbortAndCommitExactlyOneTakesEffect() {
    ChangeId id = new ChangeId(2, 7);
    EpochRecord.Ref ref = new EpochRecord.Ref(new ChangeId(1, 1), 1, 1);
    EpochRecord.Next next =
        new EpochRecord.Next(id, new byte[0], java.util.Set.of(), ref, null, java.util.List.of());
    EpochRecord prepared = new EpochRecord(5, ref, null, Phase.PREPARE, next);
    Advance abort = Advance.from(prepared, prepared.to(Phase.ABORTING, next));
    Advance commit = Advance.from(prepared, prepared.to(Phase.COMMITTING, next));
    EpochRecord aborted = abort.apply(prepared, null).row();
    assertThat(commit.apply(aborted, null).answer().written()).isFalse();
    assertThat(commit.apply(aborted, null).answer().record()).isEqualTo(aborted);
    assertThat(abort.apply(aborted, null).answer().written()).isFalse();
    assertThat(abort.apply(aborted, null).row()).isNull();
  }

  @Test
  void case8TheAcknowledgementOfAnAbortedChangeIsNotCounted() {
    two();
    fleet.cloud.manual();
    fleet.wish(wish(0, 100, 0));
    fleet.flow(SECOND.multipliedBy(2), of(b, "write epoch-acks"));
    assertThat(fleet.record().base().id().number()).isEqualTo(1);
    Event late =
        fleet.cloud.pending().stream().filter(of(b, "write epoch-acks")).findFirst().orElseThrow();
    fleet.flow(Duration.ofMillis(1_300), of(b, "write epoch-acks"));
    late.run();
    fleet.flow(SECOND.multipliedBy(2), of(b, "write epoch-acks"));
    assertThat(fleet.record().base().id().number()).isEqualTo(1);
    flow(8);
    assertThat(fleet.record().base().id().number()).isEqualTo(2);
  }

  @Test
  void case9AJoinerIsWaitedForOrHolds() {
    two();
    Source source = Fleet.sourceAt(a, X, 0);
    toYUntil(Phase.PREPARE);
    Node c = fleet.start("c");
    fleet.flow(Duration.ofMillis(300), of(c, "write epoch-acks"));
    assertThat(fleet.record().phase()).isEqualTo(Phase.PREPARE);
    assertThat(c.answer(source)).isInstanceOf(LoopRoutes.Answer.Held.class);
    flow(1);
    both(source, Y);
    assertThat(c.server(source)).isEqualTo(Y);
  }

  @Test
  void case10AStoppedNodeReadsBeforeItRoutes() {
    two();
    Source source = Fleet.sourceAt(a, X, 0);
    b.frozen = true;
    fleet.pass(SECOND.multipliedBy(5));
    fleet.wish(wish(0, 100, 0));
    fleet.pass(SECOND.multipliedBy(4));
    assertThat(fleet.record().base().id().number()).as("waits").isEqualTo(1);
    assertThat(b.answer(source)).isInstanceOf(LoopRoutes.Answer.Closed.class);
    fleet.pass(SECOND.multipliedBy(6));
    assertThat(fleet.record().base().id().number()).as("lost: goes on").isEqualTo(2);
    assertThat(b.answer(source)).isInstanceOf(LoopRoutes.Answer.Closed.class);
    b.frozen = false;
    fleet.pass(SECOND.multipliedBy(2));
    both(source, Y);
  }

  @Test
  void case11AReturnedNodesStraysDoNotMoveASourceThatIsInUseElsewhere() {
    two();
    Source used = Fleet.sourceAt(a, X, 0);
    Source unused = Fleet.sourceAt(a, X, 1);
    b.lane(0).opened(used, X);
    b.lane(0).opened(unused, X);
    b.frozen = true;
    fleet.wish(wish(0, 100, 0));
    fleet.pass(SECOND.multipliedBy(16));
    assertThat(a.server(used)).isEqualTo(Y);
    a.lane(0).opened(used, Y);
    fleet.wish(wish(100, 100, 0)); // X is there again for slots that return
    b.frozen = false;
    fleet.pass(SECOND.multipliedBy(5));
    both(used, Y);
    both(unused, X);
  }

  @Test
  void case12ACrashBetweenClaimAndAcknowledgementCostsAPinAtMost() {
    two();
    Source source = Fleet.sourceAt(a, X, 0);
    b.lane(0).opened(source, X);
    toYUntil(Phase.PREPARE);
    fleet.flow(Duration.ofMillis(200), of(b, "write epoch-acks"));
    fleet.crash(b);
    b = fleet.start("b");
    flow(2);
    assertThat(fleet.record().base().id().number()).isEqualTo(2);
    assertThat(a.state().heldSlots()).isZero();
    both(source, a.server(source));
  }

  @Test
  void case13PinsToAServerThatGoesDownAreTouchedWhereverTheyAre() {
    two();
    Source source = Fleet.sourceAt(a, X, 0);
    a.lane(0).opened(source, X);
    fleet.wish(wish(0, 100, 0)); // X drains and keeps its sources
    fleet.pass(SECOND.multipliedBy(2));
    both(source, X);
    fleet.wish(wish(-100, 100, 0));
    fleet.pass(SECOND.multipliedBy(2));
    both(source, Y);
    assertThat(a.state().pins()).isZero();
  }

  @Test
  void case14AServerThatComesBackDuringItsChange() {
    two();
    Source source = Fleet.sourceAt(a, X, 0);
    fleet.cloud.manual();
    fleet.wish(wish(-100, 100, 0));
    fleet.until(Phase.PREPARE);
    fleet.wish(wish(100, 100, 0));
    flow(6);
    assertThat(a.state().settled()).isTrue();
    both(source, X);
  }

  @Test
  void case15ASourceStaysWithItsNewerSession() {
    two();
    Source source = Fleet.sourceAt(a, X, 0);
    a.lane(0).opened(source, X);
    fleet.wish(wish(-100, 100, 0));
    fleet.pass(SECOND.multipliedBy(2));
    both(source, Y);
    b.lane(0).opened(source, Y);
    fleet.wish(wish(100, 100, 0));
    fleet.pass(SECOND.multipliedBy(2));
    assertThat(a.state().settled()).isTrue();
    both(source, Y);
  }

  @Test
  void case16And17And19TheOwnerDecidesADiversionOnce() {
    Divert toY = new Divert(Y, 3, 2, null);
    Diversion taken = toY.apply(null, null).answer();
    assertThat(taken).isEqualTo(new Diversion(Y, 3, 1));
    assertThat(new Divert(Z, 3, 2, null).apply(taken, null).answer()).isEqualTo(taken);
    assertThat(toY.apply(taken, null).row()).as("twice").isNull();
    Diversion back = new Divert(X, 3, 2, taken).apply(taken, null).answer();
    assertThat(back).isEqualTo(new Diversion(X, 3, 2));
    assertThat(toY.apply(back, null).row()).as("late").isNull();
    Divert behind = new Divert(Z, 2, 2, null);
    assertThat(behind.apply(back, null).row()).as("behind").isNull();
    assertThat(behind.apply(back, null).answer()).isEqualTo(back);
    assertThat(new Divert(Z, 4, 4, null).apply(back, null).row())
        .as("dead entries are replaced")
        .isEqualTo(new Diversion(Z, 4, 1));
    assertThat(new DropIfDead(4).apply(back, null).kind())
        .isEqualTo(dev.holdfast.store.Step.Outcome.Kind.REMOVE);
    assertThat(new DropIfDead(3).apply(back, null).kind())
        .isEqualTo(dev.holdfast.store.Step.Outcome.Kind.KEEP);
  }

  @Test
  void case18ADiversionAnsweredAfterItsSlotWasTouchedIsDead() {
    two();
    Source source = Fleet.sourceAt(a, X, 0);
    fleet.cloud.manual();
    Future<Void> asked = b.lane(0).divert(source, X);
    b.run();
    fleet.wish(wish(0, 100, 0));
    fleet.flow(SECOND.multipliedBy(2), of(b, "step Divert"));
    assertThat(fleet.record().base().id().number()).isEqualTo(2);
    fleet.wish(wish(100, 0, 0));
    fleet.flow(SECOND.multipliedBy(2), of(b, "step Divert"));
    both(source, X);
    flow(1);
    assertThat(asked.succeeded()).isTrue();
    both(source, X);
    assertThat(b.answer(source)).isEqualTo(new LoopRoutes.Answer.To(X, LoopRoutes.By.SLOT, 3));
  }

  @Test
  void case20AnUnknownDiversionIsAWindowOnly() {
    two();
    Source source = Fleet.sourceAt(a, X, 0);
    fleet.cloud.manual();
    a.lane(0).divert(source, X);
    Predicate<Event> toldB = of(b, "hint epoch-diversions");
    fleet.flow(Duration.ofMillis(100), toldB);
    assertThat(a.answer(source)).isEqualTo(new LoopRoutes.Answer.To(Y, LoopRoutes.By.DIVERTED, 1));
    assertThat(b.server(source)).isEqualTo(X);
    flow(1);
    both(source, Y);
  }

  @Test
  void case21ASecondChangeOfTheSlotRenewsThePin() {
    two();
    Source source = Fleet.sourceAt(a, X, 0);
    b.lane(1).opened(source, X);
    fleet.wish(wish(0, 100, 0));
    fleet.pass(SECOND.multipliedBy(2));
    fleet.wish(wish(0, 0, 100));
    fleet.pass(SECOND.multipliedBy(2));
    assertThat(a.state().settled()).isTrue();
    both(source, X);
    both(Fleet.sourceAt(a, Z, 0), Z);
  }

  @Test
  void case22AnOperatorsPinIsACommitForAll() {
    two();
    Source source = Fleet.sourceAt(a, X, 0);
    a.lane(0).opened(source, X);
    fleet.wish(new Wish(wish(100, 100, 0).servers(), Map.of(source, Y)));
    fleet.pass(SECOND.multipliedBy(2));
    both(source, Y);
    fleet.pass(SECOND.multipliedBy(130));
    both(source, Y);
    fleet.wish(wish(100, 100, 0));
    fleet.pass(SECOND.multipliedBy(2));
    assertThat(a.state().settled()).isTrue();
    assertThat(b.state().epoch()).isEqualTo(a.state().epoch());
    both(source, X); // where its session lives
  }

  @Test
  void case23OfTwoLeadersOnePrepares() {
    two();
    b.leads = true;
    fleet.pass(SECOND.multipliedBy(2));
    Source source = Fleet.sourceAt(a, X, 0);
    a.lane(0).opened(source, X);
    fleet.cloud.manual();
    fleet.wish(wish(0, 100, 0));
    flow(6);
    assertThat(a.state().settled()).isTrue();
    assertThat(b.state().settled()).isTrue();
    both(source, X);
    both(Fleet.sourceAt(a, Y, 0), Y);
  }

  @Test
  void nothingIsAcknowledgedBeforeTheClaimsAreStored() {
    two();
    Source source = Fleet.sourceAt(a, X, 0);
    b.lane(0).opened(source, X);
    toYUntil(Phase.PREPARE);
    fleet.flow(Duration.ofMillis(300), of(b, "write epoch-claims"));
    assertThat(fleet.record().phase()).isEqualTo(Phase.PREPARE);
    flow(2);
    assertThat(fleet.record().base().id().number()).isEqualTo(2);
    both(source, X);
  }

  @Test
  void nobodyActsOnADecisionBeforeItsWriteWasAnswered() {
    two();
    Source source = Fleet.sourceAt(a, X, 0);
    toYUntil(Phase.COMMITTING);
    fleet.flow(Duration.ofMillis(300), of(a, "answer step Advance"));
    assertThat(fleet.record().phase()).isEqualTo(Phase.COMMITTING);
    assertThat(b.answer(source)).isInstanceOf(LoopRoutes.Answer.Held.class);
    flow(2);
    both(source, Y);
  }

  @Test
  void aJoinerReadsNothingForGoodBeforeItsRowStands() {
    two();
    Source source = Fleet.sourceAt(a, X, 0);
    fleet.cloud.manual();
    Node c = fleet.start("c");
    fleet.flow(SECOND, of(c, "step Beat"));
    assertThat(c.answer(source)).isInstanceOf(LoopRoutes.Answer.Closed.class);
    assertThat(c.state().epoch()).as("read after the row only").isZero();
    flow(2);
    assertThat(c.server(source)).isEqualTo(X);
  }

  @Test
  void theSteadyStateMakesNoCallForASession() {
    two();
    fleet.cloud.manual();
    for (int i = 0; i < 1_000; i++) {
      Source source = Source.v4(0x0a000000L + i, 32);
      ServerName server = a.server(source);
      a.lane(0).opened(source, server);
      a.lane(0).closed(source, server);
    }
    a.run();
    assertThat(fleet.cloud.pending()).isEmpty();
    assertThat(a.epochs.explain(POOL, Source.v4(1, 32)).server())
        .isEqualTo(a.server(Source.v4(1, 32)));
  }
}
