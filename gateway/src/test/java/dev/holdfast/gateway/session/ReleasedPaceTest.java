package dev.holdfast.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReleasedPaceTest {
  private static final long MS = 1_000_000L;
  private static final long SECOND = 1000 * MS;

  private final ReleasedPace pace = new ReleasedPace();

  /** What is due in each 20 ms from a time until another. */
  private List<Long> due(long fromMs, long untilMs, int left) {
    List<Long> times = new ArrayList<>();
    for (long ms = fromMs; ms < untilMs; ms += 20) {
      for (int due = pace.due(ms * MS, left - times.size()); due > 0; due--) {
        times.add(ms);
      }
    }
    return times;
  }

  @Test
  void spreadsAReleaseOverItsTime() {
    pace.release(50, SECOND, 0);
    List<Long> times = due(0, 3000, 100);
    assertThat(times).hasSize(50);
    assertThat(times.get(0)).isEqualTo(1020);
    assertThat(times.get(49)).isBetween(1960L, 2020L);
    assertThat(times.stream().filter(ms -> ms < 1520)).hasSizeBetween(24, 26);
    assertThat(pace.spent()).isEqualTo(50);
  }

  @Test
  void releasesThatComeUnevenlyMakeAnEvenPace() {
    long seed = System.nanoTime();
    System.out.println("seed=" + seed);
    Random random = new Random(seed);
    List<Long> times = new ArrayList<>();
    long nextMs = 0;
    int second = 0;
    for (long ms = 0; ms < 23_000; ms += 20) {
      if (ms >= nextMs && second < 20) {
        pace.release(100, SECOND, ms * MS);
        nextMs = 1000L * ++second + random.nextInt(450); // early or late, never by the headroom
      }
      for (int due = pace.due(ms * MS, 1_000_000); due > 0; due--) {
        times.add(ms);
      }
    }
    assertThat(times).hasSize(2000);
    for (long from = times.get(0); from + 1000 < 20_000; from += 100) {
      long begin = from;
      assertThat(times.stream().filter(ms -> ms >= begin && ms < begin + 1000).count())
          .isBetween(97L, 103L);
    }
  }

  @Test
  void whoGotNothingInASecondStaysInStep() {
    pace.release(10, SECOND, 0);
    List<Long> times = new ArrayList<>(due(0, 2100, 100)); // nothing came at 1000
    pace.release(10, SECOND, 1990 * MS);
    times.addAll(due(2100, 5000, 100));
    assertThat(times).hasSize(20);
    assertThat(times.get(9)).isBetween(1800L, 2000L);
    assertThat(times.get(10)).as("as if one had come").isBetween(2980L, 3120L);
  }

  @Test
  void whatIsNotUsedLapses() {
    pace.release(50, SECOND, 0);
    assertThat(due(0, 3000, 20)).hasSize(20);
    assertThat(pace.spent()).isEqualTo(50);
    assertThat(pace.rests()).isTrue();
  }

  @Test
  void aStallIsMadeUpForAndALongSleepIsNot() {
    pace.release(100, SECOND, 0);
    due(0, 1300, 1000);
    int before = (int) pace.spent();
    assertThat(pace.due(1700 * MS, 1000)).isEqualTo(70 - before);
    pace.release(100, SECOND, 1700 * MS);
    assertThat(pace.due(30_000 * MS, 1000)).isZero();
    assertThat(pace.spent()).isEqualTo(200);
    assertThat(pace.rests()).isTrue();
  }

  @Test
  void holdingLetsAllLapse() {
    pace.release(100, SECOND, 0);
    due(0, 1500, 1000);
    pace.clear();
    assertThat(pace.due(1600 * MS, 1000)).isZero();
    assertThat(pace.spent()).isEqualTo(100);
    assertThat(pace.rests()).isTrue();
  }

  @Test
  void aHeapOfReleasesIsNotKept() {
    for (int i = 0; i < 10; i++) {
      pace.release(10, SECOND, 0);
    }
    assertThat(due(0, 20_000, 1000).size()).isBetween(30, 40);
    assertThat(pace.spent()).isEqualTo(100);
  }
}
