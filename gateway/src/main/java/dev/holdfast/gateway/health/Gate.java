package dev.holdfast.gateway.health;

import java.util.ArrayDeque;

/** Lets in so many at once; the others wait in line. Confined to the loop of the checks. */
final class Gate {
  private final int most;
  private final ArrayDeque<Runnable> line = new ArrayDeque<>();
  private int inside;

  /** A gate that is open for so many at once. */
  Gate(int most) {
    this.most = most;
  }

  /** Runs the task now or when its turn comes; whoever runs calls {@link #leave} once. */
  void enter(Runnable task) {
    if (inside < most) {
      inside++;
      task.run();
    } else {
      line.add(task);
    }
  }

  /** One is done: the next goes in. */
  void leave() {
    Runnable next = line.poll();
    if (next == null) {
      inside--;
    } else {
      next.run();
    }
  }

  int inside() {
    return inside;
  }

  int waiting() {
    return line.size();
  }
}
