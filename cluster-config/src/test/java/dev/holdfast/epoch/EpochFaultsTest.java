package dev.holdfast.epoch;

import static dev.holdfast.epoch.Fleet.POOL;
import static dev.holdfast.epoch.Fleet.X;
import static dev.holdfast.epoch.Fleet.Y;
import static dev.holdfast.epoch.Fleet.Z;
import static dev.holdfast.epoch.Fleet.wish;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.epoch.EpochRecord.Phase;
import dev.holdfast.epoch.Fleet.Node;
import dev.holdfast.epoch.LoopRoutes.Answer;
import dev.holdfast.members.Contact;
import dev.holdfast.store.Rows;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a node or a leader does when the store, the members or a leader fails it. */
class EpochFaultsTest extends TwoNodes {
  private Set<String> keys(dev.holdfast.store.Table<?> table) {
    return fleet.cloud.keys(table.name());
  }

  // ---------------------------------------------------------------- holds

  @Test
  void whoWaitsIsToldWhenOneHoldFollowsAnother() {
    Lane lane = new Lane(Runnable::run, () -> 0, SECOND, null);
    Epoch epoch = Epoch.first(POOL, new ChangeId(1, 1), wish(100, 100, 0));
    BitSet one = new BitSet();
    one.set(1);
    BitSet other = new BitSet();
    other.set(2);
    int[] told = new int[1];
    lane.onLetGo(() -> told[0]++);
    lane.apply(epoch, one);
    told[0] = 0;
    lane.apply(epoch, one);
    assertThat(told[0]).as("the same hold").isZero();
    lane.apply(epoch, other);
    assertThat(told[0]).as("slot 1 is free").isEqualTo(1);
  }

  @Test
  void aHoldIsEndedAlthoughTheMajorityWasAwayAtItsBound() {
    two();
    fleet.cloud.manual();
    fleet.wish(wish(0, 100, 0));
    fleet.until(Phase.PREPARE);
    fleet.flow(Duration.ofMillis(100), of(b, "write epoch-acks"));
    assertThat(b.state().heldSlots()).isPositive();
    a.frozen = true; // nobody leads
    b.contact(false, Map.of());
    flow(1);
    b.contact(true, Map.of());
    flow(2);
    assertThat(fleet.record().phase()).isEqualTo(Phase.STABLE);
    assertThat(b.state().heldSlots()).isZero();
  }

  @Test
  void aNodeThatReturnsRoutesNobodyBeforeItHasRead() {
    two();
    Source source = Fleet.sourceAt(a, X, 0);
    b.frozen = true;
    fleet.wish(wish(0, 100, 0));
    fleet.pass(SECOND.multipliedBy(16));
    assertThat(fleet.record().base().id().number()).isEqualTo(2);
    fleet.cloud.manual();
    b.frozen = false;
    fleet.flow(SECOND.multipliedBy(3), of(b, "read epoch-records"));
    assertThat(b.answer(source)).isInstanceOf(Answer.Closed.class);
    flow(2);
    both(source, Y);
  }

  @Test
  void aSourceSeenWithinTheTtlStaysUntilItIsOver() {
    two();
    Source source = Fleet.sourceAt(a, X, 0);
    b.lane(0).opened(source, X);
    b.lane(0).closed(source, X);
    fleet.wish(wish(0, 100, 0));
    fleet.pass(SECOND);
    assertThat(a.state().settled()).isTrue();
    both(source, X);
    fleet.pass(SECOND.multipliedBy(130));
    both(source, Y);
  }

