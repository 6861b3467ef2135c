package dev.holdfast.store.hazelcast;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many calls this process made to the store since its start, by what was called. Any thread.
 */
public final class StoreCalls {
  /**
   * One kind of call.
   *
   * @param operation {@code read}, {@code readAll}, {@code write}, {@code remove} or the name of a
   *     step
   * @param table name of the table
   */
  public record Call(String operation, String table) implements Comparable<Call> {
    @Override
    public int compareTo(Call other) {
      int byTable = table.compareTo(other.table);
      return byTable != 0 ? byTable : operation.compareTo(other.operation);
    }
  }

  private final ConcurrentMap<Call, LongAdder> counts = new ConcurrentHashMap<>();

  StoreCalls() {}

  void count(String operation, String table) {
    counts.computeIfAbsent(new Call(operation, table), call -> new LongAdder()).increment();
  }

  /** The calls of each kind that was made at least once. */
  public Map<Call, Long> counts() {
    Map<Call, Long> now = new TreeMap<>();
    counts.forEach((call, count) -> now.put(call, count.sum()));
    return now;
  }

  /** All calls. */
  public long total() {
    return counts.values().stream().mapToLong(LongAdder::sum).sum();
  }
}
