package dev.holdfast.loadtest.io;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What is due when: a binary heap without an object per entry. One thread. */
final class Agenda {
  private long[] times = new long[64];
  private @Nullable Due[] tasks = new Due[64];
  private int size;

  /** The earliest time, or {@link Long#MAX_VALUE}. */
  long next() {
    return size == 0 ? Long.MAX_VALUE : times[0];
  }

  void add(long at, Due task) {
    if (size == times.length) {
      times = Arrays.copyOf(times, size * 2);
      tasks = Arrays.copyOf(tasks, size * 2);
    }
    int i = size++;
    while (i > 0 && times[(i - 1) >>> 1] > at) {
      move((i - 1) >>> 1, i);
      i = (i - 1) >>> 1;
    }
    times[i] = at;
    tasks[i] = task;
  }

  /** Takes the earliest, null when nothing is due at that time. */
  @Nullable Due poll(long now) {
    if (size == 0 || times[0] > now) {
      return null;
    }
    Due first = tasks[0];
    size--;
    long at = times[size];
    Due last = tasks[size];
    tasks[size] = null;
    int i = 0;
    while (2 * i + 1 < size) {
      int child = 2 * i + 1;
      if (child + 1 < size && times[child + 1] < times[child]) {
        child++;
      }
      if (times[child] >= at) {
        break;
      }
      move(child, i);
      i = child;
    }
    if (size > 0) {
      times[i] = at;
      tasks[i] = last;
    }
    return first;
  }

  private void move(int from, int to) {
    times[to] = times[from];
    tasks[to] = tasks[from];
  }
}
