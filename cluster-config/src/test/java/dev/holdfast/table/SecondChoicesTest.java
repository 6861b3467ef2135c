package dev.holdfast.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.words.ServerName;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class SecondChoicesTest {
  private static final Map<ServerName, Integer> POOL = Pools.weights(3, 2, 1, 5, 4, 6, 7);
  private final SlotTable table = TablePlan.first(Pools.CHAT, POOL);
  private final SecondChoices choices = new SecondChoices(table, POOL);

  @Test
  void withoutOneServerItIsWhatTheTableWillSay() {
    for (ServerName down : POOL.keySet()) {
      SlotTable after = TablePlan.next(table, Pools.without(POOL, down));
      for (int slot = table.slotsOf(down).nextSetBit(0); slot < 5_000; slot++) {
        ServerName expected =
            table.server(slot).equals(down) ? after.server(slot) : table.server(slot);
        assertThat(choices.without(down, slot)).isEqualTo(expected);
        assertThat(choices.without(Set.of(down), slot)).isEqualTo(expected);
      }
    }
  }

  @Test
  void withoutSeveralServersItIsWhatTheTableWillSayWithoutAllOfThem() {
    for (int k = 0; k < 6; k++) { // more sets than are kept, twice
      for (int other = 2; other <= 7; other++) {
        ServerName[] down = {Pools.server(1), Pools.server(other)};
        SlotTable after = TablePlan.next(table, Pools.without(POOL, down));
        int slot = table.slotsOf(Pools.server(1)).nextSetBit(100 * k);
        assertThat(choices.without(Set.of(down), slot)).isEqualTo(after.server(slot));
      }
    }
  }

  @Test
  void aServerThatCanBeUsedIsKept() {
    int slot = table.slotsOf(Pools.server(4)).nextSetBit(0);
    assertThat(choices.without(Set.of(), slot)).isEqualTo(Pools.server(4));
    assertThat(choices.without(Set.of(Pools.server(1), Pools.server(2)), slot))
        .isEqualTo(Pools.server(4));
  }

  @Test
  void withoutAnyOtherServerThereIsNoChoice() {
    int slot = 4711;
    assertThat(choices.without(new HashSet<>(POOL.keySet()), slot)).isNull();
    SlotTable one = TablePlan.first(Pools.CHAT, Pools.equal(1));
    assertThat(new SecondChoices(one, Pools.equal(1)).without(Pools.server(1), slot)).isNull();
    SecondChoices none = new SecondChoices(SlotTable.EMPTY, Map.of());
    assertThat(none.without(Pools.server(1), slot)).isNull();
    assertThat(none.without(POOL.keySet(), slot)).isNull();
    assertThat(none.order(slot, 3)).isEmpty();
  }

  @Test
  void theOrderStartsWithTheSecondChoiceAndNamesEveryOtherServerOnce() {
    int slot = 4711;
    ServerName first = table.server(slot);
    List<ServerName> order = choices.order(slot, 100);
    assertThat(order.get(0)).isEqualTo(choices.without(first, slot));
    assertThat(order.get(1)).isEqualTo(choices.without(Set.of(first, order.get(0)), slot));
    assertThat(order).hasSize(6).doesNotHaveDuplicates().doesNotContain(first);
    assertThat(choices.order(slot, 2)).isEqualTo(order.subList(0, 2));
  }

  @Test
  void threadsThatAskAtOnceGetTheSameAnswers() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Callable<Integer> ask =
          () -> {
            int hash = 0;
            for (int slot = 0; slot < SlotTable.SLOTS; slot++) {
              hash = 31 * hash + choices.without(table.server(slot), slot).hashCode();
            }
            return hash;
          };
      Set<Integer> hashes = new HashSet<>();
      for (Future<Integer> hash : threads.invokeAll(List.of(ask, ask, ask, ask))) {
        hashes.add(hash.get());
      }
      assertThat(hashes).hasSize(1);
    } finally {
      threads.shutdownNow();
    }
  }
}
