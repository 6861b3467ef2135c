package dev.holdfast.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.config.SharedConfig;
import dev.holdfast.directory.NodeStatus.Count;
import dev.holdfast.members.Contact;
import dev.holdfast.store.MemoryCloud;
import dev.holdfast.store.MemoryStore;
import dev.holdfast.store.Rows;
import dev.holdfast.time.ManualLoop;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.NodeState;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The trial of a configuration by three nodes: who dies, sleeps, joins or is cut off when. */
class ProposalsTest {
  private static final SharedConfig NOW = Samples.config(100);
  private static final SharedConfig NEXT = Samples.config(50);

  private final MemoryCloud cloud = new MemoryCloud();
  private final ManualLoop loop = new ManualLoop();
  private final Map<NodeName, Member> members = new HashMap<>();
  private final Map<NodeName, Long> gone = new HashMap<>();
  private final TreeSet<String> silent = new TreeSet<>();
  private int names;

  /** A node: its desk, what it keeps, and its word. */
  private final class Member implements Trial {
    final NodeId id;
    final MemoryStore store;
    final IntentDesk desk;
    final TreeSet<String> kept = new TreeSet<>();
    List<Objection> objections = List.of();
    boolean answers = true;
    boolean majority = true;
    int attempts;

    Member(String name, long incarnation) {
      id = Samples.id(name, incarnation);
      store = cloud.join(id, loop);
      members.put(id.name(), this);
      desk =
          new IntentDesk(
              new IntentDesk.Place(
                  store, loop, this::contact, expected -> true, () -> "id-" + ++names, this),
              NOW,
              saved -> {});
      desk.start(Optional.empty());
      loop.run();
      say(NodeState.READY);
    }

    void say(NodeState state) {
      store.write(
          Directory.TABLE,
          id.name().value(),
          new NodeStatus(
              id,
              1,
              state,
              "1",
              HostPort.parse("127.0.0.1:1"),
              new Count(0, 0, null),
              Map.of(),
              1,
              false,
              List.of(),
              true,
              Map.of(),
              Map.of(),
              NodeStatus.Traffic.NONE));
      loop.run();
    }

    Contact contact() {
      NodeId[] heard =
          members.values().stream()
              .map(member -> member.id)
              .filter(one -> one.equals(id) || !silent.contains(one.name().value()))
              .toArray(NodeId[]::new);
      Contact all = Samples.contact(id, majority, heard);
      return new Contact(id, all.roster(), all.heard(), gone, true, majority, 60_000);
    }

    @Override
    public Future<List<Objection>> attempt(String proposal, SharedConfig next) {
      attempts++;
      kept.add(proposal);
      return answers ? Future.succeededFuture(objections) : Future.future(never -> {});
    }

    @Override
    public void letGo(String proposal) {
      kept.remove(proposal);
    }

    /** Killed: what it asked is lost, what it kept is free. */
    void die() {
      desk.close();
      loop.run();
      cloud.leave(id);
      members.remove(id.name());
      kept.clear();
    }

    long revision() {
      return desk.current().revision();
    }
  }

  private final Member one = new Member("gw-1", 1);
  private final Member two = new Member("gw-2", 1);
  private final Member three = new Member("gw-3", 1);

  private IntentChange end(Future<IntentChange> future) {
    for (int i = 0; i < 200 && !future.isComplete(); i++) {
      loop.pass(Duration.ofMillis(100));
    }
    assertThat(future.isComplete()).isTrue();
    loop.pass(IntentDesk.RECONCILE);
    return future.result();
  }

  private void nothingChanged() {
    for (Member member : members.values()) {
      assertThat(member.revision()).isEqualTo(1);
      assertThat(member.desk.current().config()).isEqualTo(NOW);
    }
    nothingKept();
  }

  private void nothingKept() {
    members.values().forEach(member -> assertThat(member.kept).as("%s", member.id).isEmpty());
    assertThat(Rows.value(cloud.row("intent", "intent"), IntentRow.class).proposal()).isNull();
  }

  @Test
  void allTryItThenAllHaveIt() {
    IntentChange change = end(two.desk.replace(NEXT, 1, "ann"));
    assertThat(change).isInstanceOf(IntentChange.Done.class);
    for (Member member : members.values()) {
      assertThat(member.revision()).isEqualTo(2);
      assertThat(member.attempts).isEqualTo(1);
    }
    nothingKept();
  }

