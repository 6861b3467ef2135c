package dev.holdfast.system;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waiting for a condition, with a bound. */
final class Await {
  private Await() {}

  /** Waits until the condition holds; fails with the last state described when it does not. */
  static void until(String what, Duration bound, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + bound.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + bound + ": " + what);
      }
      LockSupport.parkNanos(20_000_000);
    }
  }

  /** Looks again and again during the time; fails as soon as the condition does not hold. */
  static void always(String what, Duration during, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + during.toNanos();
    while (System.nanoTime() < end) {
      if (!condition.call()) {
        throw new AssertionError("did not hold: " + what);
      }
      LockSupport.parkNanos(20_000_000);
    }
  }
}
