package dev.holdfast.loadtest.scale;

/** The part of loopback that this run has for itself, so that two runs do not meet. */
final class Net {
  private static final int FIRST = 2;
  private static final int MANY = 100;

  /** The first two bytes, as {@code 127.17.}; clients come from elsewhere. */
  static final String OURS = "127." + (FIRST + ProcessHandle.current().pid() % MANY) + ".";

  private Net() {}
}