  @Test
  void oneThatCannotFollowLeavesAllAsTheyWere() {
    three.objections = List.of(new Trial.Objection("listeners[chat].bind", "x:1", "a free port"));
    assertThat(end(one.desk.replace(NEXT, 1, "ann")))
        .isEqualTo(new IntentChange.Objected(Map.of(three.id.name(), three.objections)));
    assertThat(two.attempts).isEqualTo(1);
    nothingChanged();
  }

  @Test
  void oneThatDoesNotSayIsNamedAfterTheBound() {
    three.answers = false;
    Future<IntentChange> change = one.desk.replace(NEXT, 1, "ann");
    loop.pass(Proposals.ANSWERS.minusMillis(500));
    assertThat(change.isComplete()).isFalse();
    assertThat(end(change)).isEqualTo(new IntentChange.Unanswered(List.of(three.id.name())));
    nothingChanged();
  }

  @Test
  void oneThatIsLostWhileItIsWaitedForIsNotWaitedForAnyMore() {
    three.answers = false;
    Future<IntentChange> change = one.desk.replace(NEXT, 1, "ann");
    loop.pass(Duration.ofSeconds(1));
    silent.add("gw-3");
    assertThat(end(change)).isInstanceOf(IntentChange.Done.class);
    assertThat(two.revision()).isEqualTo(2);
  }

  @Test
  void oneThatJoinsInTheMiddleIsAskedToo() {
    three.answers = false;
    Future<IntentChange> change = one.desk.replace(NEXT, 1, "ann");
    loop.pass(Duration.ofSeconds(1));
    Member four = new Member("gw-4", 1);
    four.objections = List.of(new Trial.Objection("listeners[chat].bind", "x:1", "a free port"));
    loop.pass(IntentDesk.RECONCILE); // it reads the row by itself
    assertThat(end(change)).isInstanceOf(IntentChange.Objected.class);
    nothingChanged();
  }

  @Test
  void theAnswerOfAProcessBeforeDoesNotCount() {
    three.answers = false;
    Future<IntentChange> change = one.desk.replace(NEXT, 1, "ann");
    loop.pass(Duration.ofMillis(300));
    String id = three.kept.first();
    three.store.write(Verdict.TABLE, "gw-3", new Verdict(Samples.id("gw-3", 0), id, List.of()));
    assertThat(end(change)).isEqualTo(new IntentChange.Unanswered(List.of(three.id.name())));
  }

  @Test
  void aSecondProposalIsToldOfTheFirst() {
    three.answers = false;
    Future<IntentChange> first = one.desk.replace(NEXT, 1, "ann");
    loop.pass(Duration.ofMillis(300));
    assertThat(end(two.desk.replace(Samples.config(7), 1, "bob")).toString())
        .contains("another configuration is being tried, proposed at gw-1");
    assertThat(end(one.desk.replace(Samples.config(7), 1, "bob")).toString())
        .contains("another configuration is being tried, proposed at gw-1");
    assertThat(end(first)).isInstanceOf(IntentChange.Unanswered.class);
  }

  @Test
  void aChangeOfOneServerMeanwhileMakesTheProposalStale() {
    three.answers = false;
    Future<IntentChange> change = one.desk.replace(NEXT, 1, "ann");
    loop.pass(Duration.ofMillis(300));
    assertThat(end(two.desk.putServer(Samples.CHAT, Samples.server("app-4", 9004), "bob")))
        .isInstanceOf(IntentChange.Done.class);
    three.answers = true;
    assertThat(end(change))
        .isIn(new IntentChange.Stale(2), new IntentChange.Unanswered(List.of(three.id.name())));
    assertThat(one.revision()).isEqualTo(2);
    nothingKept();
  }

  @Test
  void whenTheOneWhoProposesDiesTheOthersEndItAndItNeverCounts() {
    three.answers = false;
    Future<IntentChange> lost = one.desk.replace(NEXT, 1, "ann");
    loop.pass(Duration.ofMillis(300));
    assertThat(two.kept).hasSize(1);
    one.die();
    loop.pass(Proposals.HOLD.plus(IntentDesk.RECONCILE).plusSeconds(1));
    nothingChanged();
    assertThat(lost.succeeded()).isFalse();
    three.answers = true;
    assertThat(end(two.desk.replace(NEXT, 1, "bob"))).isInstanceOf(IntentChange.Done.class);
  }

