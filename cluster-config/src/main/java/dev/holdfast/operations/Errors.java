package dev.holdfast.operations;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Locale;

/**
 * What went wrong for clients: counted since a process started, or within some time.
 *
 * @param connects servers that could not be connected to
 * @param unserved clients refused because no server could be had
 * @param queues clients refused by a full queue or after waiting too long
 * @param limits clients refused by a limit
 */
public record Errors(long connects, long unserved, long queues, long limits) {
  /** Nothing. */
  public static final Errors NONE = new Errors(0, 0, 0, 0);

  /** All of them. */
  @JsonIgnore
  public long total() {
    return connects + unserved + queues + limits;
  }

  Errors plus(Errors other) {
    return new Errors(
        connects + other.connects,
        unserved + other.unserved,
        queues + other.queues,
        limits + other.limits);
  }

  Errors minus(Errors earlier) {
    return new Errors(
        connects - earlier.connects,
        unserved - earlier.unserved,
        queues - earlier.queues,
        limits - earlier.limits);
  }

  /** The larger one of each kind. */
  Errors most(Errors other) {
    return new Errors(
        Math.max(connects, other.connects),
        Math.max(unserved, other.unserved),
        Math.max(queues, other.queues),
        Math.max(limits, other.limits));
  }

  /** The smaller one of each kind. */
  Errors least(Errors other) {
    return new Errors(
        Math.min(connects, other.connects),
        Math.min(unserved, other.unserved),
        Math.min(queues, other.queues),
        Math.min(limits, other.limits));
  }

  /** The kinds that there are, by the second: {@code connect 3.0, no-server 0.4}. */
  String perSecond(double seconds) {
    StringBuilder text = new StringBuilder();
    add(text, "connect", connects, seconds);
    add(text, "no-server", unserved, seconds);
    add(text, "queue", queues, seconds);
    add(text, "limit", limits, seconds);
    return text.toString();
  }

  private static void add(StringBuilder text, String kind, long count, double seconds) {
    if (count > 0) {
      text.append(text.isEmpty() ? "" : ", ");
      text.append(String.format(Locale.ROOT, "%s %.1f", kind, count / seconds));
    }
  }
}
