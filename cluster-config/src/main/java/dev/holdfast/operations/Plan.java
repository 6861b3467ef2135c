package dev.holdfast.operations;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an operation will do, by the state of the moment at which it was planned.
 *
 * @param sessions that it is about
 * @param slots that move to other servers
 * @param from sessions that leave each server or node
 * @param to sessions that each server or node is expected to get
 * @param maxOverMean the largest against the mean of those in use, by weight: before and after
 */
public record Plan(
    long sessions,
    int slots,
    Map<String, Long> from,
    Map<String, Long> to,
    List<Double> maxOverMean) {
  /** Copies the collections; names sorted, figures with three decimals. */
  public Plan {
    from = Collections.unmodifiableMap(new TreeMap<>(from));
    to = Collections.unmodifiableMap(new TreeMap<>(to));
    maxOverMean = maxOverMean.stream().map(ratio -> Math.round(ratio * 1000) / 1000.0).toList();
  }
}