  @Test
  void aProofThatTheOneWhoProposedIsGoneEndsItAtOnce() {
    three.answers = false;
    one.desk.replace(NEXT, 1, "ann");
    loop.pass(Duration.ofMillis(300));
    one.die();
    gone.put(one.id.name(), one.id.incarnation());
    loop.pass(IntentDesk.RECONCILE.multipliedBy(2));
    nothingChanged();
  }

  @Test
  void oneWhoSleptAfterAllAnsweredCommitsNothingThatTheOthersLetGo() {
    cloud.manual();
    Future<IntentChange> change = one.desk.replace(NEXT, 1, "ann");
    // everything happens but the commit, which is under way while its sender sleeps
    List<MemoryCloud.Event> commits = new ArrayList<>();
    runAll(
        event -> {
          if (event.label().contains("IntentStep") && !event.label().startsWith("answer")) {
            commits.add(event);
            return false;
          }
          return true;
        });
    assertThat(commits).isNotEmpty();
    for (int i = 0; i < 150; i++) {
      loop.pass(Duration.ofMillis(100));
      runAll(event -> !commits.contains(event) && !event.label().contains("IntentStep"));
    }
    assertThat(two.kept).isEmpty(); // withdrawn by a node that waited too long
    commits.get(0).run();
    cloud.automatic();
    runAll(event -> true);
    assertThat(end(change).toString()).contains("ended by another node");
    nothingChanged();
  }

  @Test
  void everyStepMayRunTwiceOrLate() {
    for (long seed = 1; seed <= 40; seed++) {
      new ProposalsTest().twiceOrLate(new Random(seed), seed);
    }
  }

  private void twiceOrLate(Random random, long seed) {
    cloud.manual();
    Future<IntentChange> change = two.desk.replace(NEXT, 1, "ann");
    List<MemoryCloud.Event> again = new ArrayList<>();
    for (int i = 0; i < 400 && !change.isComplete(); i++) {
      loop.pass(Duration.ofMillis(20));
      runAll(
          event -> {
            if (event.label().startsWith("step") && random.nextInt(3) == 0) {
              again.add(event);
              event.runAndKeep();
              return false;
            }
            return true;
          });
    }
    assertThat(change.isComplete()).as("seed=%d", seed).isTrue();
    again.forEach(
        event -> {
          event.runAndKeep();
          loop.run();
        });
    cloud.automatic();
    runAll(event -> true);
    loop.pass(Proposals.HOLD.multipliedBy(2));
    assertThat(change.result()).as("seed=%d", seed).isInstanceOf(IntentChange.Done.class);
    for (Member member : members.values()) {
      assertThat(member.revision()).as("seed=%d", seed).isEqualTo(2);
    }
    nothingKept();
  }

  @Test
  void aNodeWithoutAMajorityProposesNothingAndKeepsWhatItKeptUntilItReads() {
    three.answers = false;
    Future<IntentChange> change = one.desk.replace(NEXT, 1, "ann");
    loop.pass(Duration.ofMillis(300));
    two.majority = false;
    assertThat(end(change)).isInstanceOf(IntentChange.Unanswered.class);
    assertThat(two.kept).hasSize(1);
    assertThat(end(two.desk.replace(NEXT, 1, "ann"))).isEqualTo(IntentChange.NoMajority.NONE);
    two.majority = true;
    loop.pass(IntentDesk.RECONCILE);
    nothingChanged();
  }

  @Test
  void whoProposesAndLosesTheMajorityWithdraws() {
    three.answers = false;
    Future<IntentChange> change = one.desk.replace(NEXT, 1, "ann");
    loop.pass(Duration.ofMillis(300));
    one.majority = false;
    three.store.write(Verdict.TABLE, "gw-3", new Verdict(three.id, three.kept.first(), List.of()));
    assertThat(end(change)).isEqualTo(IntentChange.NoMajority.NONE);
    one.majority = true;
    loop.pass(IntentDesk.RECONCILE);
    nothingChanged();
  }

  /** Which events happen. */
  private interface Which {
    boolean happens(MemoryCloud.Event event);
  }

  private void runAll(Which which) {
    for (int i = 0; i < 2000; i++) {
      loop.run();
      Optional<MemoryCloud.Event> next =
          cloud.pending().stream().filter(which::happens).findFirst();
      if (next.isEmpty()) {
        return;
      }
      next.get().run();
    }
  }
}
