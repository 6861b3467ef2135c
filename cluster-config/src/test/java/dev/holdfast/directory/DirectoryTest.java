package dev.holdfast.directory;

import static dev.holdfast.directory.Samples.APP_1;
import static dev.holdfast.directory.Samples.APP_2;
import static dev.holdfast.directory.Samples.CHAT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.directory.NodeStatus.Count;
import dev.holdfast.directory.NodeStatus.Permit;
import dev.holdfast.directory.PoolVerdict.Votes;
import dev.holdfast.members.Contact;
import dev.holdfast.store.MemoryCloud;
import dev.holdfast.store.MemoryStore;
import dev.holdfast.store.Rows;
import dev.holdfast.time.ManualLoop;
import dev.holdfast.words.Health;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.NodeState;
import dev.holdfast.words.Scope;
import dev.holdfast.words.ServerName;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DirectoryTest {
  private static final Scope CHAT_LISTENER = Scope.of(new ListenerName("chat"));

  private final MemoryCloud cloud = new MemoryCloud();
  private final ManualLoop loop = new ManualLoop();
  private final Map<NodeName, NodeId> alive = new HashMap<>();

  /** A node with its directory. */
  private final class Member {
    final NodeId id;
    final Directory directory;
    long sessions;
    long clients;
    long refused;
    long peak;
    long epoch = 4;
    boolean majority = true;
    NodeState state = NodeState.READY;
    final Map<ServerName, Health> votes = new HashMap<>();

    Member(String name) {
      id = Samples.id(name, 1);
      alive.put(id.name(), id);
      MemoryStore store = cloud.join(id, loop);
      IntentDesk desk =
          new IntentDesk(
              new IntentDesk.Place(
                  store, loop, this::contact, expected -> true, () -> "a", Trial.NONE),
              Samples.config(100),
              saved -> {});
      directory =
          new Directory(
              store, loop, id, this::status, this::contact, desk, pool -> Map.of(APP_1, 21_846));
      desk.start(Optional.empty());
      loop.run();
      directory.start();
      loop.run();
    }

    Contact contact() {
      return Samples.contact(id, majority, alive.values().toArray(NodeId[]::new));
    }

    NodeStatus status() {
      Map<ServerName, NodeStatus.Server> servers = new HashMap<>();
      votes.forEach(
          (server, vote) ->
              servers.put(server, new NodeStatus.Server(new Count(sessions, 0, null), vote, null)));
      return new NodeStatus(
          id,
          0,
          state,
          "1.0.0",
          HostPort.parse("127.0.0.1:8081"),
          new Count(sessions, Math.max(peak, sessions), 9744L),
          Map.of(CHAT_LISTENER, new Permit(sessions, sessions + 10)),
          1,
          false,
          List.of(),
          majority,
          Map.of(new ListenerName("chat"), new Count(sessions, sessions, 300L)),
          Map.of(
              CHAT, new NodeStatus.Pool(epoch, true, 2, 3, new Count(sessions, 0, null), servers)),
          new NodeStatus.Traffic(
              loop.nanos() / 1_000_000,
              Map.of(
                  new ListenerName("chat"),
                  new NodeStatus.Flow(
                      clients, refused, 10 * clients, 0, Map.of("queue-full", refused)))));
    }

    void die() {
      directory.close();
      loop.run();
      alive.remove(id.name());
      cloud.leave(id);
    }
  }

  private void seconds(long seconds) {
    loop.pass(Duration.ofSeconds(seconds));
  }

  @Test
  void refusalsAreToldByReasonOverAllNodes() {
    Member one = new Member("gw-1");
    Member two = new Member("gw-2");
    seconds(2);
    for (int second = 0; second < 3; second++) {
      one.refused += 3;
      two.refused += 4;
      seconds(1);
    }
    Rates rates = one.directory.view().listeners().get(new ListenerName("chat")).rates();
    assertThat(rates.refused()).isEqualTo(7.0);
    assertThat(rates.reasons()).containsExactly(Map.entry("queue-full", 7.0));
  }

  @Test
  void ratesAreOverAllNodesAndOutliveOnesThatStartAnew() {
    Member one = new Member("gw-1");
    Member two = new Member("gw-2");
    seconds(2);
    for (int second = 0; second < 3; second++) {
      one.clients += 40;
      two.clients += 2;
      seconds(1);
    }
    Rates rates = one.directory.view().listeners().get(new ListenerName("chat")).rates();
    assertThat(rates.clients()).isEqualTo(42.0);
    assertThat(rates.bytesIn()).isEqualTo(420.0);
    two.clients = 0; // it counts from its start again
    seconds(2);
    rates = one.directory.view().listeners().get(new ListenerName("chat")).rates();
    assertThat(rates.clients()).isZero();
  }

  @Test
  void aStatusSurvivesTheStore() {
    Member one = new Member("gw-1");
    one.votes.put(APP_1, null);
    one.votes.put(APP_2, Health.DOWN);
    assertThat(Rows.value(Rows.bytes(one.status()), NodeStatus.class)).isEqualTo(one.status());
  }

  @Test
  void theViewSumsWhatTheNodesSay() {
    Member one = new Member("gw-1");
    Member two = new Member("gw-2");
    one.sessions = 97;
    two.sessions = 193;
    seconds(2);
    two.sessions = 100;
    seconds(2);
    for (Member member : List.of(one, two)) {
      ClusterView view = member.directory.view();
      assertThat(view.leader()).isEqualTo(one.id.name());
      assertThat(view.majority()).isTrue();
      assertThat(view.sessions()).isEqualTo(new Count(197, 290, null));
      assertThat(view.headroom()).as("one of two lost").isEqualTo(9744 - 197);
      assertThat(view.scopes().get(CHAT_LISTENER)).isEqualTo(new ClusterView.Sum(197, 217, 300L));
      assertThat(view.scopes().get(Scope.CLUSTER)).isEqualTo(new ClusterView.Sum(0, 0, null));
      assertThat(view.scopes()).hasSize(6);
      assertThat(view.listeners().get(new ListenerName("chat")).sessions())
          .isEqualTo(new Count(197, 290, 300L));
      ClusterView.Pool pool = view.pools().get(CHAT);
      assertThat(pool.epoch()).isEqualTo(4);
      assertThat(pool.settled()).isTrue();
      assertThat(pool.pins()).isEqualTo(2);
      assertThat(pool.queued()).isEqualTo(6);
      assertThat(pool.servers().get(APP_1).slots()).isEqualTo(21_846);
      assertThat(pool.servers().get(APP_1).standing().health()).isEqualTo(Health.UP);
      assertThat(view.nodes().values())
          .extracting(ClusterView.Node::state)
          .containsExactly(NodeState.READY, NodeState.READY);
    }
  }

  @Test
  void votesBecomeHealthByMajority() {
    Member one = new Member("gw-1");
    Member two = new Member("gw-2");
    Member three = new Member("gw-3");
    one.votes.put(APP_1, Health.DOWN);
    two.votes.put(APP_1, Health.UP);
    seconds(3);
    assertThat(one.directory.view().pools().get(CHAT).servers().get(APP_1).standing().votes())
        .isEqualTo(new Votes(1, 1));
    three.votes.put(APP_1, Health.DOWN);
    seconds(4);
    for (Member member : List.of(one, two, three)) {
      PoolVerdict.Standing standing =
          member.directory.view().pools().get(CHAT).verdict().servers().get(APP_1);
      assertThat(standing.votes()).isEqualTo(new Votes(1, 2));
      assertThat(standing.health()).isEqualTo(Health.DOWN);
    }
  }

  @Test
  void aPoolIsSettledWhenAllRouteByOneEpoch() {
    Member one = new Member("gw-1");
    Member two = new Member("gw-2");
    two.epoch = 5;
    seconds(2);
    assertThat(one.directory.view().pools().get(CHAT).settled()).isFalse();
  }

  @Test
  void aPeakThatANodeCountedBetweenTwoRowsIsInTheMaximum() {
    Member one = new Member("gw-1");
    Member two = new Member("gw-2");
    two.sessions = 2;
    two.peak = 7;
    seconds(2);
    ClusterView view = one.directory.view();
    assertThat(view.sessions()).isEqualTo(new Count(2, 7, null));
  }

  @Test
  void aNodeThatIsNotHeardIsLostAndNotCounted() {
    Member one = new Member("gw-1");
    Member two = new Member("gw-2");
    two.sessions = 5;
    seconds(2);
    two.die();
    seconds(1);
    ClusterView view = one.directory.view();
    assertThat(view.nodes().get(two.id.name()).state()).isEqualTo(NodeState.LOST);
    assertThat(view.sessions().current()).isZero();
    assertThat(view.sessions().max()).isEqualTo(5);
  }

  @Test
  void aNodeThatSaysNothingNewForALeaseIsLostThoughItIsHeard() {
    Member one = new Member("gw-1");
    Member two = new Member("gw-2");
    seconds(2);
    two.directory.close();
    seconds(9);
    assertThat(one.directory.view().nodes().get(two.id.name()).state()).isEqualTo(NodeState.READY);
    seconds(3);
    assertThat(one.directory.view().nodes().get(two.id.name()).state()).isEqualTo(NodeState.LOST);
  }

  @Test
  void aNodeThatLeftInOrderIsLeftUntilItsRowIsForgotten() {
    Member one = new Member("gw-1");
    Member two = new Member("gw-2");
    seconds(2);
    Future<Void> left = two.directory.leave();
    loop.run();
    assertThat(left.succeeded()).isTrue();
    alive.remove(two.id.name());
    cloud.leave(two.id);
    seconds(2);
    assertThat(one.directory.view().nodes().get(two.id.name()).state()).isEqualTo(NodeState.LEFT);
    seconds(61);
    assertThat(one.directory.view().nodes()).containsOnlyKeys(one.id.name());
    assertThat(cloud.row("status", "gw-2")).isNull();
    assertThat(cloud.row("status", "gw-1")).isNotNull();
  }

  @Test
  void aStateThatChangedIsReadWithinTheGapOfHints() {
    Member one = new Member("gw-1");
    Member two = new Member("gw-2");
    seconds(1);
    two.state = NodeState.DRAINING;
    two.directory.publish();
    loop.pass(Duration.ofMillis(510)); // less than the second to the next reading of its own
    assertThat(one.directory.view().nodes().get(two.id.name()).state())
        .isEqualTo(NodeState.DRAINING);
  }

  @Test
  void aRowThatOnlyCountsOnWaitsForTheNextSecond() {
    Member one = new Member("gw-1");
    Member two = new Member("gw-2");
    seconds(6);
    two.sessions = 7;
    two.directory.publish();
    loop.pass(Duration.ofMillis(510));
    assertThat(one.directory.view().sessions().current()).isZero();
    loop.pass(Duration.ofMillis(490));
    assertThat(one.directory.view().sessions().current()).isEqualTo(7);
  }

  @Test
  void withoutAMajorityThereIsNoLeader() {
    Member one = new Member("gw-1");
    one.majority = false;
    seconds(1);
    assertThat(one.directory.view().leader()).isNull();
    assertThat(one.directory.view().majority()).isFalse();
  }

  @Test
  void aStoreThatDoesNotAnswerLeavesTheViewInPlace() {
    Member one = new Member("gw-1");
    Member two = new Member("gw-2");
    seconds(2);
    cloud.manual();
    seconds(5);
    assertThat(cloud.pending()).hasSizeLessThanOrEqualTo(8);
    assertThat(one.directory.view().nodes()).containsKey(two.id.name());
    List<MemoryCloud.Event> unanswered = cloud.pending();
    cloud.automatic();
    unanswered.forEach(MemoryCloud.Event::lose);
    seconds(2);
    assertThat(one.directory.view().nodes().get(two.id.name()).silentMs()).isLessThan(2000);
  }
}
