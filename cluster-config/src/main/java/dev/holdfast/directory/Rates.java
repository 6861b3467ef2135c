package dev.holdfast.directory;

import dev.holdfast.directory.NodeStatus.Flow;
import dev.holdfast.directory.NodeStatus.Traffic;
import dev.holdfast.words.ListenerName;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What flows through a listener now.
 *
 * @param clients that come, refused ones too, a second
 * @param refused of them, a second
 * @param bytesIn from clients, a second
 * @param bytesOut to clients, a second
 * @param reasons refused by reason, a second; without zeros
 */
public record Rates(
    double clients, double refused, double bytesIn, double bytesOut, Map<String, Double> reasons) {
  /** Nothing flows. */
  public static final Rates NONE = new Rates(0, 0, 0, 0, Map.of());

  /** Rows that follow closer than this say nothing of a rate. */
  private static final long CLOSEST_MS = 500;

  /**
   * The rates of one node between two of its rows.
   *
   * @return null if they are too close to tell
   */
  static @Nullable Map<ListenerName, Rates> between(Traffic before, Traffic after) {
    long ms = after.atMs() - before.atMs();
    if (ms < CLOSEST_MS) {
      return null;
    }
    Map<ListenerName, Rates> rates = new TreeMap<>();
    after
        .listeners()
        .forEach(
            (name, now) -> {
              Flow then = before.listeners().get(name);
              if (then != null) {
                rates.put(
                    name,
                    new Rates(
                        each(then.clients(), now.clients(), ms),
                        each(then.refused(), now.refused(), ms),
                        each(then.bytesIn(), now.bytesIn(), ms),
                        each(then.bytesOut(), now.bytesOut(), ms),
                        reasons(then.reasons(), now.reasons(), ms)));
              }
            });
    return rates;
  }

  private static double each(long before, long after, long ms) {
    return Math.max(0, after - before) * 1000.0 / ms;
  }

  private static Map<String, Double> reasons(
      Map<String, Long> before, Map<String, Long> after, long ms) {
    Map<String, Double> reasons = new TreeMap<>();
    after.forEach(
        (reason, now) -> {
          double rate = each(before.getOrDefault(reason, 0L), now, ms);
          if (rate > 0) {
            reasons.put(reason, rate);
          }
        });
    return reasons;
  }

  Rates plus(Rates other) {
    Map<String, Double> both = new TreeMap<>(reasons);
    other.reasons.forEach((reason, rate) -> both.merge(reason, rate, Double::sum));
    return new Rates(
        clients + other.clients,
        refused + other.refused,
        bytesIn + other.bytesIn,
        bytesOut + other.bytesOut,
        both);
  }
}
