package dev.holdfast.gateway.cli;

/** The exit codes. */
public final class Exit {
  /** Done. */
  public static final int DONE = 0;

  /** The answer is no: faults, refused, failed, cancelled. */
  public static final int NO = 1;

  /** Impossible: cannot start, node not reachable. */
  public static final int IMPOSSIBLE = 2;

  /** The command line is wrong. */
  public static final int USAGE = 64;

  private Exit() {}
}
