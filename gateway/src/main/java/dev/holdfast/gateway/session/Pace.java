package dev.holdfast.gateway.session;

/** When sessions are due to be ended. Time is passed in; one thread. */
interface Pace {
  /**
   * How many of those that are left are due now; they count as done. What is left may grow and
   * shrink between two calls.
   */
  int due(long nowNanos, int left);

  /** True if none will be due until somebody says so. */
  boolean rests();
}
