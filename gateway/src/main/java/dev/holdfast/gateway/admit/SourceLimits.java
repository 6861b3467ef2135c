package dev.holdfast.gateway.admit;

import dev.holdfast.words.Refusal;
import dev.holdfast.words.Source;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Sessions and new sessions a second of each source, for one listener on this node. Exact over all
 * loops; what other nodes hold of a source is added as far as it is known. New sessions pass a
 * bucket of one second's worth of tokens.
 *
 * <p>A source is remembered while it has sessions or its bucket is not full; {@link #sweep} forgets
 * the others. A flood of sources beyond {@link #MOST} is not remembered at all and passes: the
 * limits of the listener hold it.
 */
public final class SourceLimits {
  /** Sources remembered at most. */
  public static final int MOST = 1 << 20;

  /** Sources looked at in one sweep, which is on an event loop. */
  private static final int SWEPT_AT_ONCE = 10_000;

  private static final double NANOS = 1e9;

  private final ConcurrentHashMap<Source, Entry> entries = new ConcurrentHashMap<>();

  /** Those with at least {@link #heavyFrom} sessions; changed under the map's lock of the key. */
  private final Set<Source> heavy = ConcurrentHashMap.newKeySet();

  private volatile int heavyFrom = Integer.MAX_VALUE;
  private volatile Map<Source, Integer> elsewhere = Map.of();
  private @Nullable Iterator<Source> sweeping;

  /** Nobody is known yet. */
  public SourceLimits() {}

  /** One source; guarded by the map's lock of its key. */
  private static final class Entry {
    int sessions;
    double tokens;
    long nanos;
  }

  /**
   * Counts a new session of a source, or says why not.
   *
   * @param most sessions of one source, or null
   * @param perSecond new sessions a second of one source, or null
   * @param nowNanos monotonic
   * @return null if it was counted: {@link #leave} must follow once
   */
  public @Nullable Refusal enter(
      Source source, @Nullable Long most, @Nullable Long perSecond, long nowNanos) {
    Refusal[] why = new Refusal[1];
    boolean room = entries.mappingCount() < MOST;
    entries.compute(
        source,
        (key, known) -> {
          if (known == null && !room) {
            return null;
          }
          Entry entry = known == null ? fresh(perSecond, nowNanos) : known;
          refill(entry, perSecond, nowNanos);
          why[0] = hindrance(key, entry, most, perSecond);
          if (why[0] == null) {
            changed(key, entry, 1);
            entry.tokens -= perSecond == null ? 0 : 1;
          }
          return entry;
        });
    return why[0];
  }

  /** Why {@link #enter} would refuse now, or null. Counts nothing. */
  public @Nullable Refusal hindrance(
      Source source, @Nullable Long most, @Nullable Long perSecond, long nowNanos) {
    Refusal[] why = new Refusal[1];
    Entry entry =
        entries.computeIfPresent(
            source,
            (key, known) -> {
              refill(known, perSecond, nowNanos);
              why[0] = hindrance(key, known, most, perSecond);
              return known;
            });
    boolean enoughElsewhere =
        entry == null && most != null && elsewhere.getOrDefault(source, 0) >= most;
    return enoughElsewhere ? Refusal.SOURCE_LIMIT : why[0];
  }

  private @Nullable Refusal hindrance(
      Source source, Entry entry, @Nullable Long most, @Nullable Long perSecond) {
    if (most != null && entry.sessions + elsewhere.getOrDefault(source, 0) >= most) {
      return Refusal.SOURCE_LIMIT;
    }
    return perSecond != null && entry.tokens < 1 ? Refusal.SOURCE_RATE : null;
  }

  private static Entry fresh(@Nullable Long perSecond, long nowNanos) {
    Entry entry = new Entry();
    entry.nanos = nowNanos;
    entry.tokens = perSecond == null ? 0 : perSecond;
    return entry;
  }

  private static void refill(Entry entry, @Nullable Long perSecond, long nowNanos) {
    if (perSecond != null) {
      double more = (nowNanos - entry.nanos) * perSecond / NANOS;
      entry.tokens = Math.min(perSecond, entry.tokens + Math.max(0, more));
    }
    entry.nanos = nowNanos;
  }

  private void changed(Source source, Entry entry, int more) {
    entry.sessions += more;
    if (entry.sessions >= heavyFrom) {
      heavy.add(source);
    } else {
      heavy.remove(source);
    }
  }

  /** Counts a session that was admitted before sources were counted so. */
  public void count(Source source, long nowNanos) {
    boolean room = entries.mappingCount() < MOST;
    entries.compute(
        source,
        (key, known) -> {
          Entry entry = known == null && room ? fresh(null, nowNanos) : known;
          if (entry != null) {
            changed(key, entry, 1);
          }
          return entry;
        });
  }

  /** A session of the source is over. */
  public void leave(Source source) {
    entries.computeIfPresent(
        source,
        (key, entry) -> {
          if (entry.sessions > 0) { // else it was one of too many to be remembered
            changed(key, entry, -1);
          }
          return entry;
        });
  }

  // ---- what the nodes tell each other; one thread

  /**
   * Says what other nodes hold of sources.
   *
   * @param sessions by source, all other nodes together
   */
  public void elsewhere(Map<Source, Integer> sessions) {
    elsewhere = Map.copyOf(sessions);
  }

  /** From so many sessions on a source is told to others. */
  public void heavyFrom(int sessions) {
    if (heavyFrom != sessions) {
      heavyFrom = sessions;
      for (Source source : entries.keySet()) {
        entries.computeIfPresent(
            source,
            (key, entry) -> {
              changed(key, entry, 0);
              return entry;
            });
      }
    }
  }

  /**
   * What to tell others: the sources with most sessions, and those that others told of.
   *
   * @param most sources at most; those with fewer sessions are left out
   * @param asked sources that others told of
   */
  public Map<Source, Integer> heaviest(int most, Set<Source> asked) {
    Map<Source, Integer> told = new HashMap<>();
    heavy.forEach(source -> told(source, told));
    asked.forEach(source -> told(source, told));
    if (told.size() <= most) {
      return told;
    }
    return told.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(most)
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, LinkedHashMap::new));
  }

  private void told(Source source, Map<Source, Integer> to) {
    entries.computeIfPresent(
        source,
        (key, entry) -> {
          if (entry.sessions > 0) {
            to.put(key, entry.sessions);
          }
          return entry;
        });
  }

  // ---- one loop

  /**
   * Forgets sources without a session whose bucket is full again, which takes one second; some at
   * each call.
   */
  public void sweep(long nowNanos) {
    Iterator<Source> next = sweeping == null ? entries.keySet().iterator() : sweeping;
    for (int i = 0; i < SWEPT_AT_ONCE && next.hasNext(); i++) {
      entries.computeIfPresent(
          next.next(),
          (key, entry) ->
              entry.sessions == 0 && nowNanos - entry.nanos >= (long) NANOS ? null : entry);
    }
    sweeping = next.hasNext() ? next : null;
  }

  /** Sources known now. */
  public int size() {
    return entries.size();
  }
}
