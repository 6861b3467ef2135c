package dev.holdfast.fuzz;

import java.lang.management.ManagementFactory;

/** How many bytes the present thread has allocated. */
public final class Allocation {
  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocation() {}

  /** Since the thread began. */
  public static long bytes() {
    return THREADS.getCurrentThreadAllocatedBytes();
  }
}
