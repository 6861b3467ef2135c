package dev.holdfast.operations;

import static dev.holdfast.directory.Samples.APP_1;
import static dev.holdfast.directory.Samples.APP_2;
import static dev.holdfast.directory.Samples.APP_3;
import static dev.holdfast.directory.Samples.CHAT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.operations.Gateways.Close;
import dev.holdfast.operations.Gateways.Node;
import dev.holdfast.store.MemoryCloud;
import dev.holdfast.words.AdminState;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.NodeState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OperationsTest {
  private final Gateways gateways = new Gateways(7);
  private Node one;
  private Node two;
  private Node three;

  private void start() {
    one = gateways.start("gw-1");
    two = gateways.start("gw-2");
    three = gateways.start("gw-3");
    seconds(3);
  }

  private void seconds(long seconds) {
    gateways.pass(Duration.ofSeconds(seconds));
  }

  /** Sessions at a server on each node; every second of them has been idle for a minute. */
  private void fill(int each) {
    for (Node node : gateways.nodes.values()) {
      for (int i = 0; i < each; i++) {
        node.add(APP_1, i, i % 2 == 0 ? 60_000 : 10);
        node.add(APP_2, i, 60_000);
      }
    }
  }

  private static Order drain(Integer pace, Long deadlineMs, boolean closes) {
    return Order.drain(CHAT, APP_1, pace, deadlineMs, closes, false);
  }

  private int at(dev.holdfast.words.ServerName server) {
    return (int)
        gateways.nodes.values().stream()
            .flatMap(node -> node.sessions.values().stream())
            .filter(session -> session.server.equals(server))
            .count();
  }

  private static void isConsistent(Operation operation) {
    Figures figures = operation.figures();
    assertThat(figures.total()).isEqualTo(figures.closed() + figures.ended() + figures.remaining());
  }

  private void nobodyTwice() {
    Set<Long> closed = new HashSet<>();
    gateways.closes.forEach(close -> assertThat(closed.add(close.session())).isTrue());
  }

  private void neverFasterThan(int pace) {
    List<Long> times = gateways.closes.stream().map(Close::atNanos).sorted().toList();
    for (int i = 0; i + pace * 11 / 10 + 1 < times.size(); i++) {
      assertThat(times.get(i + pace * 11 / 10 + 1) - times.get(i))
          .as("closes around %d", i)
          .isGreaterThan(1_000_000_000L - 60_000_000L);
    }
  }

  @Test
  void drainsAServerAtThePaceOverAllNodesTheIdleFirst() {
    start();
    fill(200);
    Operation ordered = gateways.done(two.operations.order(drain(100, null, false), "ann"));
    assertThat(ordered.id()).isEqualTo("op-1");
    assertThat(ordered.plan().sessions()).isEqualTo(600);
    assertThat(ordered.figures()).isEqualTo(new Figures(0, 0, 600));
    for (int i = 0; i < 300; i++) { // no less while the nodes begin to count
      gateways.pass(Duration.ofMillis(10));
      assertThat(gateways.operation(three, "op-1").figures().total()).isEqualTo(600);
    }
    assertThat(three.desk.current().state(CHAT, APP_1)).isEqualTo(AdminState.DRAIN);
    seconds(9);
    for (Node node : gateways.nodes.values()) {
      Operation now = gateways.operation(node, "op-1");
      assertThat(now.state()).isEqualTo(OperationState.DONE);
      assertThat(now.figures()).isEqualTo(new Figures(600, 0, 0));
    }
    assertThat(at(APP_1)).isZero();
    assertThat(at(APP_2)).isEqualTo(600);
    nobodyTwice();
    neverFasterThan(100);
    long first = gateways.closes.stream().mapToLong(Close::atNanos).min().orElseThrow();
    assertThat(Gateways.perSecond(gateways.closes, first, first + 5_000_000_000L))
        .allMatch(rate -> rate >= 90 && rate <= 110);
    assertThat(
            gateways.closes.stream()
                .sorted((a, b) -> Long.compare(a.atNanos(), b.atNanos()))
                .limit(300)
                .filter(close -> close.idleNanos() >= 60_000_000_000L)
                .count())
        .isGreaterThanOrEqualTo(297);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, 100, 300, 500, 900, 1000, 1500, 2000, 2050, 3100, 4500, 6000})
  void goesOnWhenTheLeaderDies(int afterMs) {
    start();
    fill(100);
    gateways.done(three.operations.order(drain(50, null, false), "ann"));
    gateways.pass(Duration.ofMillis(afterMs));
    int lost = (int) one.sessions.values().stream().filter(s -> s.server.equals(APP_1)).count();
    gateways.kill(one);
    for (int i = 0; i < 20; i++) {
      seconds(1);
      isConsistent(gateways.operation(two, "op-1"));
    }
    Operation done = gateways.operation(three, "op-1");
    assertThat(done.state()).isEqualTo(OperationState.DONE);
    assertThat(at(APP_1)).isZero();
    nobodyTwice();
    neverFasterThan(50);
    assertThat(gateways.closes).hasSize(300 - lost);
    // what the dead node said last counts, and it may have closed some more since
    assertThat(done.figures().closed()).isBetween(300L - lost - 50, 300L - lost);
    if (afterMs > 1500) {
      assertThat(done.figures().total()).isEqualTo(300);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = OperationState.class,
      names = {"PLANNED", "RUNNING", "PAUSED"})
  void isPausedResumedAndCancelledInEachState(OperationState state) {
    start();
    fill(100);
    gateways.done(one.operations.order(drain(50, null, false), "ann"));
    if (state != OperationState.PLANNED) {
      seconds(4);
    }
    Operation paused = gateways.done(two.operations.pause("op-1", "bob"));
    assertThat(paused.state()).isEqualTo(OperationState.PAUSED);
    assertThat(paused.reason()).isEqualTo("paused by bob");
    gateways.pass(Duration.ofMillis(100));
    int closed = gateways.closes.size();
    seconds(10);
    assertThat(gateways.closes).hasSize(closed);
    assertThat(gateways.done(two.operations.pause("op-1", "bob")).state())
        .isEqualTo(OperationState.PAUSED);
    gateways.done(three.operations.resume("op-1"));
    seconds(3);
    assertThat(gateways.operation(three, "op-1").state()).isEqualTo(OperationState.RUNNING);
    assertThat(gateways.closes.size()).isBetween(closed + 50, closed + 150);
    neverFasterThan(50);
    if (state == OperationState.PAUSED) {
      gateways.done(two.operations.pause("op-1", "bob"));
    }
    gateways.done(two.operations.cancel("op-1", "ann"));
    gateways.pass(Duration.ofMillis(100));
    closed = gateways.closes.size();
    seconds(5);
    assertThat(gateways.closes).hasSize(closed);
    Operation cancelled = gateways.operation(one, "op-1");
    assertThat(cancelled.state()).isEqualTo(OperationState.CANCELLED);
    assertThat(cancelled.reason()).isEqualTo("cancelled by ann");
    assertThat(cancelled.figures().closed()).isEqualTo(closed);
    assertThat(one.desk.current().state(CHAT, APP_1)).isEqualTo(AdminState.READY);
    assertThat(gateways.end(one.operations.resume("op-1")))
        .isEqualTo(
            new OperationChange.Conflict("operation op-1 is cancelled and cannot be resumed"));
    assertThat(gateways.end(one.operations.cancel("op-9", "ann")))
        .isEqualTo(new OperationChange.Unknown("operation: op-9"));
  }

  @Test
  void aCancelledDrainIsUndoneAlsoWhenTheStoreDoesNotAnswerForSeconds() {
    start();
    fill(100);
    gateways.done(two.operations.order(drain(20, null, false), "ann"));
    seconds(6);
    gateways.done(two.operations.cancel("op-1", "ann"));
    gateways.cloud.manual();
    for (int i = 0; i < 300; i++) { // what would change the intent is lost
      gateways.pass(Duration.ofMillis(10));
      for (MemoryCloud.Event event : List.copyOf(gateways.cloud.pending())) {
        if (event.label().startsWith("step IntentStep")) {
          event.lose();
        } else {
          event.run();
        }
        gateways.settle();
      }
    }
    assertThat(one.desk.current().state(CHAT, APP_1)).isEqualTo(AdminState.DRAIN);
    gateways.cloud.automatic();
    seconds(3);
    assertThat(three.desk.current().state(CHAT, APP_1)).isEqualTo(AdminState.READY);
    assertThat(three.desk.current().revision()).as("undone once").isEqualTo(3);
    assertThat(one.operations.known()).hasSize(1);
  }

  @Test
  void theSecondOfTwoContradictingOrdersIsRefused() {
    start();
    fill(10);
    gateways.done(one.operations.order(drain(null, null, false), "ann"));
    assertThat(gateways.end(two.operations.order(drain(10, null, true), "bob")))
        .isEqualTo(
            new OperationChange.Conflict(
                "op-1 (drain-server server/chat/app-1) is planned; cancel it first"));
    gateways.done(two.operations.order(Order.drain(CHAT, APP_2, null, null, false, false), "bob"));
    assertThat(
            gateways.end(
                three.operations.order(Order.drain(CHAT, APP_3, null, null, false, false), "eve")))
        .isEqualTo(
            new OperationChange.Conflict(
                "no other server of pool chat is READY and UP (app-1 is drained by op-1, app-2 is"
                    + " drained by op-2); its sources would have nowhere to go"));
    assertThat(gateways.end(three.operations.order(Order.rebalance(CHAT, 50, 1.1, null), "eve")))
        .isInstanceOf(OperationChange.Conflict.class);
  }

  @Test
  void ordersAtTheSameMomentAreNotBothTaken() {
    start();
    fill(10);
    var first = one.operations.order(drain(10, null, false), "ann");
    var second = three.operations.order(drain(20, null, false), "bob");
    OperationChange a = gateways.end(first);
    OperationChange b = gateways.end(second);
    assertThat(List.of(a, b)).filteredOn(OperationChange.Done.class::isInstance).hasSize(1);
    assertThat(List.of(a, b)).filteredOn(OperationChange.Conflict.class::isInstance).hasSize(1);
  }

  @Test
  void readyAndMaintenanceEndADrain() {
    start();
    fill(10);
    gateways.done(one.operations.order(drain(null, null, false), "ann"));
    seconds(3);
    gateways.end(two.operations.state(CHAT, APP_1, AdminState.MAINT, "bob"));
    seconds(2);
    Operation over = gateways.operation(three, "op-1");
    assertThat(over.state()).isEqualTo(OperationState.CANCELLED);
    assertThat(over.reason()).isEqualTo("bob ordered the server to be MAINT");
    assertThat(three.desk.current().state(CHAT, APP_1)).isEqualTo(AdminState.MAINT);
    gateways.end(two.operations.state(CHAT, APP_1, AdminState.READY, "bob"));
    seconds(2);
    assertThat(three.desk.current().state(CHAT, APP_1)).isEqualTo(AdminState.READY);
  }

  @Test
  void leavesTheRestAtTheDeadlineOrClosesIt() {
    start();
    fill(100);
    gateways.done(one.operations.order(drain(10, 5_000L, false), "ann"));
    seconds(12);
    Operation left = gateways.operation(two, "op-1");
    assertThat(left.state()).isEqualTo(OperationState.DONE);
    assertThat(left.reason()).matches("the deadline passed, 2[456]\\d sessions stay");
    assertThat(at(APP_1)).isBetween(240, 269);
    int before = gateways.closes.size();
    gateways.done(one.operations.order(drain(null, 4_000L, true), "ann"));
    gateways.pass(Duration.ofMillis(3900));
    assertThat(gateways.closes).as("they end by themselves until then").hasSize(before);
    seconds(6);
    Operation closed = gateways.operation(two, "op-2");
    assertThat(closed.state()).isEqualTo(OperationState.DONE);
    assertThat(at(APP_1)).isZero();
    nobodyTwice();
  }

  @Test
  void aPauseStopsTheClockOfTheDeadline() {
    start();
    fill(10);
    gateways.done(one.operations.order(drain(null, 5_000L, false), "ann"));
    seconds(3);
    gateways.done(one.operations.pause("op-1", "ann"));
    seconds(60);
    gateways.done(one.operations.resume("op-1"));
    seconds(2);
    assertThat(gateways.operation(one, "op-1").state()).isEqualTo(OperationState.RUNNING);
    seconds(5);
    assertThat(gateways.operation(one, "op-1").state()).isEqualTo(OperationState.DONE);
  }

  @Test
  void sessionsThatEndByThemselvesAreCountedAndNotClosed() {
    start();
    fill(50);
    gateways.done(one.operations.order(drain(null, null, false), "ann"));
    seconds(4);
    two.sessions.values().removeIf(session -> session.server.equals(APP_1));
    seconds(2);
    Operation now = gateways.operation(three, "op-1");
    assertThat(now.figures()).isEqualTo(new Figures(0, 50, 100));
    one.sessions.clear();
    three.sessions.clear();
    seconds(3);
    Operation done = gateways.operation(three, "op-1");
    assertThat(done.state()).isEqualTo(OperationState.DONE);
    assertThat(done.figures()).isEqualTo(new Figures(0, 150, 0));
  }

  @Test
  void aNodeThatSleptMakesUpForNothing() {
    start();
    fill(200);
    gateways.done(one.operations.order(drain(60, null, false), "ann"));
    seconds(4);
    three.frozen = true;
    seconds(5);
    three.frozen = false;
    seconds(20);
    assertThat(gateways.operation(one, "op-1").state()).isEqualTo(OperationState.DONE);
    assertThat(at(APP_1)).isZero();
    nobodyTwice();
  }

  @Test
  void standsStillWithoutAMajorityAndTakesNoOrder() {
    start();
    fill(100);
    gateways.done(one.operations.order(drain(20, null, false), "ann"));
    seconds(4);
    gateways.nodes.values().forEach(node -> node.majority = false);
    seconds(2);
    int closed = gateways.closes.size();
    seconds(10);
    assertThat(gateways.closes).hasSize(closed);
    assertThat(gateways.end(one.operations.pause("op-1", "ann")))
        .isEqualTo(new OperationChange.NoMajority());
    assertThat(gateways.end(two.operations.order(drain(20, null, false), "bob")))
        .isEqualTo(new OperationChange.NoMajority());
    gateways.nodes.values().forEach(node -> node.majority = true);
    seconds(20);
    assertThat(at(APP_1)).isZero();
    nobodyTwice();
    neverFasterThan(20);
  }

  @Test
  void pausesByItselfWhenErrorsRise() {
    start();
    fill(100);
    seconds(10);
    gateways.done(one.operations.order(drain(10, null, false), "ann"));
    seconds(5);
    two.errors += 200;
    seconds(8);
    assertThat(gateways.operation(three, "op-1").state())
        .as("a burst is no reason")
        .isEqualTo(OperationState.RUNNING);
    for (int i = 0; i < 60; i++) {
      two.errors += 4;
      gateways.pass(Duration.ofMillis(100));
    }
    Operation paused = gateways.operation(three, "op-1");
    assertThat(paused.state()).isEqualTo(OperationState.PAUSED);
    assertThat(paused.reason())
        .matches("errors rose to \\d+\\.\\d a second \\(connect \\d+\\.\\d\\), before 0\\.0");
    gateways.done(one.operations.resume("op-1"));
    for (int i = 0; i < 40; i++) {
      two.errors += 4;
      gateways.pass(Duration.ofMillis(100));
    }
    assertThat(gateways.operation(three, "op-1").state())
        .as("whoever resumes it knows of the errors")
        .isEqualTo(OperationState.RUNNING);
  }

  @Test
  void comesBackPausedAfterAFullStop() {
    start();
    fill(100);
    gateways.done(one.operations.order(drain(10, null, false), "ann"));
    gateways.done(one.operations.order(Order.drain(CHAT, APP_2, null, 1L, false, false), "ann"));
    seconds(8);
    int closed = gateways.closes.size();
    assertThat(gateways.operation(two, "op-2").state()).isEqualTo(OperationState.DONE);
    SavedOperations older = two.saved;
    seconds(8);
    SavedOperations newer = three.saved;
    assertThat(newer.board().version()).isGreaterThan(older.board().version());
    List.copyOf(gateways.nodes.values()).forEach(gateways::kill);
    for (String table :
        List.of("operations", "operations-past", "operation-progress", "intent", "status")) {
      for (String key : gateways.cloud.keys(table)) {
        gateways.cloud.put(table, key, null);
      }
    }
    gateways.gone.clear();
    Node first = gateways.start("gw-2", older);
    seconds(2);
    Node second = gateways.start("gw-3", newer);
    seconds(5);
    for (Node node : List.of(first, second)) {
      Operation back = gateways.operation(node, "op-1");
      assertThat(back.state()).isEqualTo(OperationState.PAUSED);
      assertThat(back.reason()).isEqualTo("the whole cluster was down");
      assertThat(back.figures().closed()).as("of the newer disk").isGreaterThan(closed);
      isConsistent(back);
      assertThat(gateways.operation(node, "op-2").state()).isEqualTo(OperationState.DONE);
    }
    gateways.done(first.operations.resume("op-1"));
    seconds(5);
    Operation done = gateways.operation(second, "op-1");
    assertThat(done.state()).isEqualTo(OperationState.DONE);
    Operation next = gateways.done(second.operations.order(drain(10, null, false), "ann"));
    assertThat(next.id()).isEqualTo("op-3");
  }

  @Test
  void aBoardThatTheStoreLostIsWrittenAgain() {
    start();
    fill(100);
    gateways.done(one.operations.order(drain(20, null, false), "ann"));
    seconds(5);
    gateways.cloud.lose(Board.TABLE);
    seconds(20);
    assertThat(gateways.operation(three, "op-1").state()).isEqualTo(OperationState.DONE);
    assertThat(at(APP_1)).isZero();
    nobodyTwice();
  }

  @Test
  void keepsAHundredOperations() {
    start();
    for (int i = 0; i < 104; i++) {
      gateways.done(one.operations.order(drain(null, null, false), "ann"));
      seconds(4);
      gateways.end(one.operations.state(CHAT, APP_1, AdminState.READY, "ann"));
      seconds(1);
    }
    List<Operation> all = gateways.end(three.operations.list());
    assertThat(all.size()).isBetween(100, 101);
    assertThat(all.get(0).id()).isEqualTo("op-104");
    assertThat(gateways.cloud.keys(Progress.TABLE.name())).isEmpty();
  }

  // ---------------------------------------------------------------- nodes

  private Order leave(Integer pace, Long deadlineMs, boolean closes) {
    return Order.drain(new NodeName("gw-2"), 2_000, pace, deadlineMs, closes, false);
  }

  @Test
  void drainsANodeAfterItsGraceAndOpensItAgain() {
    start();
    fill(100);
    gateways.done(three.operations.order(leave(50, null, false), "ann"));
    seconds(1);
    assertThat(two.state).isEqualTo(NodeState.DRAINING);
    assertThat(two.listens).isTrue();
    assertThat(gateways.closes).isEmpty();
    seconds(10);
    assertThat(two.listens).isFalse();
    Operation done = gateways.operation(one, "op-1");
    assertThat(done.state()).isEqualTo(OperationState.DONE);
    assertThat(done.figures()).isEqualTo(new Figures(200, 0, 0));
    assertThat(gateways.closes).allMatch(close -> close.node().equals(two.id));
    neverFasterThan(50);
    assertThat(two.state).as("until it is ready").isEqualTo(NodeState.DRAINING);
    assertThat(gateways.end(one.operations.order(leave(50, null, false), "ann")))
        .isInstanceOf(OperationChange.Conflict.class);
    assertThat(gateways.end(one.operations.ready(two.id.name(), "bob")))
        .isEqualTo(new Operations.NodeChange.Done());
    seconds(1);
    assertThat(two.state).isEqualTo(NodeState.READY);
    assertThat(two.listens).isTrue();
  }

  @Test
  void spreadsTheSessionsOfANodeOverItsDeadline() {
    start();
    fill(100);
    gateways.done(three.operations.order(leave(null, 22_000L, true), "ann"));
    seconds(30);
    Operation done = gateways.operation(one, "op-1");
    assertThat(done.state()).isEqualTo(OperationState.DONE);
    assertThat(done.figures().closed()).isEqualTo(200);
    long first = gateways.closes.stream().mapToLong(Close::atNanos).min().orElseThrow();
    assertThat(Gateways.perSecond(gateways.closes, first, first + 16_000_000_000L))
        .allMatch(rate -> rate >= 5 && rate <= 15);
  }

  @Test
  void aNodeIsNotDrainedWhereTheOthersHaveNoRoom() {
    start();
    for (Node node : gateways.nodes.values()) {
      for (int i = 0; i < 700; i++) {
        node.add(APP_1, i, 10);
      }
    }
    seconds(2);
    assertThat(gateways.end(one.operations.order(leave(50, null, false), "ann")))
        .isEqualTo(
            new OperationChange.Conflict(
                "the 2 other nodes have room for 600 sessions, node gw-2 has 700 (force drains"
                    + " it)"));
    gateways.done(
        one.operations.order(Order.drain(two.id.name(), 0, null, null, false, true), "ann"));
    Operation cancelled = gateways.done(one.operations.cancel("op-1", "ann"));
    assertThat(cancelled.state()).isEqualTo(OperationState.CANCELLED);
    seconds(2);
    assertThat(two.state).isEqualTo(NodeState.READY);
  }

  @Test
  void aNodeThatDiesInItsDrainIsSaid() {
    start();
    fill(100);
    gateways.done(three.operations.order(leave(10, null, false), "ann"));
    seconds(6);
    gateways.kill(two);
    seconds(3);
    Operation failed = gateways.operation(one, "op-1");
    assertThat(failed.state()).isEqualTo(OperationState.FAILED);
    assertThat(failed.reason()).startsWith("the node is gone");
    isConsistent(failed);
    assertThat(failed.figures().remaining()).isZero();
    Node again = gateways.start("gw-2");
    seconds(3);
    assertThat(again.state).as("the next process takes sessions").isEqualTo(NodeState.READY);
  }

  // ---------------------------------------------------------------- rebalances

  /** Sessions where the table says, and some of app-1 whose slots are app-3's. */
  private void misplace(int misplaced) {
    int moved = 0;
    for (int slot = 0; slot < 3_000; slot++) {
      var wanted = gateways.first.server(slot);
      Node node = List.copyOf(gateways.nodes.values()).get(slot % 3);
      boolean move = wanted.equals(APP_3) && moved < misplaced;
      moved += move ? 1 : 0;
      node.add(move ? APP_1 : wanted, slot, 1000);
    }
  }

  @Test
  void rebalancesServersAsItsDryRunSaid() {
    start();
    misplace(400);
    Plan plan = gateways.end(two.operations.preview(Order.rebalance(CHAT, 50, 1.1, null))).plan();
    assertThat(plan.sessions()).isBetween(380L, 400L);
    assertThat(plan.from()).isEqualTo(java.util.Map.of("app-1", plan.sessions()));
    assertThat(plan.to()).isEqualTo(java.util.Map.of("app-3", plan.sessions()));
    assertThat(plan.maxOverMean().get(0)).isGreaterThan(1.3);
    assertThat(plan.maxOverMean().get(1)).isLessThan(1.05);
    gateways.done(three.operations.order(Order.rebalance(CHAT, 50, 1.1, null), "ann"));
    seconds(15);
    Operation done = gateways.operation(one, "op-1");
    assertThat(done.state()).isEqualTo(OperationState.DONE);
    assertThat(done.plan()).isEqualTo(plan);
    assertThat(done.figures()).isEqualTo(new Figures(plan.sessions(), 0, 0));
    assertThat(gateways.closes).allMatch(close -> close.server().equals(APP_1));
    nobodyTwice();
    neverFasterThan(50);
    assertThat(two.operations.givenBack(CHAT).stream()).as("the table is as it was").isEmpty();
  }

  @Test
  void aCancelledRebalanceGivesNothingBackAnyMore() {
    start();
    misplace(400);
    gateways.done(three.operations.order(Order.rebalance(CHAT, 50, 1.1, null), "ann"));
    seconds(4);
    assertThat(two.operations.givenBack(CHAT).stream()).isNotEmpty();
    gateways.done(one.operations.cancel("op-1", "ann"));
    gateways.pass(Duration.ofMillis(100));
    int closed = gateways.closes.size();
    assertThat(two.operations.givenBack(CHAT).stream()).isEmpty();
    seconds(5);
    assertThat(gateways.closes).hasSize(closed);
  }

  @Test
  void aRebalanceKeepsToItsBudgetAndThreshold() {
    start();
    misplace(400);
    gateways.done(three.operations.order(Order.rebalance(CHAT, 50, 1.1, 60L), "ann"));
    seconds(10);
    Operation done = gateways.operation(one, "op-1");
    assertThat(done.state()).isEqualTo(OperationState.DONE);
    assertThat(done.figures().closed()).isEqualTo(60);
    gateways.done(three.operations.order(Order.rebalance(CHAT, 50, 2.0, null), "ann"));
    seconds(5);
    Operation nothing = gateways.operation(one, "op-2");
    assertThat(nothing.state()).isEqualTo(OperationState.DONE);
    assertThat(nothing.reason()).isEqualTo("nothing to move");
  }

  @Test
  void rebalancesNodesInRoundsUntilTheyDoNotHelp() {
    start();
    for (int i = 0; i < 300; i++) {
      one.add(APP_1, i, 1000);
      if (i < 60) {
        two.add(APP_1, i, 1000);
        three.add(APP_1, i, 1000);
      }
    }
    seconds(2);
    Plan plan = gateways.end(two.operations.preview(Order.rebalance(50, 1.1, null))).plan();
    assertThat(plan.sessions()).isEqualTo(160);
    assertThat(plan.to()).isEqualTo(java.util.Map.of("gw-2", 80L, "gw-3", 80L));
    gateways.done(three.operations.order(Order.rebalance(50, 1.1, null), "ann"));
    int back = 0;
    for (int i = 0; i < 600; i++) { // everybody comes back to where he was
      gateways.pass(Duration.ofMillis(100));
      for (; back < gateways.closes.size(); back++) {
        one.add(APP_1, 5, 0);
      }
    }
    Operation done = gateways.operation(one, "op-1");
    assertThat(done.state()).isEqualTo(OperationState.DONE);
    assertThat(done.reason()).isEqualTo("two rounds did not lower the spread");
    assertThat(done.figures().closed()).isBetween(300L, 340L);
    assertThat(gateways.closes).allMatch(close -> close.node().equals(one.id));
    isConsistent(done);
  }

  // ---------------------------------------------------------------- chance

  /** Calls of the store that are late, lost, or run twice; a leader that dies now and then. */
  @Test
  void survivesWhateverTheStoreDoes() {
    long seed = Long.getLong("holdfast.seed", System.nanoTime());
    int rounds = Integer.getInteger("holdfast.rounds", 12);
    for (int round = 0; round < rounds; round++) {
      try {
        survive(seed + round);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + (seed + round) + ": " + e.getMessage(), e);
      }
    }
    System.out.println("operations: seed " + seed + ", rounds " + rounds);
  }

  private static void survive(long seed) {
    OperationsTest test = new OperationsTest();
    test.start();
    test.fill(40);
    Random random = new Random(seed);
    Gateways all = test.gateways;
    all.done(test.two.operations.order(drain(20, null, false), "ann"));
    all.cloud.manual();
    boolean killed = false;
    for (int i = 0; i < 3000; i++) {
      List<MemoryCloud.Event> pending = new ArrayList<>(all.cloud.pending());
      for (int n = random.nextInt(6); n > 0 && !pending.isEmpty(); n--) {
        MemoryCloud.Event event = pending.remove(random.nextInt(Math.min(8, pending.size())));
        int dice = random.nextInt(100);
        if (dice < 3) {
          event.lose();
        } else if (dice < 6 && event.label().startsWith("step ")) {
          event.runAndKeep();
        } else {
          event.run();
        }
      }
      all.settle();
      all.pass(Duration.ofMillis(10));
      if (!killed && i > 300 && random.nextInt(500) == 0) {
        killed = true;
        all.kill(all.nodes.values().iterator().next());
      }
    }
    all.cloud.automatic();
    for (MemoryCloud.Event event : all.cloud.pending()) {
      event.run();
    }
    test.seconds(30);
    assertThat(test.at(APP_1)).isZero();
    test.nobodyTwice();
    test.neverFasterThan(30); // seconds of an old and of a new leader may overlap
    for (Node node : all.nodes.values()) {
      Operation done = all.operation(node, "op-1");
      isConsistent(done);
      assertThat(done.state()).isEqualTo(OperationState.DONE);
    }
  }
}
