package dev.holdfast.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.words.ServerName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

class TablePlanPropertiesTest {
  private static final int TRIES = 100;

  @Property(tries = TRIES, shrinking = ShrinkingMode.BOUNDED)
  void sharesAreExactAndMovesMinimalAlongAnyHistory(
      @ForAll("pools") Map<ServerName, Integer> pool, @ForAll Random random) {
    SlotTable table = TablePlan.first(Pools.CHAT, pool);
    Plans.assertExactShares(table, pool);
    for (int step = 0; step < 6; step++) {
      Map<ServerName, Integer> usable = changed(pool, random);
      SlotTable settled = random.nextInt(3) == 0 ? TablePlan.settle(table, usable) : table;
      assertThat(table.movedTo(settled).isEmpty()).isTrue();
      SlotTable next = TablePlan.next(settled, usable);
      Plans.assertExactShares(next, usable);
      Plans.assertMinimalMoves(table, next);
      table = next;
    }
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.BOUNDED)
  void noOtherRoundingOfTheSharesWouldMoveFewerSlots(
      @ForAll("pools") Map<ServerName, Integer> pool, @ForAll Random random) {
    SlotTable table = TablePlan.first(Pools.CHAT, pool);
    Map<ServerName, Integer> configured = changed(pool, random);
    SlotTable next = TablePlan.next(TablePlan.settle(table, configured), configured);
    assertThat(table.movedTo(next).cardinality())
        .isEqualTo(Plans.fewestMoves(table.shares(), configured));
    assertThat(next.homeShares()).isEqualTo(next.shares());
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.BOUNDED)
  void theOrderOfTheServersIsNoDifference(
      @ForAll("pools") Map<ServerName, Integer> pool, @ForAll Random random) {
    SlotTable first = TablePlan.first(Pools.CHAT, pool);
    assertThat(TablePlan.first(Pools.CHAT, Pools.shuffled(pool, random))).isEqualTo(first);
    Map<ServerName, Integer> other = changed(pool, random);
    assertThat(TablePlan.next(first, Pools.shuffled(other, random)))
        .isEqualTo(TablePlan.next(first, other));
    assertThat(TablePlan.settle(first, Pools.shuffled(other, random)))
        .isEqualTo(TablePlan.settle(first, other));
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.BOUNDED)
  void downAndUpGivesTheTableFromBefore(
      @ForAll("pools") Map<ServerName, Integer> pool, @ForAll Random random) {
    SlotTable first = TablePlan.first(Pools.CHAT, pool);
    Map<ServerName, Integer> other = changed(pool, random);
    SlotTable before = TablePlan.next(TablePlan.settle(first, other), other);
    ServerName down = any(other, random);
    SlotTable between = TablePlan.next(before, Pools.without(other, down));
    assertThat(TablePlan.next(between, other)).isEqualTo(before);
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.BOUNDED)
  void twoServersDownAndUpInAnyOrderGiveTheTableFromBefore(
      @ForAll @IntRange(min = 2, max = 32) int servers, @ForAll Random random) {
    Map<ServerName, Integer> pool = Pools.equal(servers);
    assertThat(afterDownAndUp(pool, 2, random)).isEqualTo(TablePlan.first(Pools.CHAT, pool));
  }

  /** Minimal moves cannot undo every rounding: see the description of the package. */
  @Property(tries = TRIES, shrinking = ShrinkingMode.BOUNDED)
  void severalServersDownAndUpLeaveAlmostEverySlotAtHome(
      @ForAll("pools") Map<ServerName, Integer> pool, @ForAll Random random) {
    SlotTable before = TablePlan.first(Pools.CHAT, pool);
    SlotTable after = afterDownAndUp(pool, 3, random);
    assertThat(after.movedTo(before).cardinality()).isLessThan(SlotTable.SLOTS / 100);
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.BOUNDED)
  void secondChoicesAreWhatTheTableWillSay(
      @ForAll("pools") Map<ServerName, Integer> pool, @ForAll Random random) {
    SlotTable table = TablePlan.first(Pools.CHAT, pool);
    SecondChoices choices = new SecondChoices(table, pool);
    ServerName down = any(pool, random);
    SlotTable after = TablePlan.next(table, Pools.without(pool, down));
    for (int i = 0; i < 200; i++) {
      int slot = random.nextInt(SlotTable.SLOTS);
      ServerName expected =
          down.equals(table.server(slot)) ? after.server(slot) : table.server(slot);
      assertThat(choices.without(down, slot)).isEqualTo(expected);
    }
  }

  @Provide
  Arbitrary<Map<ServerName, Integer>> pools() {
    return Arbitraries.oneOf(
            Arbitraries.integers().between(0, 1000).list().ofMinSize(1).ofMaxSize(12),
            Arbitraries.integers().between(0, 3).list().ofMinSize(1).ofMaxSize(120),
            Arbitraries.integers().between(90, 110).list().ofMinSize(1).ofMaxSize(40))
        .filter(weights -> weights.stream().anyMatch(weight -> weight > 0))
        .map(Pools::weights);
  }

  /** The first table after some servers went down one by one and came back in another order. */
  private static SlotTable afterDownAndUp(
      Map<ServerName, Integer> pool, int servers, Random random) {
    List<ServerName> down = new ArrayList<>(pool.keySet());
    Collections.shuffle(down, random);
    down = down.subList(0, Math.min(pool.size(), servers));
    TreeMap<ServerName, Integer> usable = new TreeMap<>(pool);
    SlotTable table = TablePlan.first(Pools.CHAT, pool);
    for (ServerName server : down) {
      usable.remove(server);
      table = TablePlan.next(table, usable);
    }
    Collections.shuffle(down, random);
    for (ServerName server : down) {
      usable.put(server, pool.get(server));
      table = TablePlan.next(table, usable);
    }
    return table;
  }

  /** Some servers gone, some of another weight, some new; at least one has a weight. */
  private static Map<ServerName, Integer> changed(Map<ServerName, Integer> pool, Random random) {
    TreeMap<ServerName, Integer> changed = new TreeMap<>(pool);
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes; i++) {
      ServerName server = Pools.server(1 + random.nextInt(pool.size() + 3));
      if (random.nextInt(3) == 0) {
        changed.remove(server);
      } else {
        changed.put(server, random.nextInt(200));
      }
    }
    changed.putIfAbsent(Pools.server(1), 1);
    changed.merge(Pools.server(1), 1, Math::max);
    return changed;
  }

  private static ServerName any(Map<ServerName, Integer> pool, Random random) {
    List<ServerName> servers = new ArrayList<>(pool.keySet());
    return servers.get(random.nextInt(servers.size()));
  }
}
