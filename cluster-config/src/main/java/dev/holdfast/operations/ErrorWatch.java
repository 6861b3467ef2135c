package dev.holdfast.operations;

import java.time.Duration;
import java.util.ArrayDeque;

/**
 * Errors of this node over the last minute, sampled each second. Pure but for its own samples; one
 * thread.
 */
final class ErrorWatch {
  /** The time that errors are counted in. */
  static final Duration WINDOW = Duration.ofSeconds(5);

  private static final int SAMPLES = (int) WINDOW.toSeconds();
  private static final int FRESH = 2;
  private static final int USUAL = 60;

  private final ArrayDeque<Errors> samples = new ArrayDeque<>();

  /** Takes what was counted since the process started. */
  void add(Errors counted) {
    samples.addLast(counted);
    if (samples.size() > USUAL + 1) {
      samples.removeFirst();
    }
  }

  /**
   * Errors within the last window as far as they go on: no more than there would be if all of it
   * had been like the last two seconds.
   */
  Errors now() {
    Errors fresh = since(FRESH);
    return since(SAMPLES)
        .least(
            new Errors(
                fresh.connects() * SAMPLES / FRESH,
                fresh.unserved() * SAMPLES / FRESH,
                fresh.queues() * SAMPLES / FRESH,
                fresh.limits() * SAMPLES / FRESH));
  }

  /** Errors within a window on the average of the last minute, rounded up. */
  Errors usual() {
    int seconds = samples.size() - 1;
    if (seconds <= SAMPLES) {
      return since(SAMPLES);
    }
    Errors all = since(seconds);
    return new Errors(
        part(all.connects(), seconds),
        part(all.unserved(), seconds),
        part(all.queues(), seconds),
        part(all.limits(), seconds));
  }

  private static long part(long count, int seconds) {
    return -Math.floorDiv(-count * SAMPLES, (long) seconds);
  }

  private Errors since(int ago) {
    if (samples.isEmpty()) {
      return Errors.NONE;
    }
    Errors[] all = samples.toArray(Errors[]::new);
    return all[all.length - 1].minus(all[Math.max(0, all.length - 1 - ago)]);
  }
}
