package dev.holdfast.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class TablePlanTest {
  private static final ServerName APP_1 = Pools.server(1);
  private static final ServerName APP_2 = Pools.server(2);
  private static final ServerName APP_3 = Pools.server(3);

  @Test
  void firstTableSplitsTheSlotsByWeight() {
    assertThat(TablePlan.first(Pools.CHAT, Pools.equal(3)).shares())
        .isEqualTo(Map.of(APP_1, 21_846, APP_2, 21_845, APP_3, 21_845));
    assertThat(TablePlan.first(Pools.CHAT, Pools.weights(1, 2, 1)).shares())
        .isEqualTo(Map.of(APP_1, 16_384, APP_2, 32_768, APP_3, 16_384));
  }

  @Test
  void firstTablesOfPoolsDiffer() {
    SlotTable chat = TablePlan.first(Pools.CHAT, Pools.equal(3));
    SlotTable feed = TablePlan.first(new PoolName("feed"), Pools.equal(3));
    assertThat(chat.movedTo(feed).cardinality()).isGreaterThan(SlotTable.SLOTS / 2);
  }

  @Test
  void firstTablesOfNearlyTheSameServersAreNearlyTheSame() {
    SlotTable three = TablePlan.first(Pools.CHAT, Pools.equal(3));
    SlotTable four = TablePlan.first(Pools.CHAT, Pools.equal(4));
    assertThat(three.movedTo(four).cardinality()).isBetween(16_384, 16_384 + SlotTable.SLOTS / 20);
  }

  /** Nodes of different versions must agree: these values never change. */
  @Test
  void tablesAreTheSameForEver() {
    Map<ServerName, Integer> pool = Pools.weights(100, 50, 25, 7, 1000);
    SlotTable first = TablePlan.first(Pools.CHAT, pool);
    SlotTable next = TablePlan.next(first, Pools.without(pool, APP_2));
    SlotTable settled = TablePlan.settle(next, Pools.weights(100, 50, 25, 7, 900, 300));
    SlotTable last = TablePlan.next(settled, Pools.weights(100, 0, 25, 7, 900, 300));
    assertThat(Stream.of(first, next, settled, last).map(TablePlanTest::checksum))
        .containsExactly(2_204_495_257L, 2_705_296_362L, 402_909_111L, 2_258_910_979L);
  }

  @Test
  void aFourthEqualServerTakesExactlyAQuarter() {
    SlotTable three = TablePlan.first(Pools.CHAT, Pools.equal(3));
    SlotTable four = TablePlan.next(TablePlan.settle(three, Pools.equal(4)), Pools.equal(4));
    assertThat(three.movedTo(four)).isEqualTo(four.slotsOf(Pools.server(4)));
    assertThat(three.movedTo(four).cardinality()).isEqualTo(16_384);
    assertThat(four.homeShares()).isEqualTo(four.shares());
  }

  @Test
  void slotsOfAServerThatIsDownRememberIt() {
    SlotTable up = TablePlan.first(Pools.CHAT, Pools.equal(3));
    SlotTable down = TablePlan.next(up, Pools.without(Pools.equal(3), APP_2));
    assertThat(down.servers()).containsExactly(APP_1, APP_3);
    assertThat(down.homeShares()).isEqualTo(up.shares());
    assertThat(up.movedTo(down)).isEqualTo(up.slotsOf(APP_2));
  }

  @Test
  void withoutAnyServerNobodyServesAndHomesAreKept() {
    SlotTable up = TablePlan.first(Pools.CHAT, Pools.equal(3));
    SlotTable none = TablePlan.next(up, Pools.weights(0, 0, 0));
    assertThat(none.serves()).isFalse();
    assertThat(none.shares()).isEmpty();
    assertThat(none.server(4711)).isNull();
    assertThat(none.home(4711)).isEqualTo(up.server(4711));
    assertThat(TablePlan.next(none, Pools.equal(3))).isEqualTo(up);
    assertThat(TablePlan.settle(none, Map.of())).isEqualTo(none);
  }

  @Test
  void firstTableOfNoServerIsEmptyAndGrows() {
    assertThat(TablePlan.first(Pools.CHAT, Pools.weights(0, 0))).isEqualTo(SlotTable.EMPTY);
    SlotTable grown = TablePlan.next(SlotTable.EMPTY, Pools.equal(3));
    Plans.assertExactShares(grown, Pools.equal(3));
    assertThat(grown.homeShares()).isEqualTo(grown.shares());
  }

  @Test
  void slotsOfAServerThatIsDownAndThenRemovedStayWhereTheyAre() {
    SlotTable up = TablePlan.first(Pools.CHAT, Pools.equal(3));
    Map<ServerName, Integer> left = Pools.without(Pools.equal(3), APP_2);
    SlotTable down = TablePlan.next(up, left);
    SlotTable removed = TablePlan.next(TablePlan.settle(down, left), left);
    assertThat(down.movedTo(removed).isEmpty()).isTrue();
    assertThat(removed.homeShares()).isEqualTo(removed.shares());
  }

  @Test
  void aServerThatIsDownKeepsItsPlaceWhileOthersAreAdded() {
    Map<ServerName, Integer> three = Pools.equal(3);
    Map<ServerName, Integer> four = Pools.equal(4);
    SlotTable up = TablePlan.first(Pools.CHAT, three);
    SlotTable down = TablePlan.next(up, Pools.without(three, APP_2));
    SlotTable settled = TablePlan.settle(down, four);
    SlotTable added = TablePlan.next(settled, Pools.without(four, APP_2));
    SlotTable back = TablePlan.next(added, four);
    assertThat(up.slotsOf(APP_2).cardinality()).isEqualTo(21_845);
    var stayed = up.slotsOf(APP_2);
    stayed.and(back.slotsOf(APP_2));
    assertThat(stayed.cardinality()).isEqualTo(16_384);
  }

  @Test
  void refusesANegativeWeight() {
    assertThatThrownBy(() -> TablePlan.first(Pools.CHAT, Pools.weights(1, -1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("weight of app-2: -1 (expected: 0 or more)");
  }

  private static long checksum(SlotTable table) {
    CRC32 crc = new CRC32();
    for (int slot = 0; slot < SlotTable.SLOTS; slot++) {
      crc.update(
          (table.server(slot) + ">" + table.home(slot) + "\n").getBytes(StandardCharsets.US_ASCII));
    }
    return crc.getValue();
  }
}
