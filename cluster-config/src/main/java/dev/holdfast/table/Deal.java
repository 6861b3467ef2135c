package dev.holdfast.table;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Deals slots to the servers that take some. The slots of one wish are spread in proportion to the
 * weights as far as what each may still take allows: then, when the server they wish for comes
 * back, each taker holds about the part of them that it has to give anyway. Large wishes first; the
 * slots of those that have fewer slots than there are takers go together to where room is left.
 * Confined to the call.
 */
final class Deal {
  private final int[] weights;
  private final int[] room;
  private final int[] takers;

  private Deal(int[] weights, int[] room) {
    this.weights = weights;
    this.room = room;
    this.takers = IntStream.range(0, room.length).filter(i -> room[i] > 0).toArray();
  }

  /**
   * The taker of each slot.
   *
   * @param wishes of the slots, equal ones together
   * @param weights of the servers
   * @param room how many slots each server takes: together as many as there are
   */
  static short[] of(int[] wishes, int[] weights, int[] room) {
    return new Deal(weights, room.clone()).deal(wishes);
  }

  private short[] deal(int[] wishes) {
    short[] dealt = new short[wishes.length];
    boolean[] done = new boolean[wishes.length];
    int[][] runs = runs(wishes);
    Arrays.sort(runs, Comparator.comparingInt((int[] run) -> run[0] - run[1]));
    for (int[] run : runs) {
      int size = run[1] - run[0];
      if (size >= takers.length) {
        System.arraycopy(Turns.of(parts(size)), 0, dealt, run[0], size);
        Arrays.fill(done, run[0], run[1], true);
      }
    }
    short[] rest = Turns.of(room);
    int next = 0;
    for (int i = 0; i < dealt.length; i++) {
      if (!done[i]) {
        dealt[i] = rest[next++];
      }
    }
    return dealt;
  }

  /** Splits that many slots by weight, at most the room of each taker, which shrinks by it. */
  private int[] parts(int slots) {
    long sum = 0;
    for (int taker : takers) {
      sum += weights[taker];
    }
    int[] parts = new int[room.length];
    int left = slots;
    for (int taker : takers) {
      left -= take(parts, taker, (int) Math.min(room[taker], slots * (long) weights[taker] / sum));
    }
    left -= oneEach(parts, left);
    long rooms = 0;
    for (int taker : takers) {
      rooms += room[taker];
    }
    int rest = left;
    for (int taker : takers) {
      if (rest > 0) {
        left -= take(parts, taker, (int) (rest * (long) room[taker] / rooms));
      }
    }
    oneEach(parts, left);
    return parts;
  }

  /** One more for those with the most room, at most that many in all; how many it were. */
  private int oneEach(int[] parts, int atMost) {
    int[] chosen =
        Arrays.stream(takers)
            .filter(taker -> room[taker] > 0)
            .boxed()
            .sorted(Comparator.comparingInt((Integer taker) -> -room[taker]))
            .limit(atMost)
            .mapToInt(Integer::intValue)
            .toArray();
    for (int taker : chosen) {
      take(parts, taker, 1);
    }
    return chosen.length;
  }

  private int take(int[] parts, int taker, int slots) {
    parts[taker] += slots;
    room[taker] -= slots;
    return slots;
  }

  /** From and to of every run of equal numbers. */
  private static int[][] runs(int[] numbers) {
    int[] starts =
        IntStream.range(0, numbers.length)
            .filter(i -> i == 0 || numbers[i] != numbers[i - 1])
            .toArray();
    int[][] runs = new int[starts.length][];
    for (int i = 0; i < starts.length; i++) {
      runs[i] = new int[] {starts[i], i + 1 < starts.length ? starts[i + 1] : numbers.length};
    }
    return runs;
  }
}
