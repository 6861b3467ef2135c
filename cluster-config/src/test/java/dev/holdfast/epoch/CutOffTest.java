package dev.holdfast.epoch;

import static dev.holdfast.epoch.Fleet.X;
import static dev.holdfast.epoch.Fleet.wish;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.epoch.LoopRoutes.Answer;
import dev.holdfast.members.Contact;
import dev.holdfast.words.OnPartition;
import dev.holdfast.words.Source;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A node without a majority, under both policies. */
class CutOffTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Source SOURCE = Source.v4(1, 32);

  private static void alone(Fleet.Node node, long sinceMs) {
    node.epochs.contact(new Contact(node.id, Map.of(), Set.of(), Map.of(), true, false, sinceMs));
  }

  @Test
  void underAvailableALoneStarterRoutesByTheFirstTableAfterOneLease() {
    Fleet fleet = new Fleet(1, OnPartition.AVAILABLE, Duration.ZERO);
    Fleet.Node a = fleet.create("a");
    a.epochs.start();
    alone(a, 0);
    fleet.pass(SECOND.multipliedBy(2));
    assertThat(a.answer(SOURCE)).isInstanceOf(Answer.Closed.class);
    alone(a, 10_000);
    fleet.pass(SECOND);
    Epoch first = Epoch.first(Fleet.POOL, new ChangeId(0, 0), fleet.wish);
    assertThat(a.answer(SOURCE)).isEqualTo(first.answer(SOURCE, slot(), null));
    assertThat(fleet.record()).isNull();
    a.contact(true, Map.of());
    fleet.pass(SECOND.multipliedBy(3));
    assertThat(fleet.record()).isNotNull();
    assertThat(a.state().epoch()).isEqualTo(1);
    assertThat(a.answer(SOURCE)).isInstanceOf(Answer.To.class);
  }

  @Test
  void aMajorityHeardAfterTheFirstHeartbeatIsNotWaitedForTillTheNext() {
    Fleet fleet = new Fleet(1, OnPartition.AVAILABLE, Duration.ZERO);
    Fleet.Node a = fleet.create("a");
    a.epochs.start();
    fleet.pass(Duration.ofMillis(10));
    assertThat(a.answer(SOURCE)).isInstanceOf(Answer.Closed.class);
    a.contact(true, Map.of());
    fleet.pass(Duration.ofMillis(300));
    assertThat(a.answer(SOURCE)).isInstanceOf(Answer.To.class);
  }

  private static int slot() {
    return dev.holdfast.table.SlotHash.slot(SOURCE);
  }

  @Test
  void underStrictALoneStarterWaitsForAMajority() {
    Fleet fleet = new Fleet(1, OnPartition.STRICT, Duration.ZERO);
    Fleet.Node a = fleet.create("a");
    a.epochs.start();
    alone(a, 60_000);
    fleet.pass(SECOND.multipliedBy(20));
    assertThat(a.answer(SOURCE)).isInstanceOf(Answer.Closed.class);
  }

  @Test
  void aNodeThatIsCutOffRoutesByItsLastEpochAndComesBackAsAnotherStay() {
    Fleet fleet = new Fleet(1, OnPartition.AVAILABLE, Duration.ZERO);
    Fleet.Node a = fleet.start("a");
    Fleet.Node b = fleet.start("b");
    fleet.pass(SECOND.multipliedBy(4));
    Source source = Fleet.sourceAt(a, X, 0);
    b.lane(0).opened(source, X);
    alone(b, 0);
    fleet.pass(SECOND.multipliedBy(9));
    assertThat(b.answer(source)).isInstanceOf(Answer.Closed.class);
    alone(b, 3_000);
    fleet.pass(SECOND);
    assertThat(b.server(source)).isEqualTo(X);
    b.contact(true, Map.of());
    fleet.wish(wish(0, 100, 0));
    fleet.pass(SECOND.multipliedBy(5));
    assertThat(a.state().settled()).isTrue();
    assertThat(b.state().epoch()).isEqualTo(a.state().epoch());
    assertThat(a.server(source)).isEqualTo(X);
    assertThat(b.server(source)).isEqualTo(X);
  }

  @Test
  void theHighestEpochIsWrittenAgainWhenTheRecordIsGone() {
    Fleet fleet = new Fleet(1);
    Fleet.Node a = fleet.start("a");
    Fleet.Node b = fleet.start("b");
    fleet.pass(SECOND.multipliedBy(4));
    fleet.wish(wish(100, 50, 0));
    fleet.pass(SECOND.multipliedBy(3));
    assertThat(fleet.record().base().id().number()).isEqualTo(2);
    ChangeId before = fleet.record().base().id();
    fleet.cloud.lose(EpochTables.RECORDS);
    fleet.cloud.lose(EpochTables.PARTS);
    fleet.pass(SECOND.multipliedBy(6));
    assertThat(fleet.record().base().id()).isEqualTo(before);
    assertThat(a.state().settled()).isTrue();
    assertThat(b.state().open()).isTrue();
  }

  @Test
  void aNodeThatLeftIsNotWaitedFor() {
    Fleet fleet = new Fleet(1);
    Fleet.Node a = fleet.start("a");
    Fleet.Node b = fleet.start("b");
    fleet.pass(SECOND.multipliedBy(4));
    b.epochs.leave();
    fleet.pass(SECOND);
    assertThat(b.answer(SOURCE)).isInstanceOf(Answer.Closed.class);
    b.frozen = true;
    fleet.wish(wish(0, 100, 0));
    fleet.pass(SECOND.multipliedBy(3));
    assertThat(a.state().settled()).isTrue();
  }
}
