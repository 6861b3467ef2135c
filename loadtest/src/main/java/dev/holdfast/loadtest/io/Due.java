package dev.holdfast.loadtest.io;

/** What a lane calls at a time that was asked for. */
@FunctionalInterface
public interface Due {
  /**
   * The time has come.
   *
   * @param atNanos the time that was asked for; now is later, by how much is up to the machine
   */
  void due(long atNanos);
}
