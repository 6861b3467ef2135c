package dev.holdfast.table;

import static dev.holdfast.table.SlotTable.NOBODY;
import static dev.holdfast.table.SlotTable.SLOTS;

/**
 * One plan of moves: from where the slots are to where the weights want them, with the fewest
 * moves, and with as many of these as possible to where each slot wishes to be.
 *
 * <p>Shares come first: the exact share of every server rounded up or down. Who gets the rounding
 * up (see {@link #shares}) is decided so that a server that returns gets as many slots as wish to
 * be there, and that nobody gives or takes a slot for the rounding alone. Then every server above
 * its share gives exactly the difference and no other slot moves: first slots that wish to be at a
 * server below its share, which go there; then slots that wish to be elsewhere; then slots that are
 * where they wish. The slots of one wish are spread over the takers in proportion, so that on the
 * way back each taker can return about what it took. Confined to the call.
 */
final class Moves {
  private final int[] weights;
  private final int servers;
  private final short[] now;
  private final short[] wish;
  private final short[] planned;
  private final int[] surplus;
  private final int[] deficit;

  private Moves(short[] now, short[] wish, int[] weights) {
    this.weights = weights;
    this.servers = weights.length;
    this.now = now;
    this.wish = wish;
    this.planned = now.clone();
    this.surplus = new int[servers + 1];
    this.deficit = new int[servers];
  }

  /**
   * The plan: slot to index of its server; without a weight above 0, nobody for every slot.
   *
   * @param now slot to server, or nobody
   * @param wish slot to the server where it wishes to be, or nobody
   * @param weights of the servers, none negative
   */
  static short[] plan(short[] now, short[] wish, int[] weights) {
    boolean anybody = false;
    for (int weight : weights) {
      anybody |= weight > 0;
    }
    return anybody ? new Moves(now, wish, weights).plan() : SlotTable.nobody();
  }

  private short[] plan() {
    int[] held = count(now);
    int[] shares = shares(Quota.of(weights), held);
    for (int i = 0; i < servers; i++) {
      surplus[i] = Math.max(0, held[i] - shares[i]);
      deficit[i] = Math.max(0, shares[i] - held[i]);
    }
    surplus[servers] = held[servers];
    moveToWish();
    moveTheRest();
    return planned;
  }

  /**
   * The share of every server. The slots left by rounding down go first to servers at which more
   * slots wish to be (a server that comes back), then to those that have more already and need not
   * keep a slot from returning for it, then to all that have more already, then by remainder.
   */
  private int[] shares(Quota quota, int[] held) {
    int[] floors = quota.floors();
    int[] wished = count(wish);
    int[] returnable = new int[servers + 1];
    for (int slot = 0; slot < SLOTS; slot++) {
      int from = index(now[slot]);
      int to = index(wish[slot]);
      if (to != from && to != servers && held[to] < floors[to]) {
        returnable[from]++;
      }
    }
    int[] ranks = new int[servers];
    for (int i = 0; i < servers; i++) {
      int above = held[i] - floors[i];
      if (wished[i] > floors[i]) {
        ranks[i] = 0;
      } else if (above > 0) {
        ranks[i] = returnable[i] < above ? 1 : 2;
      } else {
        ranks[i] = 3;
      }
    }
    return quota.shares(ranks);
  }

  private void moveToWish() {
    for (int slot = 0; slot < SLOTS; slot++) {
      int from = index(now[slot]);
      int to = index(wish[slot]);
      if (to != from && to != servers && surplus[from] > 0 && deficit[to] > 0) {
        surplus[from]--;
        deficit[to]--;
        planned[slot] = (short) to;
      }
    }
  }

  private void moveTheRest() {
    int moves = 0;
    for (int missing : deficit) {
      moves += missing;
    }
    if (moves == 0) {
      return;
    }
    int[] given = given(moves);
    int[] wishes = new int[moves];
    for (int i = 0; i < moves; i++) {
      wishes[i] = index(wish[given[i]]);
    }
    short[] takers = Deal.of(wishes, weights, deficit);
    for (int i = 0; i < moves; i++) {
      planned[given[i]] = takers[i];
    }
  }

  /** The slots that are given whatever they wish, those of one wish together. */
  private int[] given(int moves) {
    int[] away = new int[servers + 1];
    int[] homely = new int[servers + 1];
    int[] starts = new int[servers + 2];
    for (int slot = 0; slot < SLOTS; slot++) {
      if (mayBeGiven(slot)) {
        (now[slot] == wish[slot] ? homely : away)[index(now[slot])]++;
        starts[index(wish[slot]) + 1]++;
      }
    }
    for (int i = 1; i <= servers + 1; i++) {
      starts[i] += starts[i - 1];
    }
    int[] byWish = new int[starts[servers + 1]];
    for (int slot = 0; slot < SLOTS; slot++) {
      if (mayBeGiven(slot)) {
        byWish[starts[index(wish[slot])]++] = slot;
      }
    }
    int[] given = new int[moves];
    int count = 0;
    int[] seenAway = new int[servers + 1];
    int[] seenHomely = new int[servers + 1];
    for (int slot : byWish) {
      int from = index(now[slot]);
      boolean atHome = now[slot] == wish[slot];
      int fromAway = Math.min(surplus[from], away[from]);
      boolean picked =
          atHome
              ? picks(seenHomely[from]++, surplus[from] - fromAway, homely[from])
              : picks(seenAway[from]++, fromAway, away[from]);
      if (picked) {
        given[count++] = slot;
      }
    }
    return given;
  }

  private boolean mayBeGiven(int slot) {
    return planned[slot] == now[slot] && surplus[index(now[slot])] > 0;
  }

  /** True for {@code chosen} of the numbers from 0 to {@code all - 1}, evenly spread. */
  private static boolean picks(int number, long chosen, int all) {
    return (number + 1) * chosen / all > number * chosen / all;
  }

  /** How many slots each server has in an array; the last count is that of nobody. */
  private int[] count(short[] slots) {
    int[] counts = new int[servers + 1];
    for (short server : slots) {
      counts[index(server)]++;
    }
    return counts;
  }

  private int index(short server) {
    return server == NOBODY ? servers : server & 0xffff;
  }
}
