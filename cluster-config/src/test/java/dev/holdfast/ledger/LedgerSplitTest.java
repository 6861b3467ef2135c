package dev.holdfast.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.ledger.LedgerCluster.Clients;
import dev.holdfast.ledger.LedgerCluster.Node;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.OnPartition;
import dev.holdfast.words.Scope;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The nodes hear each other, but the store is still split: its parts have rows of their own, and
 * under {@code available} one of them may have lent what the other believes to be free.
 */
class LedgerSplitTest {
  private static final Scope CHAT = Scope.of(new ListenerName("chat"));
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final int LIMIT = 300;

  private final LedgerCluster cluster =
      new LedgerCluster(OnPartition.AVAILABLE, 3, Map.of(CHAT, LIMIT));
  private final List<Clients> clients = cluster.clients();
  private final Node apart = cluster.node(0);
  private final List<Node> others = List.of(cluster.node(1), cluster.node(2));

  private void arrive(int node, int count) {
    for (int i = 0; i < count; i++) {
      clients.get(node).arrive(CHAT);
    }
  }

  /** All hold some, the row is complete, and the first node's process is its owner. */
  private void begin() {
    cluster.pass(SECOND.multipliedBy(2));
    clients.forEach(c -> c.arrive(CHAT));
    arrive(0, 20);
    cluster.pass(SECOND.multipliedBy(2));
    assertThat(cluster.row(CHAT).complete()).isTrue();
  }

  /** The others take everything, and the one apart is offered as much. */
  private void allWant() {
    arrive(0, 2 * LIMIT);
    arrive(1, 2 * LIMIT);
    cluster.pass(SECOND.multipliedBy(5));
  }

  /** From now on the one that was away admits nobody, whatever ends there. */
  private void holdsNoMoreThan(int brought) {
    assertThat(clients.get(1).sessions.size() + clients.get(2).sessions.size()).isEqualTo(LIMIT);
    assertThat(apart.held(CHAT)).isEqualTo(brought);
    for (int i = 1; i <= 5; i++) {
      clients.get(0).end();
      cluster.pass(SECOND);
      assertThat(apart.held(CHAT)).isEqualTo(brought - i);
    }
  }

  private void becomesWholeAndExact() {
    cluster.cloud.merge();
    cluster.pass(SECOND.multipliedBy(3));
    assertThat(cluster.granted(CHAT)).isEqualTo(cluster.held(CHAT));
    while (cluster.held(CHAT) > LIMIT) {
      int before = cluster.held(CHAT);
      clients.get(1).end();
      cluster.pass(Duration.ofMillis(200));
      assertThat(cluster.held(CHAT)).isEqualTo(before - 1);
    }
    clients.get(1).end();
    cluster.pass(SECOND.multipliedBy(2));
    assertThat(cluster.held(CHAT)).isEqualTo(LIMIT);
    assertThat(cluster.row(CHAT).complete()).isTrue();
  }

  @Test
  void aNodeThatWasCutOffTakesNothingFromItsOwnPart() {
    begin();
    cluster.meet(others);
    cluster.meet(List.of(apart));
    cluster.cloud.split(Set.of(apart.id), true, true);
    arrive(1, LIMIT);
    arrive(2, LIMIT);
    cluster.pass(SECOND.multipliedBy(30));
    int brought = apart.held(CHAT);
    cluster.meet(cluster.nodes);
    allWant();
    holdsNoMoreThan(brought);
    becomesWholeAndExact();
  }

  @Test
  void aProcessThatWasStoppedTakesNothingBeforeItsStoreNotices() {
    begin();
    apart.frozen = true;
    cluster.pass(SECOND.multipliedBy(2));
    cluster.meet(others);
    cluster.cloud.split(Set.of(apart.id), true, false);
    arrive(1, LIMIT);
    arrive(2, LIMIT);
    cluster.pass(SECOND.multipliedBy(30));
    int brought = apart.held(CHAT);
    apart.frozen = false;
    cluster.meet(cluster.nodes);
    allWant();
    holdsNoMoreThan(brought);
    becomesWholeAndExact();
  }

  /** Only who speaks does not hear the node, which itself hears a majority all the while. */
  @Test
  void aNodeThatDoesNotKnowThatItWasTakenOutTakesNothingFromItsOwnPart() {
    begin();
    apart.hears(Set.copyOf(List.of(apart, cluster.node(2))));
    cluster.meet(others);
    cluster.cloud.split(Set.of(apart.id), true, true);
    arrive(1, LIMIT);
    arrive(2, LIMIT);
    int granted = apart.granted(CHAT);
    cluster.pass(SECOND.multipliedBy(30));
    assertThat(clients.get(1).sessions.size() + clients.get(2).sessions.size()).isEqualTo(LIMIT);
    arrive(0, 2 * LIMIT);
    cluster.pass(SECOND.multipliedBy(5));
    assertThat(apart.held(CHAT)).isLessThanOrEqualTo(granted);
    cluster.meet(cluster.nodes);
    cluster.pass(SECOND);
    becomesWholeAndExact();
  }

  /** Nobody was taken out: each lives on what it holds until one part has the majority. */
  @Test
  void aStoreInPiecesLendsNothingAndLosesNothing() {
    begin();
    arrive(1, 100);
    cluster.pass(SECOND.multipliedBy(2));
    int held = cluster.held(CHAT);
    cluster.cloud.split(Set.of(apart.id), true, true);
    cluster.cloud.split(Set.of(cluster.node(1).id), false, true);
    cluster.pass(SECOND.multipliedBy(20));
    arrive(0, LIMIT);
    arrive(2, LIMIT);
    cluster.pass(SECOND.multipliedBy(20));
    assertThat(cluster.held(CHAT)).isBetween(held, LIMIT);
    assertThat(cluster.granted(CHAT)).isLessThanOrEqualTo(LIMIT);
    cluster.cloud.merge();
    cluster.pass(SECOND.multipliedBy(3));
    assertThat(cluster.held(CHAT)).isEqualTo(LIMIT);
  }
}
