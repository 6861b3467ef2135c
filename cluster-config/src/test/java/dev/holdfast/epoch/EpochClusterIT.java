package dev.holdfast.epoch;

import static dev.holdfast.epoch.EpochCluster.sourceAt;
import static dev.holdfast.epoch.EpochCluster.until;
import static dev.holdfast.epoch.Fleet.X;
import static dev.holdfast.epoch.Fleet.Y;
import static dev.holdfast.epoch.Fleet.wish;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.epoch.EpochCluster.Node;
import dev.holdfast.epoch.EpochRecord.Phase;
import dev.holdfast.epoch.LoopRoutes.Answer;
import dev.holdfast.store.hazelcast.StartFault;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The cases of EPOCHS.md, section 8, that are marked C, on members of Hazelcast.
 *
 * <p>{@code -Dholdfast.epochs.rounds=200} kills the owner of the record 200 times; {@code
 * -Dholdfast.epochs.seed=N} makes the same choices again.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EpochClusterIT {
  private static final Duration KILLING = Duration.ofSeconds(35);

  private final EpochCluster cluster = new EpochCluster(Duration.ofMillis(500));
  private Node a;
  private Node b;
  private Node c;

  @BeforeAll
  void start() throws StartFault {
    cluster.settle(wish(100, 100, 0));
  }

  @BeforeEach
  void settle() throws StartFault {
    cluster.settle(wish(100, 100, 0));
    a = cluster.node("a");
    b = cluster.node("b");
    c = cluster.node("c");
  }

  @AfterAll
  void end() {
    cluster.close();
  }

  private static Void opened(Node node, int lane, Source source, ServerName server) {
    return node.on(
        lane,
        routes -> {
          routes.opened(source, server);
          return null;
        });
  }

  private static Void closed(Node node, int lane, Source source, ServerName server) {
    return node.on(
        lane,
        routes -> {
          routes.closed(source, server);
          return null;
        });
  }

  private static ServerName server(Node node, Source source) {
    return node.answer(source) instanceof Answer.To to ? to.server() : null;
  }

  private void everywhere(Source source, ServerName server) {
    for (Node node : cluster.nodes()) {
      assertThat(server(node, source)).as("on " + node.id).isEqualTo(server);
    }
  }

  /** Freezes a node when it has sent the write of a phase. */
  private static AtomicReference<ChangeId> freezeAt(Node node, Phase phase) {
    AtomicReference<ChangeId> change = new AtomicReference<>();
    node.sent =
        row -> {
          if (row instanceof Advance step
              && step.to().phase() == phase
              && change.compareAndSet(null, step.to().change())) {
            node.freeze();
          }
        };
    return change;
  }

  private List<Node> others(Node but) {
    return cluster.nodes().stream().filter(node -> node != but).toList();
  }

  @Test
  void case1AMoveKeepsTheSourceWhereItIsLiveUntilTheSweep() {
    Source source = sourceAt(a, X, 0);
    Source fresh = sourceAt(a, X, 1);
    opened(b, 1, source, X);
    cluster.wish(wish(0, 100, 0));
    cluster.settled();
    everywhere(source, X);
    everywhere(fresh, Y);
    assertThat(a.state().pins()).isEqualTo(1);
    closed(b, 1, source, X);
    until(() -> cluster.nodes().stream().allMatch(node -> node.state().pins() == 0));
    everywhere(source, Y);
  }

  @Test
  void case5ANodeAbortsWhatALeaderLeftAndTheNextChangeHasAnotherId() {
    Node leader = cluster.leader();
    Source source = sourceAt(leader, X, 0);
    long before = cluster.record().base().id().number();
    AtomicReference<ChangeId> change = freezeAt(leader, Phase.PREPARE);
    cluster.wish(wish(0, 100, 0));
    until(() -> change.get() != null);
    until(() -> others(leader).stream().anyMatch(node -> node.state().heldSlots() > 0));
    until(() -> others(leader).stream().allMatch(node -> node.state().heldSlots() == 0));
    EpochRecord aborted = cluster.record();
    assertThat(aborted.base().id().number()).isEqualTo(before);
    others(leader).forEach(node -> assertThat(server(node, source)).isEqualTo(X));
    leader.thaw();
    cluster.settled();
    assertThat(cluster.record().base().id()).isNotEqualTo(change.get());
    everywhere(source, Y);
  }

  @Test
  void case6WhatIsDecidedIsFinishedByAnother() {
    Node leader = cluster.leader();
    Source source = sourceAt(leader, X, 0);
    Source fresh = sourceAt(leader, X, 1);
    opened(leader, 0, source, X);
    AtomicReference<ChangeId> change = freezeAt(leader, Phase.COMMITTING);
    cluster.wish(wish(0, 100, 0));
    until(() -> change.get() != null);
    until(() -> others(leader).stream().allMatch(node -> Y.equals(server(node, fresh))));
    assertThat(cluster.record().base().id()).isEqualTo(change.get());
    others(leader).forEach(node -> assertThat(server(node, source)).isEqualTo(X));
    assertThat(server(leader, fresh)).as("never by the epoch before").isNotEqualTo(X);
    leader.thaw();
    cluster.settled();
    everywhere(source, X);
    everywhere(fresh, Y);
    closed(leader, 0, source, X);
  }

  @Test
  void case10ASilentNodeRoutesNobodyWhenTheChangeGoesOnWithoutIt() {
    Node silent = others(cluster.leader()).get(0);
    List<Node> others = others(silent);
    try (Traffic traffic = new Traffic(cluster, 10, Duration.ofMillis(2))) {
      until(() -> traffic.routed.get() > 100);
      Source source = sourceAt(silent, X, 0);
      long before = cluster.record().base().id().number();
      silent.freeze();
      cluster.wish(wish(0, 100, 0));
      until(() -> silent.answer(source) instanceof Answer.Closed);
      assertThat(cluster.record().base().id().number()).as("waits").isEqualTo(before);
      traffic.strays(silent); // it is closed, and not yet LOST
      until(() -> others.stream().allMatch(node -> node.state().epoch() > before));
      assertThat(silent.answer(source)).isInstanceOf(Answer.Closed.class);
      until(() -> others.stream().allMatch(node -> Y.equals(server(node, source))));
      silent.thaw();
      until(() -> silent.state().open());
      assertThat(server(silent, source)).isNotEqualTo(X);
      cluster.settled();
      everywhere(source, Y);
      assertThat(traffic.faults).isEmpty();
    }
  }

  @Test
  void case24NoSourceIsLiveOnTwoServersWhenOwnersOfTheRecordDie() throws StartFault {
    long seed = Long.getLong("holdfast.epochs.seed", System.nanoTime() >>> 10 & 0xffffff);
    int rounds = Integer.getInteger("holdfast.epochs.rounds", Integer.MAX_VALUE);
    long end = rounds == Integer.MAX_VALUE ? System.nanoTime() + KILLING.toNanos() : Long.MAX_VALUE;
    System.out.println("epochs: owners of the record die, seed " + seed);
    Random random = new Random(seed);
    int killed = 0;
    try (Traffic traffic = new Traffic(cluster, seed, Duration.ofMillis(2))) {
      while (killed < rounds && (end == Long.MAX_VALUE || System.nanoTime() - end < 0)) {
        cluster.safe();
        Phase phase = Phase.values()[random.nextInt(4)];
        CompletableFuture<Void> death = new CompletableFuture<>();
        AtomicBoolean once = new AtomicBoolean();
        for (Node node : cluster.nodes()) {
          node.sent =
              row -> {
                if (row instanceof Advance step
                    && step.to().phase() == phase
                    && once.compareAndSet(false, true)) {
                  CompletableFuture.runAsync(() -> killOwner(traffic, death));
                }
              };
        }
        int moves = 0;
        cluster.wish(weights(random));
        while (!death.isDone()) {
          // an abort comes about when the reason goes
          Phase now = cluster.record().phase();
          if (phase == Phase.ABORTING ? now == Phase.PREPARE : moves++ % 64 == 63) {
            cluster.wish(weights(random));
          }
        }
        death.join();
        killed++;
        cluster.nodes().forEach(node -> node.sent = row -> {});
        cluster.settle(weights(random));
        assertThat(traffic.faults).as("seed " + seed + " round " + killed).isEmpty();
      }
      System.out.printf(
          "epochs: seed %d: %d owners killed, epoch %d, %d sessions routed, %d by pins%n",
          seed,
          killed,
          cluster.record().base().id().number(),
          traffic.routed.get(),
          traffic.pinned.get());
      assertThat(killed).isPositive();
    }
  }

  private void killOwner(Traffic traffic, CompletableFuture<Void> death) {
    try {
      Node owner = cluster.owner();
      if (owner != null) {
        owner.dead = true;
        traffic.died(owner);
        cluster.kill(owner);
      }
      death.complete(null);
    } catch (RuntimeException e) {
      death.completeExceptionally(e);
    }
  }

  private static Wish weights(Random random) {
    int[] weights = {random.nextInt(3) * 50, random.nextInt(3) * 50, random.nextInt(3) * 50};
    if (weights[0] + weights[1] + weights[2] == 0) {
      weights[random.nextInt(3)] = 100;
    }
    return wish(weights[0], weights[1], weights[2]);
  }

  @Test
  void aJoinerInTheMiddleOfAChangeHoldsAndIsWaitedFor() throws StartFault {
    try (EpochCluster two = new EpochCluster(Duration.ofSeconds(30))) {
      Node first = two.start("a");
      Node second = two.start("b");
      two.settled();
      Source source = sourceAt(first, X, 0);
      Source kept = sourceAt(first, X, 1);
      opened(first, 1, kept, X);
      Promise<Void> go = Promise.promise();
      second.beforeAck = go.future();
      two.wish(wish(0, 100, 0));
      until(() -> first.state().heldSlots() > 0 && second.state().heldSlots() > 0);
      Node joiner = two.start("c");
      until(() -> joiner.state().open());
      assertThat(joiner.answer(source)).isInstanceOf(Answer.Held.class);
      assertThat(two.record().phase()).isEqualTo(Phase.PREPARE);
      second.loop.execute(go::complete);
      two.settled();
      for (Node node : two.nodes()) {
        assertThat(server(node, source)).isEqualTo(Y);
        assertThat(server(node, kept)).isEqualTo(X);
      }
      assertThat(two.record().phase()).isEqualTo(Phase.STABLE);
    }
  }
}
