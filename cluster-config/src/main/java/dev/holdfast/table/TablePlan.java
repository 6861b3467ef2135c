package dev.holdfast.table;

import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import java.util.Map;
import java.util.TreeMap;

/**
 * Plans of slot tables. Pure functions of their arguments: the same on every node, version and JVM,
 * independent of the order of the map. Any thread; milliseconds (figures: package description).
 *
 * <p>Weights are those of the servers that may have slots; a server of weight 0 or absent gets
 * none. Every server's share is its exact share {@code 65,536 x weight / sum of weights} rounded up
 * or down. If no weight is above 0, no server serves.
 *
 * <p>A change of health ({@code UP}, {@code DOWN}) or of an admin state that will end is {@link
 * #next} alone: the slots remember their homes and return. A change of the configuration is {@link
 * #settle} with the weights of <em>all</em> configured servers, usable or not, then {@link #next}
 * with those of the usable ones:
 *
 * <pre>{@code
 * SlotTable next = TablePlan.next(TablePlan.settle(now, configured), usable);
 * }</pre>
 */
public final class TablePlan {
  private TablePlan() {}

  /**
   * The table of a pool without a stored one; every slot is at home. After Maglev (Eisenbud et al.,
   * NSDI 2016, pseudocode 1): the servers take turns by weight, each claims the first free slot of
   * its own permutation; so configurations that differ in one server have nearly the same first
   * tables, also when nothing was stored.
   *
   * @param weights 0 or more for each server
   * @return {@link SlotTable#EMPTY} if no weight is above 0
   * @throws IllegalArgumentException if a weight is negative
   */
  public static SlotTable first(PoolName pool, Map<ServerName, Integer> weights) {
    ServerName[] names = SlotTable.EMPTY.namesWith(checked(weights).keySet());
    int[] byIndex = byIndex(names, weights);
    int[] shares = sum(byIndex) == 0 ? byIndex : Quota.of(byIndex).shares(new int[names.length]);
    int[] next = new int[names.length];
    int[] skip = new int[names.length];
    for (int i = 0; i < names.length; i++) {
      long seed = SlotHash.text(pool.value() + '/' + names[i].value());
      next[i] = (int) (seed >>> 48);
      skip[i] = (int) seed & 0xffff | 1; // odd: meets every slot
    }
    short[] slots = SlotTable.nobody();
    for (short turn : Turns.of(shares)) {
      int server = turn & 0xffff;
      int slot = next[server];
      while (slots[slot] != SlotTable.NOBODY) {
        slot = slot + skip[server] & 0xffff;
      }
      slots[slot] = turn;
      next[server] = slot;
    }
    return SlotTable.of(names, slots, slots);
  }

  /**
   * The table after {@code now} under these weights. The number of slots that move is exactly the
   * sum of what servers above their new share have too much; of these, as many as possible return
   * home. Homes stay; a slot that has none gets its new server for one. If no slot has to move the
   * result equals {@code now}.
   *
   * @param weights 0 or more for each usable server
   * @throws IllegalArgumentException if a weight is negative
   */
  public static SlotTable next(SlotTable now, Map<ServerName, Integer> weights) {
    ServerName[] names = now.namesWith(checked(weights).keySet());
    short[] homes = now.homes(names);
    return SlotTable.of(
        names, Moves.plan(now.owners(names), homes, byIndex(names, weights)), homes);
  }

  /**
   * The same slots with homes that fit a new configuration: the fewest homes move, and those that
   * do move to where the slot is now, if they can. Without a weight above 0 nothing changes: the
   * homes are remembered until there is one.
   *
   * @param configured 0 or more for each configured server, usable or not
   * @throws IllegalArgumentException if a weight is negative
   */
  public static SlotTable settle(SlotTable now, Map<ServerName, Integer> configured) {
    ServerName[] names = now.namesWith(checked(configured).keySet());
    int[] weights = byIndex(names, configured);
    if (sum(weights) == 0) {
      return now;
    }
    short[] owners = now.owners(names);
    return SlotTable.of(names, owners, Moves.plan(now.homes(names), owners, weights));
  }

  private static Map<ServerName, Integer> checked(Map<ServerName, Integer> weights) {
    TreeMap<ServerName, Integer> positive = new TreeMap<>();
    weights.forEach(
        (server, weight) -> {
          if (weight < 0) {
            throw new IllegalArgumentException(
                "weight of " + server + ": " + weight + " (expected: 0 or more)");
          }
          if (weight > 0) {
            positive.put(server, weight);
          }
        });
    return positive;
  }

  private static int[] byIndex(ServerName[] names, Map<ServerName, Integer> weights) {
    int[] byIndex = new int[names.length];
    for (int i = 0; i < names.length; i++) {
      byIndex[i] = weights.getOrDefault(names[i], 0);
    }
    return byIndex;
  }

  private static long sum(int[] weights) {
    long sum = 0;
    for (int weight : weights) {
      sum += weight;
    }
    return sum;
  }
}
