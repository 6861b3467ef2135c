package dev.holdfast.operations;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.List;

/**
 * How many sessions have been idle for how long, in buckets that double: bucket 0 holds those below
 * a millisecond, bucket b those of 2^(b-1) to 2^b - 1 milliseconds.
 *
 * @param counts by bucket, without empty ones at the end
 */
public record Idle(@JsonValue List<Integer> counts) {
  /** Buckets there are; the last one holds all that is idle for longer than 17 years. */
  public static final int BUCKETS = 40;

  /** Nobody. */
  public static final Idle NONE = new Idle(List.of());

  /** Copies the list, without empty buckets at the end. */
  @JsonCreator
  public Idle {
    int size = Math.min(counts.size(), BUCKETS);
    while (size > 0 && counts.get(size - 1) == 0) {
      size--;
    }
    counts = List.copyOf(counts.subList(0, size));
  }

  /** The counts of an array of {@link #BUCKETS}. */
  public static Idle of(int[] counts) {
    List<Integer> list = new ArrayList<>();
    for (int count : counts) {
      list.add(count);
    }
    return new Idle(list);
  }

  /** The bucket of an idle time. */
  public static int bucket(long idleMs) {
    return Math.min(BUCKETS - 1, Long.SIZE - Long.numberOfLeadingZeros(Math.max(0, idleMs)));
  }

  /** How many are in a bucket. */
  public int in(int bucket) {
    return bucket < counts.size() ? counts.get(bucket) : 0;
  }

  /** All of them. */
  @JsonIgnore
  public int total() {
    return counts.stream().mapToInt(Integer::intValue).sum();
  }

  /** What is left without so many of the most idle ones. */
  public Idle without(long most) {
    int[] left = new int[BUCKETS];
    long gone = Math.max(0, most);
    for (int bucket = BUCKETS - 1; bucket >= 0; bucket--) {
      long here = Math.min(gone, in(bucket));
      left[bucket] = (int) (in(bucket) - here);
      gone -= here;
    }
    return of(left);
  }

  /** These and those. */
  public Idle plus(Idle other) {
    int[] sum = new int[BUCKETS];
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      sum[bucket] = in(bucket) + other.in(bucket);
    }
    return of(sum);
  }
}
