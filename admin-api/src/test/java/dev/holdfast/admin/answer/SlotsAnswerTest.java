package dev.holdfast.admin.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.table.SlotTable;
import dev.holdfast.table.TablePlan;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SlotsAnswerTest {
  private static final PoolName CHAT = new PoolName("chat");

  @Test
  void eachSlotNamesItsServerByItsPlace() {
    SlotTable table =
        TablePlan.first(CHAT, Map.of(new ServerName("app-1"), 100, new ServerName("app-2"), 300));
    SlotsAnswer answer = SlotsAnswer.of(CHAT, 4, table);
    assertThat(answer.servers()).map(ServerName::value).containsExactly("app-1", "app-2");
    assertThat(answer.slots()).hasSize(2 * SlotTable.SLOTS);
    for (int slot = 0; slot < SlotTable.SLOTS; slot++) {
      int place = (answer.slots()[2 * slot] & 0xff) << 8 | answer.slots()[2 * slot + 1] & 0xff;
      assertThat(answer.servers().get(place)).isEqualTo(table.server(slot));
    }
  }

  @Test
  void aTableThatServesNobodyHasNoBytes() {
    SlotsAnswer answer = SlotsAnswer.of(CHAT, 0, SlotTable.EMPTY);
    assertThat(answer.servers()).isEmpty();
    assertThat(answer.slots()).isEmpty();
  }
}
