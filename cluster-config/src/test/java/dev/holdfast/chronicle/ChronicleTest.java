package dev.holdfast.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.config.ConfigFile;
import dev.holdfast.config.Host;
import dev.holdfast.config.SharedConfig;
import dev.holdfast.directory.ClusterView;
import dev.holdfast.directory.Intent;
import dev.holdfast.directory.Made;
import dev.holdfast.directory.NodeStatus;
import dev.holdfast.directory.NodeStatus.Count;
import dev.holdfast.directory.PoolVerdict;
import dev.holdfast.directory.PoolVerdict.Standing;
import dev.holdfast.directory.PoolVerdict.Votes;
import dev.holdfast.store.MemoryCloud;
import dev.holdfast.time.ManualLoop;
import dev.holdfast.words.AdminState;
import dev.holdfast.words.Health;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.NodeState;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Scope;
import dev.holdfast.words.ServerName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Three nodes, each with a view of its own of one truth, over the store in memory. */
class ChronicleTest {
  private static final PoolName CHAT = new PoolName("chat");
  private static final ServerName APP_1 = new ServerName("app-1");
  private static final Scope LISTENER = Scope.of(new ListenerName("chat"));
  private static final SharedConfig CONFIG =
      ConfigFile.parse(
              """
              listeners:
                - { name: chat, bind: 0.0.0.0:7000, pool: chat, limits: { sessions: 100 } }
              pools:
                - { name: chat, servers: [ { name: app-1, host: 127.0.0.1, ports: [9001] } ] }
              """,
              "x",
              Path.of(""),
              new Host("h", 20_000))
          .orThrow()
          .shared();

  private final MemoryCloud cloud = new MemoryCloud();
  private final ManualLoop loop = new ManualLoop();
  private final Map<String, Member> members = new TreeMap<>();

  // the truth
  private final Map<String, NodeState> states = new TreeMap<>();
  private NodeName leader = new NodeName("gw-1");
  private Health health = Health.UP;
  private AdminState admin = AdminState.READY;
  private long epoch = 1;
  private long held;
  private long revision = 1;

  private final class Member {
    final NodeName name;
    final Chronicle chronicle;
    final List<Happening> heard = new ArrayList<>();
    boolean majority = true;
    boolean asleep;

    Member(String text) {
      name = new NodeName(text);
      chronicle = new Chronicle(cloud.join(new NodeId(name, 1), loop), loop, name);
      chronicle.onNews(heard::addAll);
      states.put(text, NodeState.READY);
      members.put(text, this);
      chronicle.start();
      loop.run();
    }

    List<String> texts() {
      return chronicle.book().entries().stream().map(Happening::text).toList();
    }
  }

  private ClusterView view(boolean majority) {
    Map<NodeName, ClusterView.Node> nodes = new HashMap<>();
    states.forEach((name, state) -> nodes.put(new NodeName(name), node(name, state)));
    Intent intent =
        new Intent(
            "l",
            revision,
            CONFIG,
            Map.of(),
            Map.of(),
            Map.of(),
            new Made("ann", 1, List.of("pools[chat].servers[app-1].weight: 100 -> 50")));
    Standing standing = new Standing(100, admin, false, health, health, new Votes(3, 0));
    Count count = new Count(held, held, 100L);
    return new ClusterView(
        loop.nanos(),
        intent,
        false,
        leader,
        majority,
        count,
        nodes,
        Map.of(LISTENER, new ClusterView.Sum(held, held, 100L)),
        Map.of(),
        Map.of(
            CHAT,
            new ClusterView.Pool(
                epoch,
                true,
                0,
                0,
                count,
                new PoolVerdict(CHAT, false, Map.of(APP_1, standing)),
                Map.of(
                    APP_1,
                    new ClusterView.Server(
                        CONFIG.pool(CHAT).orElseThrow().server(APP_1).orElseThrow(),
                        standing,
                        65536,
                        count)))));
  }

  private ClusterView.Node node(String name, NodeState state) {
    return new ClusterView.Node(
        new NodeStatus(
            new NodeId(new NodeName(name), 1),
            1,
            state,
            "1",
            HostPort.parse("127.0.0.1:1"),
            new Count(0, 0, null),
            Map.of(),
            revision,
            false,
            List.of(),
            true,
            Map.of(),
            Map.of(),
            NodeStatus.Traffic.NONE),
        state,
        0);
  }

  private void seconds(int count) {
    for (int i = 0; i < count; i++) {
      for (Member member : members.values()) {
        if (!member.asleep) {
          member.chronicle.look(view(member.majority));
        }
      }
      loop.pass(Duration.ofSeconds(1));
    }
  }

