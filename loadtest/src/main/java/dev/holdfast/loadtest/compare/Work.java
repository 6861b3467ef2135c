package dev.holdfast.loadtest.compare;

import java.util.Set;

/**
 * How much of each work a bout has.
 *
 * @param parts what is measured
 * @param warmMs of the proxy's CPU, of each kind of work before it is measured
 * @param measureMs of the proxy's CPU, of each kind of work
 * @param sessions short sessions at once
 * @param idle sessions that are held for memory
 * @param held sessions that are held while short ones come and go
 * @param calls short sessions whose system calls are counted
 */
public record Work(
    Set<Part> parts, long warmMs, long measureMs, int sessions, int idle, int held, int calls) {
  /** Kinds of work. */
  public enum Part {
    /** Short sessions. */
    CHURN,
    /** Echoes. */
    ECHO,
    /** Streams. */
    BULK,
    /** Memory. */
    IDLE,
    /** System calls. */
    CALLS,
    /** redis-benchmark and iperf3. */
    SECOND
  }

  /** Copies. */
  public Work {
    parts = Set.copyOf(parts);
  }

  /** One kind of it, by proxies that are warm. */
  Work warm(Part part) {
    return new Work(Set.of(part), 0, measureMs, sessions, idle, held, calls);
  }
}
