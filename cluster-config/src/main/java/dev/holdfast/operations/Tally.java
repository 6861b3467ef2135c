package dev.holdfast.operations;

/**
 * The sessions of a choice on one node, since they are followed.
 *
 * @param spent of what was released: used, or lapsed
 * @param closed were told to end
 * @param ended ended otherwise
 * @param remaining are still there and were not told to end
 * @param ending were told to end and have not ended yet
 * @param idle those of the remaining that may be ended, by idle time
 */
public record Tally(long spent, long closed, long ended, long remaining, long ending, Idle idle) {
  /** Nothing. */
  public static final Tally NONE = new Tally(0, 0, 0, 0, 0, Idle.NONE);

  /** Both together. */
  public Tally plus(Tally other) {
    return new Tally(
        spent + other.spent,
        closed + other.closed,
        ended + other.ended,
        remaining + other.remaining,
        ending + other.ending,
        idle.plus(other.idle));
  }
}
