package dev.holdfast.gateway.admit;

import dev.holdfast.words.Refusal;
import dev.holdfast.words.Source;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Sessions and new sessions a second of each source, for one listener on this node. Exact over all
 * loops. New sessions pass a bucket of one second's worth of tokens.
 *
 * <p>A source is remembered while it has sessions or its bucket is not full; {@link #sweep} forgets
 * the others. A flood of sources beyond {@link #MOST} is not remembered at all and passes: the
 * limits of the listener hold it.
 */
public final class SourceLimits {
  /** Sources remembered at most. */
  public static final int MOST = 1 << 20;

  private static final double NANOS = 1e9;

  private final ConcurrentHashMap<Source, Entry> entries = new ConcurrentHashMap<>();

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
          Entry entry = known;
          if (entry == null) {
            entry = new Entry();
            entry.nanos = nowNanos;
            entry.tokens = perSecond == null ? 0 : perSecond;
          }
          refill(entry, perSecond, nowNanos);
          if (most != null && entry.sessions >= most) {
            why[0] = Refusal.SOURCE_LIMIT;
          } else if (perSecond != null && entry.tokens < 1) {
            why[0] = Refusal.SOURCE_RATE;
          } else {
            entry.sessions++;
            entry.tokens -= perSecond == null ? 0 : 1;
          }
          return entry;
        });
    return why[0];
  }

  private static void refill(Entry entry, @Nullable Long perSecond, long nowNanos) {
    if (perSecond != null) {
      double more = (nowNanos - entry.nanos) * perSecond / NANOS;
      entry.tokens = Math.min(perSecond, entry.tokens + Math.max(0, more));
    }
    entry.nanos = nowNanos;
  }

  /** A session of the source is over. */
  public void leave(Source source) {
    entries.computeIfPresent(
        source,
        (key, entry) -> {
          entry.sessions = Math.max(0, entry.sessions - 1); // of before the limit was switched on
          return entry;
        });
  }

  /** Forgets sources without a session whose bucket is full again, which takes one second. */
  public void sweep(long nowNanos) {
    for (Source source : entries.keySet()) {
      entries.computeIfPresent(
          source,
          (key, entry) ->
              entry.sessions == 0 && nowNanos - entry.nanos >= (long) NANOS ? null : entry);
    }
  }

  /** Sources known now. */
  public int size() {
    return entries.size();
  }
}
