package dev.holdfast.operations;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Divides a number of sessions to end over those who have them, the most idle first: whole buckets
 * from the most idle one down, and the last bucket in proportion. Pure; the same for the nodes of a
 * cluster and for the loops of a node.
 */
public final class Allotment {
  private Allotment() {}

  /**
   * How many each ends.
   *
   * @param count at most so many in all
   * @param have what each has
   * @return for every key, also where it is 0; the sum is the smaller of the count and all there
   *     are
   */
  public static <K extends Comparable<K>> Map<K, Integer> of(long count, Map<K, Idle> have) {
    Map<K, Integer> shares = new HashMap<>();
    have.keySet().forEach(key -> shares.put(key, 0));
    long left = count;
    for (int bucket = Idle.BUCKETS - 1; bucket >= 0 && left > 0; bucket--) {
      int b = bucket;
      long here = have.values().stream().mapToLong(idle -> idle.in(b)).sum();
      if (here <= left) {
        have.forEach((key, idle) -> shares.merge(key, idle.in(b), Integer::sum));
        left -= here;
      } else {
        inProportion(left, here, b, have, shares);
        left = 0;
      }
    }
    return shares;
  }

  private record Rest<K>(K key, long remainder) {}

  private static <K extends Comparable<K>> void inProportion(
      long left, long here, int bucket, Map<K, Idle> have, Map<K, Integer> shares) {
    List<Rest<K>> rests = new ArrayList<>();
    long given = 0;
    for (Map.Entry<K, Idle> one : have.entrySet()) {
      long product = left * one.getValue().in(bucket);
      shares.merge(one.getKey(), (int) (product / here), Integer::sum);
      given += product / here;
      rests.add(new Rest<>(one.getKey(), product % here));
    }
    rests.sort(
        Comparator.comparingLong((Rest<K> rest) -> -rest.remainder()).thenComparing(Rest::key));
    for (int i = 0; i < left - given; i++) {
      shares.merge(rests.get(i).key(), 1, Integer::sum);
    }
  }
}
