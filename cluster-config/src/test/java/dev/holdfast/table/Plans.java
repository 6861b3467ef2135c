package dev.holdfast.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.words.ServerName;
import java.util.Map;
import java.util.TreeSet;

/** What must be true of every plan (I4), computed without the code under test. */
final class Plans {
  private Plans() {}

  /** Every share is the exact one rounded up or down, and all slots are given away. */
  static void assertExactShares(SlotTable table, Map<ServerName, Integer> weights) {
    long sum = weights.values().stream().mapToLong(Integer::longValue).sum();
    int slots = 0;
    for (ServerName server : union(weights, table.shares())) {
      int share = table.shares().getOrDefault(server, 0);
      long scaled = (long) weights.getOrDefault(server, 0) * SlotTable.SLOTS;
      assertThat((long) share)
          .as("share of %s", server)
          .isBetween(scaled / sum, (scaled + sum - 1) / sum);
      slots += share;
    }
    assertThat(slots).isEqualTo(SlotTable.SLOTS);
  }

  /** Only slots of servers above their new share move: the difference, no more. */
  static void assertMinimalMoves(SlotTable before, SlotTable after) {
    int surplus =
        before.shares().entrySet().stream()
            .mapToInt(
                share ->
                    Math.max(0, share.getValue() - after.shares().getOrDefault(share.getKey(), 0)))
            .sum();
    int moved = before.movedTo(after).cardinality();
    assertThat(moved).isEqualTo(before.serves() ? surplus : SlotTable.SLOTS);
  }

  /** The fewest moves from these shares to any that are exact, whoever gets the rounding up. */
  static int fewestMoves(Map<ServerName, Integer> shares, Map<ServerName, Integer> weights) {
    long sum = weights.values().stream().mapToLong(Integer::longValue).sum();
    int moves = 0;
    int extras = SlotTable.SLOTS;
    int savers = 0;
    for (ServerName server : union(weights, shares)) {
      long scaled = (long) weights.getOrDefault(server, 0) * SlotTable.SLOTS;
      int floor = (int) (scaled / sum);
      int held = shares.getOrDefault(server, 0);
      moves += Math.max(0, held - floor);
      extras -= floor;
      savers += held > floor && scaled % sum > 0 ? 1 : 0;
    }
    return moves - Math.min(extras, savers);
  }

  private static TreeSet<ServerName> union(
      Map<ServerName, Integer> some, Map<ServerName, Integer> more) {
    TreeSet<ServerName> servers = new TreeSet<>(some.keySet());
    servers.addAll(more.keySet());
    return servers;
  }
}
