package dev.holdfast.table;

import java.util.stream.IntStream;

/**
 * What the weights require of 65,536 slots: every server gets its exact share rounded down, and the
 * {@link #extras} slots that are left go, one each, to servers whose exact share is no whole
 * number. Exact arithmetic in longs.
 *
 * @param floors the exact share of a server, rounded down
 * @param remainders what was cut off, as a numerator over the sum of the weights
 * @param extras slots that are left
 */
record Quota(int[] floors, long[] remainders, int extras) {

  /** The quota of weights, of which at least one is above 0 and none below. */
  static Quota of(int[] weights) {
    long sum = 0;
    for (int weight : weights) {
      sum += weight;
    }
    int[] floors = new int[weights.length];
    long[] remainders = new long[weights.length];
    int extras = SlotTable.SLOTS;
    for (int i = 0; i < weights.length; i++) {
      long scaled = (long) weights[i] * SlotTable.SLOTS;
      floors[i] = (int) (scaled / sum);
      remainders[i] = scaled % sum;
      extras -= floors[i];
    }
    return new Quota(floors, remainders, extras);
  }

  /**
   * The shares when the extras go to the servers of the lowest rank, then of the largest remainder,
   * then of the lowest index.
   *
   * @param ranks one for each server, 0 to 3
   */
  int[] shares(int[] ranks) {
    int[] shares = floors.clone();
    IntStream.range(0, floors.length)
        .filter(i -> remainders[i] > 0)
        .boxed()
        .sorted((a, b) -> order(ranks, a, b))
        .limit(extras)
        .forEach(i -> shares[i]++);
    return shares;
  }

  private int order(int[] ranks, int a, int b) {
    if (ranks[a] != ranks[b]) {
      return Integer.compare(ranks[a], ranks[b]);
    }
    int byRemainder = Long.compare(remainders[b], remainders[a]);
    return byRemainder != 0 ? byRemainder : Integer.compare(a, b);
  }
}
