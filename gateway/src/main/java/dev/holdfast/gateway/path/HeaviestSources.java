package dev.holdfast.gateway.path;

import dev.holdfast.words.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the sources with the most sessions in two readings, in memory that does not depend on how
 * many sources there are: the first counts by hash, the second counts by source, but only those
 * whose hash is among the {@value #HEAVY} heaviest. A count is exact; a source is missed only if so
 * many hashes are heavier than it is, or if the heaviest hashes have more than {@value #CANDIDATES}
 * sources.
 *
 * <p>Each reading may come from several loops at once: counting is guarded by this object.
 */
final class HeaviestSources {
  private static final int HASHES = 1 << 16;

  /** Hashes whose sources are counted one by one. */
  private static final int HEAVY = 1 << 12;

  /** Sources that the second reading counts at most. */
  private static final int CANDIDATES = 1 << 14;

  private final int[] byHash = new int[HASHES];
  private final Map<Source, Integer> bySource = new HashMap<>();
  private int least = Integer.MAX_VALUE;

  /** Counts one session in the first reading. */
  synchronized void first(Source source) {
    byHash[hash(source)]++;
  }

  /** Ends the first reading. */
  synchronized void weigh() {
    int[] sorted = byHash.clone();
    Arrays.sort(sorted);
    least = Math.max(1, sorted[HASHES - HEAVY]);
  }

  /** Counts one session in the second reading. */
  synchronized void second(Source source) {
    if (byHash[hash(source)] < least) {
      return;
    }
    if (bySource.size() < CANDIDATES || bySource.containsKey(source)) {
      bySource.merge(source, 1, Integer::sum);
    }
  }

  /** The heaviest, at most so many; equal ones by address. */
  synchronized List<SourceTally> heaviest(int limit) {
    List<SourceTally> all = new ArrayList<>(bySource.size());
    bySource.forEach((source, sessions) -> all.add(new SourceTally(source, sessions)));
    all.sort(
        Comparator.comparingInt(SourceTally::sessions)
            .reversed()
            .thenComparing(SourceTally::source));
    return List.copyOf(all.subList(0, Math.min(limit, all.size())));
  }

  private static int hash(Source source) {
    long mixed = (source.high() * 31 + source.low()) * 0x9E3779B97F4A7C15L;
    return (int) (mixed >>> 48);
  }
}