  @Test
  void aSessionRoutedBeforeTheHoldIsTakenIsClaimed() {
    two();
    List<Source> sources = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      sources.add(Fleet.sourceAt(a, X, i));
    }
    fleet.cloud.manual();
    fleet.wish(wish(0, 100, 0));
    fleet.until(Phase.PREPARE);
    // the record reaches b, but not yet its event loop
    for (int i = 0; i < 1000 && b.lanes.get(0).isEmpty(); i++) {
      if (!b.loop.runOne()) {
        fleet.flowOne(event -> false);
        a.run();
      }
    }
    int opened = 0;
    do { // a new source between any two tasks
      if (b.answer(sources.get(opened)) instanceof Answer.To to) {
        b.lane(0).opened(sources.get(opened++), to.server());
      }
    } while (opened < sources.size() && b.runLane(0));
    assertThat(opened).isPositive();
    flow(3);
    assertThat(fleet.record().base().id().number()).isEqualTo(2);
    for (Source source : sources.subList(0, opened)) {
      both(source, X);
    }
  }

  // ---------------------------------------------------------------- changes

  @Test
  void aChangeHasAnIdOfItsOwn() {
    two();
    fleet.cloud.manual();
    fleet.wish(wish(0, 100, 0));
    fleet.until(Phase.PREPARE);
    ChangeId first = fleet.record().change();
    fleet.wish(wish(100, 100, 0)); // the reason has gone: an abort
    fleet.until(Phase.STABLE);
    fleet.wish(wish(100, 0, 0));
    fleet.until(Phase.PREPARE);
    assertThat(fleet.record().change().number()).isEqualTo(first.number());
    assertThat(fleet.record().change()).isNotEqualTo(first);
  }

  @Test
  void aJoinerThatWroteItsRowAfterTheLeaderCountedIsWaitedFor() {
    two();
    Source source = Fleet.sourceAt(a, X, 0);
    fleet.cloud.manual();
    fleet.wish(wish(0, 100, 0));
    Node c = fleet.start("c"); // its row comes while the change is stored
    fleet.flow(Duration.ofMillis(300), of(c, "read "));
    assertThat(fleet.record().base().id().number()).isEqualTo(1);
    assertThat(c.answer(source)).isInstanceOf(Answer.Closed.class);
    flow(6);
    both(source, Y);
    assertThat(c.server(source)).isEqualTo(Y);
  }

  // ---------------------------------------------------------------- diversions

  @Test
  void anEntryOfALaterEpochIsNotReplacedByOneWhoIsBehind() {
    Diversion later = new Diversion(X, 3, 2);
    Divert behind = new Divert(Z, 2, 2, later); // saw it, but has not loaded its epoch
    assertThat(behind.apply(later, null).row()).isNull();
    assertThat(behind.apply(later, null).answer()).isEqualTo(later);
  }

  @Test
  void aDiversionGoesOnFromWhatTheCallerSawWhenItsRowIsLost() {
    Diversion seen = new Diversion(X, 3, 7);
    assertThat(new Divert(Y, 3, 2, seen).apply(null, null).row()).isEqualTo(new Diversion(Y, 3, 8));
    assertThat(new Divert(Y, 4, 2, seen).apply(null, null).row()).isEqualTo(new Diversion(Y, 4, 1));
  }

  @Test
  void aDiversionThatTheStoreHasLostIsForgotten() {
    two();
    Source source = Fleet.sourceAt(a, X, 0);
    a.lane(0).divert(source, X);
    fleet.pass(SECOND);
    both(source, Y);
    fleet.cloud.lose(EpochTables.DIVERSIONS); // as on the smaller part after a merge
    fleet.pass(SECOND.multipliedBy(11));
    both(source, X);
    a.lane(0).divert(source, X);
    fleet.pass(SECOND);
    both(source, Y);
  }

  @Test
  void aDiversionDecidedWhileANodeEntersIsKnownWhenItOpens() {
    two();
    Source source = Fleet.sourceAt(a, X, 0);
    fleet.cloud.manual();
    Node c = fleet.start("c");
    fleet.flow(Duration.ofMillis(50), of(c, "answer readAll epoch-diversions"));
    assertThat(c.state().open()).isFalse();
    a.lane(0).divert(source, X);
    fleet.flow(Duration.ofMillis(50), of(c, "answer readAll epoch-diversions"));
    fleet.flow(Duration.ofMillis(50), event -> false);
    assertThat(c.server(source)).isEqualTo(Y);
  }

  // ---------------------------------------------------------------- the store in parts

  @Test
  void aNodeWhoseStoreIsASmallerPartDoesNotBelieveItAlthoughItHearsTheOthers() {
    Node c = fleet.create("c");
    Map<NodeName, Long> roster = new java.util.HashMap<>();
    for (String name : List.of("a", "b", "c")) {
      roster.put(new NodeName(name), 1L);
    }
    c.epochs.contact(new Contact(c.id, roster, Set.of(), Map.of(), true, true, 60_000));
    c.epochs.start();
    fleet.pass(SECOND.multipliedBy(5));
    assertThat(c.state().open()).isFalse();
    assertThat(fleet.record()).as("it does not lead").isNull();
    fleet.start("a");
    fleet.pass(SECOND.multipliedBy(5));
    assertThat(c.state().open()).isTrue();
  }

  // ---------------------------------------------------------------- leftovers

  @Test
  void whatADeadLeaderLeftBehindIsSwept() {
    two();
    fleet.cloud.manual();
    fleet.wish(wish(0, 100, 0));
    b.lane(0).opened(Fleet.sourceAt(a, X, 0), X);
    fleet.until(Phase.COMMITTING); // pieces of a proposal, of a decision, and claims
    fleet.crash(a);
    b.leads = true;
    flow(3);
    fleet.wish(wish(100, 100, 0));
    flow(3);
    EpochTables.Part junk = new EpochTables.Part(new byte[8]);
    long next = fleet.record().base().id().number() + 1;
    String old = POOL + "/1-abc/5/0";
    String maybe = POOL + "/" + (next + 8) + "-abc/5/0"; // a slow leader may still name it
    fleet.cloud.put(EpochTables.PARTS.name(), old, Rows.bytes(junk));
    fleet.cloud.put(EpochTables.PARTS.name(), maybe, Rows.bytes(junk));
    String claims = EpochTables.claims(POOL, new ChangeId(next, 5), b.id, 0);
    fleet.cloud.put(EpochTables.CLAIMS.name(), claims, Rows.bytes(new Claim.Chunk(List.of())));
    fleet.cloud.automatic();
    fleet.pass(SECOND.multipliedBy(61));
    assertThat(keys(EpochTables.PARTS)).contains(maybe).doesNotContain(old);
    assertThat(keys(EpochTables.CLAIMS)).isEmpty();
    fleet.wish(wish(100, 50, 0));
    fleet.pass(SECOND.multipliedBy(65));
    EpochRecord record = fleet.record();
    assertThat(record.phase()).isEqualTo(Phase.STABLE);
    assertThat(keys(EpochTables.PARTS))
        .allMatch(
            key ->
                key.startsWith(POOL + "/" + record.base().id() + "/")
                    || key.startsWith(POOL + "/" + record.previous().id() + "/"));
    assertThat(b.state().settled()).isTrue();
  }

  @Test
  void diversionsThatAreDeadAreRemovedByTheNextChange() {
    two();
    Source source = Fleet.sourceAt(a, X, 0);
    String key = EpochTables.diversion(POOL, source);
    fleet.wish(wish(0, 100, 0));
    fleet.pass(SECOND.multipliedBy(3));
    fleet.cloud.put(
        EpochTables.DIVERSIONS.name(), key, Rows.bytes(new Diversion(Y, 1, 1))); // epoch 2 by now
    fleet.wish(wish(0, 100, 100));
    fleet.pass(SECOND.multipliedBy(3));
    assertThat(keys(EpochTables.DIVERSIONS)).isEmpty();
  }
}
