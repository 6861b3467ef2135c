package dev.holdfast.epoch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.table.SlotHash;
import dev.holdfast.words.OnPartition;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import java.time.Duration;
import java.util.BitSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Lease, policy and ttl change while nodes run. */
class LiveSettingsTest {
  private static final Duration SHORT = Duration.ofSeconds(2);

  private final Fleet fleet = new Fleet(1);
  private final Fleet.Node a = fleet.start("a");
  private final Fleet.Node b = fleet.start("b");

  private void settle() {
    fleet.pass(Duration.ofSeconds(4));
    assertThat(a.state().open()).isTrue();
    assertThat(b.state().open()).isTrue();
  }

  /** The other one sleeps with the old lease: it is waited for as long as it may route. */
  @Test
  void whoHasNotHeardOfAShorterLeaseIsNotLostBeforeItsOwnEnds() {
    settle();
    Source source = Fleet.sourceAt(b, Fleet.X, 0);
    b.frozen = true;
    a.epochs.configure(OnPartition.STRICT, SHORT);
    fleet.wish(Fleet.wish(0, 100, 0)); // all goes to y
    for (int ms = 0; ms < 15_000; ms += 10) {
      fleet.step(Duration.ofMillis(10));
      boolean routesByOld = b.lane(0).answer(source) instanceof LoopRoutes.Answer.To;
      boolean committed = Fleet.Y.equals(a.server(source)) && a.state().epoch() > 1;
      assertThat(routesByOld && committed).as("after %d ms", ms).isFalse();
    }
    assertThat(a.server(source)).isEqualTo(Fleet.Y);
  }

  @Test
  void whoHasHeardOfAShorterLeaseRoutesNoLongerThanOthersWait() {
    settle();
    Source source = Fleet.sourceAt(b, Fleet.X, 0);
    a.epochs.configure(OnPartition.STRICT, SHORT);
    b.epochs.configure(OnPartition.STRICT, SHORT);
    fleet.pass(Duration.ofMillis(1200)); // a heartbeat with the new lease
    b.frozen = true;
    fleet.wish(Fleet.wish(0, 100, 0));
    long lostMs = -1;
    for (int ms = 0; ms < 10_000 && lostMs < 0; ms += 10) {
      fleet.step(Duration.ofMillis(10));
      boolean routes = b.lane(0).answer(source) instanceof LoopRoutes.Answer.To;
      if (Fleet.Y.equals(a.server(source))) {
        assertThat(routes).isFalse();
        lostMs = ms;
      }
    }
    assertThat(lostMs).as("lost by the new lease").isBetween(0L, 6_000L);
  }

  @Test
  void aLongerLeaseCountsFromTheNextHeartbeat() {
    settle();
    Duration longer = Duration.ofSeconds(30);
    a.epochs.configure(OnPartition.STRICT, longer);
    b.epochs.configure(OnPartition.STRICT, longer);
    fleet.pass(Duration.ofMillis(2500));
    Source source = Fleet.sourceAt(b, Fleet.X, 0);
    b.frozen = true;
    fleet.pass(Duration.ofSeconds(20));
    assertThat(b.answer(source)).isInstanceOf(LoopRoutes.Answer.To.class);
    fleet.pass(Duration.ofSeconds(5));
    assertThat(b.answer(source)).isInstanceOf(LoopRoutes.Answer.Closed.class);
  }

  @Test
  void thePolicyOfTheMomentDecidesWhatACutOffNodeDoes() {
    settle();
    b.contact(false, Map.of());
    fleet.pass(Duration.ofSeconds(15));
    assertThat(b.state().open()).isFalse();
    b.epochs.configure(OnPartition.AVAILABLE, Duration.ofSeconds(10));
    fleet.pass(Duration.ofSeconds(1));
    assertThat(b.state().open()).isTrue();
  }

  @Test
  void addingAPoolThatIsThereClosesNoGate() {
    settle();
    Source source = Fleet.sourceAt(a, Fleet.X, 0);
    a.epochs.add(Fleet.POOL, Duration.ofMinutes(1));
    while (a.loop.runOne() || a.runLane(0) || a.runLane(1)) {
      assertThat(a.answer(source)).isInstanceOf(LoopRoutes.Answer.To.class);
    }
  }

  @Test
  void anotherTtlCountsForWhatEndedBeforeToo() {
    SourceMemory memory = new SourceMemory(Duration.ofMinutes(30));
    Source early = Source.v4(1, 32);
    Source late = Source.v4(2, 32);
    ServerName server = Fleet.X;
    long second = 1_000_000_000L;
    memory.opened(early, server);
    memory.closed(early, server, 0);
    memory.opened(late, server);
    memory.closed(late, server, 50 * second);
    BitSet all = new BitSet();
    all.set(SlotHash.slot(early));
    all.set(SlotHash.slot(late));
    memory.ttl(Duration.ofSeconds(20));
    assertThat(memory.claims(all, Set.of(server), 60 * second))
        .extracting(Claim::source)
        .containsExactly(late);
    memory.ttl(Duration.ofMinutes(30));
    memory.opened(early, server);
    memory.closed(early, server, 61 * second);
    assertThat(memory.claims(all, Set.of(server), 600 * second)).hasSize(2);
  }

  @Test
  void aPoolThatComesBackStillClaimsTheSessionsThatItLeft() {
    settle();
    Source source = Fleet.sourceAt(a, Fleet.X, 0);
    Lane before = b.lane(0);
    before.opened(source, Fleet.X);
    a.epochs.remove(Fleet.POOL);
    b.epochs.remove(Fleet.POOL);
    fleet.pass(Duration.ofSeconds(3));
    assertThat(before.answer(source)).isInstanceOf(LoopRoutes.Answer.Closed.class);
    a.epochs.add(Fleet.POOL, Fleet.TTL);
    b.epochs.add(Fleet.POOL, Fleet.TTL);
    fleet.wish(Fleet.wish(100, 100, 0));
    settle();
    fleet.wish(Fleet.wish(0, 100, 0)); // x serves, its slots go
    fleet.pass(Duration.ofSeconds(3));
    assertThat(a.server(source)).isEqualTo(Fleet.X);
    assertThat(b.server(source)).isEqualTo(Fleet.X);
    before.closed(source, Fleet.X);
  }
}
