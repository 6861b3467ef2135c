package dev.holdfast.loadtest.cli;

/** The exit codes. */
public final class Exit {
  /** Everything held. */
  public static final int DONE = 0;

  /** A check failed. */
  public static final int FAILED = 1;

  /** It could not be run. */
  public static final int IMPOSSIBLE = 2;

  /** The command line is wrong. */
  public static final int USAGE = 64;

  private Exit() {}
}
