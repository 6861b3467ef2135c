package dev.holdfast.table;

/**
 * Who takes which turn when everybody has a number of turns: as evenly spread as whole turns allow,
 * so that every stretch of the sequence holds each server's part of it, within about one turn.
 */
final class Turns {
  private Turns() {}

  /**
   * The sequence of server indexes, as long as the sum of the counts. The turn {@code k} of a
   * server with {@code c} of {@code n} turns stands near {@code (k + 1/2) n / c}; the lower index
   * goes first.
   *
   * @param counts turns of each server, none negative
   */
  static short[] of(int[] counts) {
    int turns = 0;
    for (int count : counts) {
      turns += count;
    }
    int[] starts = new int[turns + 1];
    for (int count : counts) {
      for (int k = 0; k < count; k++) {
        starts[place(k, count, turns) + 1]++;
      }
    }
    for (int i = 1; i <= turns; i++) {
      starts[i] += starts[i - 1];
    }
    short[] sequence = new short[turns];
    for (int server = 0; server < counts.length; server++) {
      for (int k = 0; k < counts[server]; k++) {
        sequence[starts[place(k, counts[server], turns)]++] = (short) server;
      }
    }
    return sequence;
  }

  private static int place(int turn, int count, int turns) {
    return (int) ((2L * turn + 1) * turns / (2L * count));
  }
}
