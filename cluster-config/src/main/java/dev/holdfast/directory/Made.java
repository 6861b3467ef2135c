package dev.holdfast.directory;

import java.util.List;

/**
 * How a revision came about.
 *
 * @param who an operator's name, or what stands for one, as {@code file of gw-1}
 * @param atMs milliseconds since 1970, by the wall clock of the node that made it
 * @param what each thing that it changed, as {@code pools[chat].affinity.ttl: 30m -> 5m}; of many
 *     the first, and a line that says how many more there are
 */
public record Made(String who, long atMs, List<String> what) {
  /** Of a row from before this was kept. */
  static final Made UNKNOWN = new Made("unknown", 0, List.of());

  private static final int LINES = 12;
  private static final int LONGEST = 200;

  /** Bounds what is kept. */
  public Made {
    what = shortened(what);
  }

  private static List<String> shortened(List<String> lines) {
    List<String> kept =
        lines.stream()
            .limit(LINES)
            .map(line -> line.length() <= LONGEST ? line : line.substring(0, LONGEST - 3) + "...")
            .toList();
    if (lines.size() <= LINES) {
      return kept;
    }
    return java.util.stream.Stream.concat(
            kept.stream().limit(LINES - 1L),
            java.util.stream.Stream.of("and " + (lines.size() - LINES + 1) + " more"))
        .toList();
  }
}
