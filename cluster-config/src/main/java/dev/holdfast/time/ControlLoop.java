package dev.holdfast.time;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * The one thread on which a node's control plane runs, and its clocks. State of the ledger, of
 * epochs and of membership belongs to this thread; the data path's event loops are others, so that
 * loops that are saturated cost no lease.
 *
 * <p>The tests drive a manual one: time passes and tasks run when the test says so.
 */
public interface ControlLoop extends Executor {
  /** Monotonic time in nanoseconds; only differences mean anything. Any thread. */
  long nanos();

  /** Wall clock in milliseconds since 1970 UTC. Any thread. */
  long wallMs();

  /** Runs a task on the loop, in the order of the calls. Any thread; never runs it inline. */
  @Override
  void execute(Runnable task);

  /** Runs a task on the loop once, after the delay. Any thread. */
  Timer after(Duration delay, Runnable task);

  /** Runs a task on the loop again and again, first after one period. Any thread. */
  Timer every(Duration period, Runnable task);

  /** A task that waits for its time. */
  interface Timer {
    /** The task does not run any more, unless it runs already. Any thread, any number of times. */
    void cancel();
  }
}
