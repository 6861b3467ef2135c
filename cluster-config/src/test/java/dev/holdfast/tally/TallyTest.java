package dev.holdfast.tally;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.members.Contact;
import dev.holdfast.store.MemoryCloud;
import dev.holdfast.store.MemoryStore;
import dev.holdfast.store.Rows;
import dev.holdfast.time.ManualLoop;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.Scope;
import dev.holdfast.words.Source;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TallyTest {
  private static final ListenerName CHAT = new ListenerName("chat");
  private static final Scope SCOPE = Scope.of(CHAT);
  private static final Source A = Source.parse("10.0.0.1");
  private static final Source B = Source.parse("2001:db8::1");

  private final MemoryCloud cloud = new MemoryCloud();
  private final ManualLoop loop = new ManualLoop();
  private final Set<NodeId> heard = new HashSet<>();

  /** A node whose counts a test sets. */
  private final class Member implements Tally.Counts {
    final NodeId id;
    final Tally tally;
    final Map<Source, Integer> sessions = new HashMap<>();
    int heavyFrom = 2;
    long demand;
    boolean on = true;
    boolean majority = true;
    Others others;
    int told;

    Member(String name, long incarnation) {
      id = new NodeId(new NodeName(name), incarnation);
      heard.add(id);
      MemoryStore store = cloud.join(id, loop);
      tally = new Tally(store, loop, id, this::contact, () -> 4, this);
      tally.start();
      loop.run();
    }

    Contact contact() {
      Map<NodeName, Long> roster = new HashMap<>();
      heard.forEach(each -> roster.put(each.name(), each.incarnation()));
      return new Contact(id, roster, heard, Map.of(), true, majority, 0);
    }

    @Override
    public boolean isOn() {
      return on;
    }

    @Override
    public Told tell(Others known) {
      told++;
      Map<Source, Integer> heavy = new HashMap<>();
      sessions.forEach(
          (source, count) -> {
            if (count >= heavyFrom || known.sources(CHAT).containsKey(source)) {
              heavy.put(source, count);
            }
          });
      return new Told(
          demand == 0 ? Map.of() : Map.of(SCOPE, demand),
          heavy.isEmpty() ? Map.of() : Map.of(CHAT, heavy));
    }

    @Override
    public void hear(Others now) {
      others = now;
    }

    void die() {
      heard.remove(id);
      cloud.leave(id);
    }
  }

  private void seconds(long seconds) {
    loop.pass(Duration.ofSeconds(seconds));
  }

  @Test
  void aRowSurvivesTheStore() {
    TallyRow row =
        new TallyRow(
            new NodeId(new NodeName("gw-1"), 3),
            7,
            new Told(Map.of(SCOPE, 5L), Map.of(CHAT, Map.of(A, 3, B, 4))));
    assertThat(Rows.value(Rows.bytes(row), TallyRow.class)).isEqualTo(row);
  }

  @Test
  void aFullRowIsSmall() {
    Map<Source, Integer> many = new HashMap<>();
    for (int i = 0; i < Tally.MOST_SOURCES; i++) {
      many.put(new Source(0x2001_0db8_0000_0000L + i * 0x1_0001L, 0), 1000 + i);
    }
    TallyRow row =
        new TallyRow(
            new NodeId(new NodeName("gw-1"), 3), 7, new Told(Map.of(), Map.of(CHAT, many)));
    assertThat(Rows.bytes(row).length).isLessThan(128 << 10);
  }

  @Test
  void whatOneNodeCountsTheOthersKnowWithinASecond() {
    Member one = new Member("gw-1", 1);
    Member two = new Member("gw-2", 1);
    Member three = new Member("gw-3", 1);
    one.sessions.put(A, 5);
    two.sessions.put(A, 3);
    two.sessions.put(B, 1);
    seconds(2);
    assertThat(three.others.sources(CHAT)).isEqualTo(Map.of(A, 8));
    assertThat(one.others.sources(CHAT)).isEqualTo(Map.of(A, 3));
    assertThat(one.others.nodes()).isEqualTo(3);
    one.sessions.remove(A);
    two.sessions.put(A, 1);
    seconds(3);
    assertThat(three.others.sources(CHAT)).as("light, and nobody tells of it").isEmpty();
  }

  @Test
  void aSourceThatOneNodeNamesIsToldByAllThatHaveIt() {
    Member one = new Member("gw-1", 1);
    Member two = new Member("gw-2", 1);
    Member three = new Member("gw-3", 1);
    one.sessions.put(A, 2);
    two.sessions.put(A, 1);
    three.sessions.put(A, 1);
    seconds(3);
    assertThat(one.others.sources(CHAT)).isEqualTo(Map.of(A, 2));
    assertThat(two.others.sources(CHAT)).isEqualTo(Map.of(A, 3));
  }

  @Test
  void countsOfANodeThatIsGoneAreGone() {
    Member one = new Member("gw-1", 1);
    Member two = new Member("gw-2", 1);
    two.sessions.put(A, 5);
    seconds(2);
    assertThat(one.others.sources(CHAT)).isEqualTo(Map.of(A, 5));
    two.die();
    seconds(1);
    assertThat(one.others.sources(CHAT)).isEmpty();
    assertThat(one.others.nodes()).isEqualTo(1);
    Member again = new Member("gw-2", 2);
    seconds(2);
    assertThat(one.others.sources(CHAT)).as("the row of the process before").isEmpty();
    again.sessions.put(A, 2);
    seconds(2);
    assertThat(one.others.sources(CHAT)).isEqualTo(Map.of(A, 2));
  }

  @Test
  void whereNothingIsLimitedNobodyIsTold() {
    Member one = new Member("gw-1", 1);
    Member two = new Member("gw-2", 1);
    one.sessions.put(A, 5);
    seconds(2);
    assertThat(two.others.sources(CHAT)).isEqualTo(Map.of(A, 5));
    one.on = false;
    seconds(2);
    assertThat(one.others.sources(CHAT)).isEmpty();
    int before = one.told;
    seconds(5);
    assertThat(one.told).isEqualTo(before);
  }

  @Test
  void aLostRowIsWrittenAgain() {
    Member one = new Member("gw-1", 1);
    Member two = new Member("gw-2", 1);
    one.sessions.put(A, 5);
    seconds(2);
    MemoryStore other = cloud.join(new NodeId(new NodeName("gw-9"), 1), loop);
    other.remove(TallyRow.TABLE, "gw-1");
    seconds(6);
    assertThat(two.others.sources(CHAT)).isEqualTo(Map.of(A, 5));
    Map<String, TallyRow> found = new HashMap<>();
    other.readAll(TallyRow.TABLE).onSuccess(found::putAll);
    loop.run();
    assertThat(found).containsKey("gw-1");
  }

  @Test
  void theRateIsDividedByDemand() {
    Member one = new Member("gw-1", 1);
    Member two = new Member("gw-2", 1);
    Member three = new Member("gw-3", 1);
    seconds(1);
    assertThat(one.others.part(SCOPE)).isEqualTo(1 / 3.0);
    one.demand = 900;
    two.demand = 100;
    seconds(3);
    assertThat(one.others.part(SCOPE)).isBetween(0.75, 0.85);
    assertThat(three.others.part(SCOPE)).isBetween(0.05, 0.1);
    assertThat(one.others.part(SCOPE) + two.others.part(SCOPE) + three.others.part(SCOPE))
        .isBetween(0.9999, 1.0001);
  }

  @Test
  void aSuddenDemandOfAllIsNotThoughtTheOnlyOne() {
    Member one = new Member("gw-1", 1);
    Member two = new Member("gw-2", 1);
    seconds(1);
    one.demand = 20_000;
    two.demand = 20_000;
    loop.pass(Duration.ofMillis(1)); // before anybody has told
    assertThat(one.others.part(SCOPE)).isEqualTo(0.5);
    seconds(3);
    assertThat(one.others.part(SCOPE)).isEqualTo(0.5);
  }

  @Test
  void withoutAMajorityTheRateIsDividedByTheNodesThatAreExpected() {
    Member one = new Member("gw-1", 1);
    new Member("gw-2", 1);
    one.majority = false;
    seconds(1);
    assertThat(one.others.part(SCOPE)).isEqualTo(0.25);
  }

  @Test
  void whoLeavesTakesItsRowAway() {
    Member one = new Member("gw-1", 1);
    Member two = new Member("gw-2", 1);
    one.sessions.put(A, 5);
    seconds(2);
    one.tally.close();
    heard.remove(one.id);
    seconds(2);
    assertThat(two.others.sources(CHAT)).isEmpty();
    Map<String, TallyRow> found = new HashMap<>();
    cloud
        .join(new NodeId(new NodeName("gw-9"), 1), loop)
        .readAll(TallyRow.TABLE)
        .onSuccess(found::putAll);
    loop.run();
    assertThat(found).doesNotContainKey("gw-1");
  }
}
