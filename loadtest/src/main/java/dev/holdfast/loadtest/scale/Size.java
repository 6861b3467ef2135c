package dev.holdfast.loadtest.scale;

import dev.holdfast.loadtest.words.BadInput;
import dev.holdfast.loadtest.words.Sources;

/**
 * How large it is to be.
 *
 * @param nodes gateway processes
 * @param sessions over all of them
 * @param servers server processes
 * @param workers worker processes
 * @param opensPerSecond while sessions are opened
 * @param everyMs between two echoes of a session
 * @param holdMs how long it goes on once all are there
 */
public record Size(
    int nodes,
    int sessions,
    int servers,
    int workers,
    int opensPerSecond,
    long everyMs,
    long holdMs) {
  /** A process has 20,000 descriptors, and sources are not spread quite evenly. */
  private static final int PER_SERVER = 15_000;

  private static final int PER_SOURCE = 3;
  private static final int PER_WORKER = 18_000;

  /** Two descriptors a session. */
  private static final int PER_NODE = 9_700;

  /** Checks. */
  public Size {
    if (nodes < 1 || nodes > 60) {
      throw BadInput.of("nodes", nodes, "1 to 60");
    }
    if (sessions < 1 || sessions > nodes * PER_NODE) {
      throw BadInput.of(
          "sessions",
          sessions,
          "1 to %d, as %d gateways have 20,000 descriptors each"
              .formatted(nodes * PER_NODE, nodes));
    }
    if (opensPerSecond < 1) {
      throw BadInput.of("rate", opensPerSecond, "at least 1/s");
    }
  }

  /** With as many servers and workers as it needs. */
  public static Size of(int nodes, int sessions, int opensPerSecond, long everyMs, long holdMs) {
    int servers = Math.max(3, (sessions + PER_SERVER - 1) / PER_SERVER);
    int workers = Math.max(2, (sessions + PER_WORKER - 1) / PER_WORKER);
    return new Size(nodes, sessions, servers, workers, opensPerSecond, everyMs, holdMs);
  }

  /** Where sessions come from: about three of each address, on different gateways. */
  Sources sources() {
    int last = Math.max(1, sessions / PER_SOURCE);
    return Sources.parse(
        "127.128.0.1-127.%d.%d.%d".formatted(128 + (last >> 16), last >> 8 & 0xff, last & 0xff));
  }

  /** How long all are opened. */
  long rampMs() {
    return 1000L * sessions / opensPerSecond;
  }
}
