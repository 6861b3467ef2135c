package dev.holdfast.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReleasedPaceTest {
  private static final long MS = 1_000_000L;
  private static final long SECOND = 1000 * MS;

  private final Cadence cadence = new Cadence();
  private final ReleasedPace pace = new ReleasedPace();

  /** As a node does it: a release that is not to be is not given to the loops. */
  private void release(int count, long nowMs) {
    cadence.next(SECOND, nowMs * MS).ifPresent(from -> pace.release(count, from, SECOND));
  }

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
    release(50, 0);
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
        release(100, ms);
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
  void whoGetsNothingInASecondStaysInStep() {
    ReleasedPace other = new ReleasedPace(); // another loop
    List<Long> both = new ArrayList<>();
    for (long ms = 0; ms < 6100; ms += 20) {
      if (ms % 1000 == (ms < 3000 ? 0 : 400) && ms < 4500) { // one comes late, but not too late
        long second = ms / 1000;
        cadence
            .next(SECOND, ms * MS)
            .ifPresent(
                from -> {
                  if (second % 2 == 0) {
                    pace.release(100, from, SECOND);
                  } else {
                    other.release(100, from, SECOND);
                  }
                });
      }
      for (int due = pace.due(ms * MS, 1000) + other.due(ms * MS, 1000); due > 0; due--) {
        both.add(ms);
      }
    }
    assertThat(both).hasSize(500);
    for (long from = 1000; from < 5000; from += 100) {
      long begin = from;
      assertThat(both.stream().filter(ms -> ms >= begin && ms < begin + 1000).count())
          .as("from %d ms", from)
          .isBetween(97L, 103L);
    }
  }

  @Test
  void whatIsNotUsedLapses() {
    release(50, 0);
    assertThat(due(0, 3000, 20)).hasSize(20);
    assertThat(pace.spent()).isEqualTo(50);
    assertThat(pace.rests()).isTrue();
  }

  @Test
  void aStallIsMadeUpForAndALongSleepIsNot() {
    release(100, 0);
    due(0, 1300, 1000);
    int before = (int) pace.spent();
    assertThat(pace.due(1700 * MS, 1000)).isEqualTo(70 - before);
    release(100, 1700);
    assertThat(pace.due(30_000 * MS, 1000)).isZero();
    assertThat(pace.spent()).isEqualTo(200);
    assertThat(pace.rests()).isTrue();
  }

  @Test
  void holdingLetsAllLapse() {
    release(100, 0);
    due(0, 1500, 1000);
    pace.clear();
    assertThat(pace.due(1600 * MS, 1000)).isZero();
    assertThat(pace.spent()).isEqualTo(100);
    assertThat(pace.rests()).isTrue();
  }

  @Test
  void aHeapOfReleasesIsNotKept() {
    for (int i = 0; i < 10; i++) {
      release(10, 0);
    }
    assertThat(due(0, 20_000, 1000).size()).isBetween(30, 40);
  }
}
