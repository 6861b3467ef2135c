package dev.holdfast.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.table.SlotHash;
import dev.holdfast.table.SlotTable;
import dev.holdfast.table.TablePlan;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ServerPlansTest {
  private static final PoolName CHAT = new PoolName("chat");

  private static Map<ServerName, Integer> servers(int count) {
    Map<ServerName, Integer> weights = new TreeMap<>();
    for (int i = 1; i <= count; i++) {
      weights.put(new ServerName("app-" + i), 100);
    }
    return weights;
  }

  /** Sessions of many sources where the table of ten servers sent them. */
  private static Survey survey(SlotTable before, SlotTable after, int sessions, long seed) {
    Random random = new Random(seed);
    Map<ServerName, Long> totals = new TreeMap<>();
    Map<ServerName, Map<Integer, Integer>> away = new HashMap<>();
    for (int i = 0; i < sessions; i++) {
      int slot = SlotHash.slot(Source.v4(random.nextInt() & 0xffffffffL, 32));
      ServerName at = before.server(slot);
      totals.merge(at, 1L, Long::sum);
      if (!at.equals(after.server(slot))) {
        away.computeIfAbsent(at, s -> new HashMap<>()).merge(slot, 1, Integer::sum);
      }
    }
    return new Survey(totals, away);
  }

  @Test
  void oneServerMoreForTenMovesAnEleventhAtMostHoweverTheSourcesFall() {
    SlotTable before = TablePlan.first(CHAT, servers(10));
    SlotTable after = TablePlan.next(TablePlan.settle(before, servers(11)), servers(11));
    double worst = 0;
    for (long seed = 0; seed < 300; seed++) {
      Survey survey = survey(before, after, 5000, seed);
      ServerPlans.Made made = ServerPlans.rebalance(after, servers(11), survey, 1.1, null);
      Plan plan = made.plan();
      assertThat(plan.sessions()).isBetween(380L, 455L);
      assertThat(plan.to()).isEqualTo(Map.of("app-11", plan.sessions()));
      assertThat(plan.from().values().stream().mapToLong(Long::longValue).sum())
          .isEqualTo(plan.sessions());
      assertThat(plan.maxOverMean().get(1)).isLessThan(plan.maxOverMean().get(0));
      long inSlots =
          survey.counts().values().stream()
              .flatMap(slots -> slots.entrySet().stream())
              .filter(slot -> made.slots().get(slot.getKey()))
              .mapToLong(Map.Entry::getValue)
              .sum();
      assertThat(inSlots).as("the plan is what is in its slots").isEqualTo(plan.sessions());
      assertThat(ServerPlans.rebalance(after, servers(11), survey, 1.1, null)).isEqualTo(made);
      worst = Math.max(worst, plan.maxOverMean().get(1));
    }
    System.out.println("worst max over mean after the rebalance, of 300: " + worst);
    assertThat(worst).isLessThan(1.2);
  }

  @Test
  void aBudgetIsKeptAndTheMostLoadedGiveFirst() {
    SlotTable before = TablePlan.first(CHAT, servers(10));
    SlotTable after = TablePlan.next(TablePlan.settle(before, servers(11)), servers(11));
    Survey survey = survey(before, after, 5000, 1);
    Plan plan = ServerPlans.rebalance(after, servers(11), survey, 1.1, 20L).plan();
    assertThat(plan.sessions()).isBetween(19L, 20L);
    ServerName most =
        survey.totals().entrySet().stream()
            .max(Map.Entry.comparingByValue())
            .orElseThrow()
            .getKey();
    assertThat(plan.from()).containsKey(most.value());
    assertThat(ServerPlans.rebalance(after, servers(11), survey, 1.5, null).plan().sessions())
        .as("below the threshold")
        .isZero();
  }

  @Test
  void weightsCount() {
    Map<ServerName, Integer> weights =
        Map.of(new ServerName("a"), 300, new ServerName("b"), 100, new ServerName("c"), 0);
    assertThat(
            Loads.maxOverMean(
                Map.of(new ServerName("a"), 300L, new ServerName("b"), 100L), weights))
        .isEqualTo(1.0);
    assertThat(
            Loads.maxOverMean(
                Map.of(new ServerName("a"), 200L, new ServerName("b"), 200L), weights))
        .isEqualTo(2.0);
    assertThat(Loads.maxOverMean(Map.of(), weights)).isEqualTo(1.0);
  }
}