  @Test
  void tellsTheSameOnEveryNodeAndEachOnce() {
    for (String name : List.of("gw-1", "gw-2", "gw-3")) {
      new Member(name);
    }
    seconds(8);
    health = Health.DOWN;
    seconds(8);
    health = Health.UP;
    admin = AdminState.DRAIN;
    epoch = 2;
    revision = 2;
    seconds(8);
    List<String> texts = members.get("gw-1").texts();
    assertThat(texts)
        .containsExactly(
            "node gw-1 is READY",
            "node gw-2 is READY",
            "node gw-3 is READY",
            "the table of pool chat is at epoch 1",
            "revision 1 is in force on 3 nodes: pools[chat].servers[app-1].weight: 100 -> 50",
            "server chat/app-1 is DOWN (3 of 3 nodes say up)",
            "server chat/app-1 is UP (3 of 3 nodes say up)",
            "server chat/app-1 is in DRAIN",
            "the table of pool chat is at epoch 2",
            "revision 2 is in force on 3 nodes: pools[chat].servers[app-1].weight: 100 -> 50");
    for (Member member : members.values()) {
      assertThat(member.chronicle.book()).isEqualTo(members.get("gw-1").chronicle.book());
      assertThat(member.heard.stream().map(Happening::id)).doesNotHaveDuplicates().isSorted();
    }
    Happening drain = members.get("gw-2").chronicle.book().entries().get(7);
    assertThat(drain.by()).isEqualTo("ann");
    assertThat(drain.id()).isEqualTo(8);
    assertThat(members.get("gw-3").chronicle.book().after(8)).hasSize(2);
    assertThat(members.get("gw-3").chronicle.book().after(500)).as("another history").hasSize(10);
  }

  @Test
  void whatALeaderDidNotTellSomebodyElseTells() {
    Member one = new Member("gw-1");
    Member two = new Member("gw-2");
    seconds(8);
    one.asleep = true;
    states.put("gw-1", NodeState.LOST);
    seconds(1);
    assertThat(two.texts()).doesNotContain("node gw-1 is LOST");
    seconds(3);
    assertThat(two.texts()).contains("node gw-1 is LOST");
    leader = two.name;
    one.asleep = false;
    states.put("gw-1", NodeState.READY);
    seconds(8);
    assertThat(one.texts()).isEqualTo(two.texts()).endsWith("node gw-1 is READY");
  }

  @Test
  void aLimitIsReachedOnceUntilItIsWellBelow() {
    Member one = new Member("gw-1");
    seconds(2);
    int before = one.texts().size();
    for (long now : List.of(99L, 100L, 99L, 100L, 96L, 100L, 94L, 99L)) {
      held = now;
      seconds(1);
    }
    assertThat(one.texts().subList(before, one.texts().size()))
        .containsExactly(
            "the limit of listener/chat is reached: 100",
            "listener/chat is below its limit again: 94 of 100");
  }

  @Test
  void aNodeWithoutAMajorityTellsItsOwnAndLaterAll() {
    Member one = new Member("gw-1");
    Member two = new Member("gw-2");
    seconds(8);
    two.heard.clear();
    two.majority = false;
    seconds(12);
    assertThat(two.heard).extracting(Happening::text).containsExactly("node gw-2 sees no majority");
    assertThat(two.heard.get(0).id()).isZero();
    two.majority = true;
    seconds(8);
    assertThat(one.texts()).endsWith("node gw-2 saw no majority for 12 s");
  }

  @Test
  void aListThatIsLostIsWrittenAgain() {
    Member one = new Member("gw-1");
    seconds(3);
    List<String> before = one.texts();
    cloud.join(new NodeId(new NodeName("x"), 1), loop).remove(Chronicle.TABLE, "book");
    loop.run();
    health = Health.DOWN;
    seconds(7);
    assertThat(one.texts()).startsWith(before.toArray(String[]::new)).hasSize(before.size() + 1);
    Member late = new Member("gw-2");
    loop.run();
    assertThat(late.texts()).isEqualTo(one.texts());
    assertThat(late.heard).as("history is no news").isEmpty();
  }

  @Test
  void keepsABoundedNumber() {
    Book book = Book.EMPTY;
    for (int i = 0; i < 1000; i++) {
      book =
          book.with(
              List.of(new Fact("k", "table/p", Integer.toString(i), false, "t", null)),
              i,
              List.of());
    }
    assertThat(book.entries()).hasSize(Book.MOST);
    assertThat(book.last()).isEqualTo(1000);
    assertThat(book.states()).hasSize(1);
    assertThat(book.with(List.of(), 0, List.of("table/p")).states()).isEmpty();
  }
}
