package dev.holdfast.line;

import dev.holdfast.words.Source;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Those that wait, in the order of their turns. Confined to one thread.
 *
 * @param <T> who waits; each once
 */
public final class Line<T> {
  /** What a walk along the line does with one that waits. */
  public enum Turn {
    /** It goes on waiting. */
    STAYS,
    /** It leaves; its source keeps its turn. */
    LEAVES,
    /** It was served: it leaves, and its source goes behind the others. */
    SERVED
  }

  /** The next source first. */
  private final Map<Source, Set<T>> sources = new LinkedHashMap<>();

  /** The sources by how many of each wait. */
  private final TreeMap<Integer, Set<Source>> byLength = new TreeMap<>();

  private int size;

  /** Nobody waits. */
  public Line() {}

  /** Somebody joins: behind those of its source. */
  public void add(Source source, T one) {
    Set<T> same = sources.computeIfAbsent(source, first -> new LinkedHashSet<>());
    if (same.add(one)) {
      size++;
      moved(source, same.size() - 1, same.size());
    }
  }

  /** Somebody leaves; false if it does not wait. */
  public boolean remove(Source source, T one) {
    Set<T> same = sources.get(source);
    if (same == null || !same.remove(one)) {
      return false;
    }
    left(source, same);
    return true;
  }

  private void left(Source source, Set<T> same) {
    size--;
    moved(source, same.size() + 1, same.size());
    if (same.isEmpty()) {
      sources.remove(source);
    }
  }

  private void moved(Source source, int before, int now) {
    Set<Source> old = byLength.get(before);
    if (old != null) {
      old.remove(source);
      if (old.isEmpty()) {
        byLength.remove(before);
      }
    }
    if (now > 0) {
      byLength.computeIfAbsent(now, length -> new LinkedHashSet<>()).add(source);
    }
  }

  /** The next in turn, which leaves; its source goes behind the others. Null if nobody waits. */
  public @Nullable T poll() {
    if (sources.isEmpty()) {
      return null;
    }
    Map.Entry<Source, Set<T>> next = sources.entrySet().iterator().next();
    Source source = next.getKey();
    Iterator<T> same = next.getValue().iterator();
    T one = same.next();
    same.remove();
    left(source, next.getValue());
    toTheEnd(source);
    return one;
  }

  private void toTheEnd(Source source) {
    Set<T> same = sources.remove(source);
    if (same != null) {
      sources.put(source, same);
    }
  }

  /** The next in turn, or null; it stays. */
  public @Nullable T peek() {
    return sources.isEmpty() ? null : sources.values().iterator().next().iterator().next();
  }

  /**
   * Visits all in the order of their turns: the first of each source, then the second of each.
   *
   * @param visit says what becomes of one; must not touch this line
   */
  public void walk(Function<T, Turn> visit) {
    List<Source> served = new ArrayList<>();
    List<Map.Entry<Source, Iterator<T>>> round = new ArrayList<>();
    sources.forEach((source, same) -> round.add(Map.entry(source, same.iterator())));
    while (!round.isEmpty()) {
      round.removeIf(
          each -> {
            Source source = each.getKey();
            Turn turn = visit.apply(each.getValue().next());
            if (turn != Turn.STAYS) {
              each.getValue().remove();
              left(source, sources.get(source));
            }
            if (turn == Turn.SERVED) {
              served.add(source);
            }
            return !each.getValue().hasNext();
          });
    }
    served.forEach(this::toTheEnd);
  }

  /** How many wait. */
  public int size() {
    return size;
  }

  /** How many of a source wait. */
  public int size(Source source) {
    Set<T> same = sources.get(source);
    return same == null ? 0 : same.size();
  }

  /** True if nobody waits. */
  public boolean isEmpty() {
    return size == 0;
  }

  /**
   * Who gives up its place for one more of a source: the newest of the source that has most, if
   * that has more than this one would have then. Null: nobody.
   */
  public @Nullable T newestOfLongest(Source source) {
    if (size == 0 || byLength.lastKey() <= size(source) + 1) {
      return null;
    }
    Source longest = byLength.lastEntry().getValue().iterator().next();
    T newest = null;
    for (T one : sources.get(longest)) {
      newest = one;
    }
    return newest;
  }
}
