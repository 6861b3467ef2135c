package dev.holdfast.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.store.Rows;
import dev.holdfast.words.ServerName;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SlotTableTest {
  private static final Map<ServerName, Integer> POOL = Pools.weights(3, 2, 1);
  private static final SlotTable TABLE = TablePlan.first(Pools.CHAT, POOL);
  private static final List<ServerName> NAMES = List.copyOf(TABLE.servers());
  private static final byte[] SLOTS = slots(1);

  @Test
  void everyRowReadsBackAsTheSameTable() {
    SlotTable away = TablePlan.next(TABLE, Pools.without(POOL, Pools.server(2)));
    SlotTable none = TablePlan.next(TABLE, Map.of());
    for (SlotTable table : List.of(TABLE, away, none, SlotTable.EMPTY)) {
      SlotTable read = Rows.value(Rows.bytes(table), SlotTable.class);
      assertThat(read).isEqualTo(table).hasSameHashCodeAs(table);
      assertThat(read.movedTo(table).isEmpty()).isTrue();
      assertThat(read.home(77)).isEqualTo(table.home(77));
    }
    assertThat(Rows.bytes(TABLE)).hasSizeBetween(131_072, 131_272);
    assertThat(Rows.bytes(SlotTable.EMPTY)).hasSizeLessThan(64);
  }

  @Test
  void aTableIsPartOfARow() throws Exception {
    ObjectMapper json = Rows.json();
    SlotTable read = json.readValue(json.writeValueAsBytes(Map.of("t", TABLE)), Row.class).t();
    assertThat(read).isEqualTo(TABLE);
  }

  @Test
  void refusesRowsThatNoTableWrites() {
    assertFault(NAMES, new byte[7], null, "slots: 7 bytes (expected: 131072 bytes)");
    assertFault(NAMES, slots(3), null, "slots: slot 0 has index 3 (expected: less than 3)");
    assertFault(NAMES, SLOTS, new byte[0], "homes: 0 bytes (expected: 131072 bytes)");
    assertFault(NAMES, SLOTS, slots(0xffff), "homes: slot 0 has index 65535");
    assertFault(NAMES, SLOTS, null, "servers: 3 names (expected: each serves a slot");
    assertFault(NAMES, new byte[0], null, "servers: 3 names (expected: each serves a slot");
    assertFault(
        List.of(NAMES.get(1), NAMES.get(0)), SLOTS, null, "servers: app-1 (expected: strictly");
    assertFault(
        List.of(NAMES.get(0), NAMES.get(0)), SLOTS, null, "servers: app-1 (expected: strictly");
  }

  @Test
  void tablesThatSayTheSameAreEqual() {
    SlotTable away = TablePlan.next(TABLE, Pools.without(POOL, Pools.server(2)));
    assertThat(TablePlan.next(away, POOL)).isEqualTo(TABLE).hasSameHashCodeAs(TABLE);
    assertThat(away).isNotEqualTo(TABLE);
    assertThat(TablePlan.settle(away, Pools.without(POOL, Pools.server(2)))).isNotEqualTo(away);
  }

  @Test
  void movedSlotsAreThoseWithAnotherServer() {
    SlotTable away = TablePlan.next(TABLE, Pools.without(POOL, Pools.server(1)));
    assertThat(TABLE.movedTo(away)).isEqualTo(away.movedTo(TABLE));
    assertThat(TABLE.movedTo(away)).isEqualTo(TABLE.slotsOf(Pools.server(1)));
    assertThat(TABLE.movedTo(SlotTable.EMPTY).cardinality()).isEqualTo(SlotTable.SLOTS);
    assertThat(SlotTable.EMPTY.movedTo(SlotTable.EMPTY).isEmpty()).isTrue();
    assertThat(TABLE.slotsOf(Pools.server(9)).isEmpty()).isTrue();
  }

  private static void assertFault(
      List<ServerName> servers, byte[] slots, byte[] homes, String message) {
    assertThatThrownBy(() -> SlotTable.read(servers, slots, homes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("slot table, ")
        .hasMessageContaining(message);
  }

  /** Every slot with one index. */
  private static byte[] slots(int index) {
    byte[] slots = new byte[2 * SlotTable.SLOTS];
    for (int slot = 0; slot < SlotTable.SLOTS; slot++) {
      slots[2 * slot] = (byte) (index >>> 8);
      slots[2 * slot + 1] = (byte) index;
    }
    return slots;
  }

  record Row(SlotTable t) {}
}
