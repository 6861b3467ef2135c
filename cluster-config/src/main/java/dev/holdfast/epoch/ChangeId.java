package dev.holdfast.epoch;

/**
 * The identity of one change, never used again, also not after an abort or a lost write (rule 5).
 * Compared for equality; the epoch that the change commits carries it.
 *
 * @param number of the epoch that the change leads to; 0: a first table that nobody has stored
 * @param random 64 bits drawn for this change
 */
public record ChangeId(long number, long random) {
  @Override
  public String toString() {
    return number + "-" + Long.toHexString(random);
  }
}
