package dev.holdfast.operations;

import java.util.Map;

/** Sessions against the share that each should have. Pure. */
final class Loads {
  private Loads() {}

  /**
   * The largest load against its fair share.
   *
   * @param sessions by name
   * @param weights of those in use; others do not count
   * @return 1 if nobody has any
   */
  static <K> double maxOverMean(Map<K, Long> sessions, Map<K, Integer> weights) {
    long total = 0;
    long sum = 0;
    for (Map.Entry<K, Integer> one : weights.entrySet()) {
      total += sessions.getOrDefault(one.getKey(), 0L);
      sum += one.getValue();
    }
    double most = total == 0 ? 1 : 0;
    for (Map.Entry<K, Integer> one : weights.entrySet()) {
      if (total > 0 && one.getValue() > 0) {
        double fair = (double) total * one.getValue() / sum;
        most = Math.max(most, sessions.getOrDefault(one.getKey(), 0L) / fair);
      }
    }
    return most;
  }
}
