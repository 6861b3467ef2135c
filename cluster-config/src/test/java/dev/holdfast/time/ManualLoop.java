package dev.holdfast.time;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A control loop whose time stands still until a test moves it. One thread. */
public final class ManualLoop implements ControlLoop {
  private record Entry(long at, long order, Runnable task, boolean[] cancelled) {}

  private final ArrayDeque<Runnable> ready = new ArrayDeque<>();
  private final PriorityQueue<Entry> timers =
      new PriorityQueue<>(Comparator.comparingLong(Entry::at).thenComparingLong(Entry::order));
  private long nanos = 1_000_000_000L;
  private long order;

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public long wallMs() {
    return 1_700_000_000_000L + nanos / 1_000_000;
  }

  @Override
  public void execute(Runnable task) {
    ready.add(task);
  }

  @Override
  public Timer after(Duration delay, Runnable task) {
    boolean[] cancelled = new boolean[1];
    timers.add(new Entry(nanos + delay.toNanos(), order++, task, cancelled));
    return () -> cancelled[0] = true;
  }

  @Override
  public Timer every(Duration period, Runnable task) {
    boolean[] cancelled = new boolean[1];
    Runnable again =
        new Runnable() {
          @Override
          public void run() {
            task.run();
            if (!cancelled[0]) {
              timers.add(new Entry(nanos + period.toNanos(), order++, this, cancelled));
            }
          }
        };
    timers.add(new Entry(nanos + period.toNanos(), order++, again, cancelled));
    return () -> cancelled[0] = true;
  }

  /** Runs one task that is ready; false if there is none. */
  public boolean runOne() {
    Runnable task = ready.poll();
    if (task != null) {
      task.run();
    }
    return task != null;
  }

  /** Runs all that is ready, and what that makes ready; time stands still. */
  public void run() {
    while (runOne()) {}
  }

  /** Lets time pass, running what becomes due at its time. */
  public void pass(Duration duration) {
    long end = nanos + duration.toNanos();
    run();
    while (!timers.isEmpty() && timers.peek().at() <= end) {
      Entry entry = timers.poll();
      nanos = Math.max(nanos, entry.at());
      if (!entry.cancelled()[0]) {
        entry.task().run();
      }
      run();
    }
    nanos = end;
  }

  /** Lets time pass without running anything, as when the process was stopped. */
  public void freeze(Duration duration) {
    nanos += duration.toNanos();
  }
}
