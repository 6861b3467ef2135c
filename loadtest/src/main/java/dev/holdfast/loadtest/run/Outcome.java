package dev.holdfast.loadtest.run;

import dev.holdfast.loadtest.drive.Plan;
import dev.holdfast.loadtest.drive.Seen;
import dev.holdfast.loadtest.measure.Count;
import dev.holdfast.loadtest.measure.Latency;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * All that a run has shown.
 *
 * @param plan what was to be done
 * @param startedAtMs wall clock
 * @param seconds how long it took, without the wait for the last ends
 * @param counts at the end
 * @param times of the whole run
 * @param ticks second by second
 * @param seen of servers
 * @param servers what they told at the end, or null
 * @param checks what had to hold
 */
public record Outcome(
    Plan plan,
    long startedAtMs,
    double seconds,
    Map<Count, Long> counts,
    Map<Latency, Histogram> times,
    List<Tick> ticks,
    Seen seen,
    @Nullable ServerCounts servers,
    List<Check> checks) {
  /** True if everything held. */
  public boolean passed() {
    return checks.stream().allMatch(Check::passed);
  }

  /** So many; 0 if none was counted. */
  public long count(Count count) {
    return counts.getOrDefault(count, 0L);
  }
}
