package dev.holdfast.epoch;

import dev.holdfast.table.SlotHash;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Where one event loop has the sources of one pool: by sessions, and by what ended within the ttl.
 * Confined to that loop. Sources with sessions are bounded by the sessions of the node; of the
 * others {@value #RECENT} are kept, the oldest leaves first.
 */
final class SourceMemory {
  /** Sources without a session that one loop and pool remember. */
  static final int RECENT = 65_536;

  private static final class Count {
    final ServerName server;
    final @Nullable Count next;
    int sessions;

    Count(ServerName server, @Nullable Count next) {
      this.server = server;
      this.next = next;
    }
  }

  private record Seat(Source source, ServerName server) {}

  private final Map<Source, Count> live = new HashMap<>();
  private final LinkedHashMap<Seat, Long> recent = new LinkedHashMap<>(); // since, nanos
  private long ttlNanos;

  SourceMemory(Duration ttl) {
    ttlNanos = ttl.toNanos();
  }

  /** What ended is remembered for so long from now on, what ended before too. */
  void ttl(Duration ttl) {
    ttlNanos = ttl.toNanos();
  }

  void opened(Source source, ServerName server) {
    Count first = live.get(source);
    Count count = find(first, server);
    if (count == null) {
      count = new Count(server, first);
      live.put(source, count);
    }
    count.sessions++;
  }

  /** A session ended; that the source was seen there is remembered, whatever the answer is now. */
  void closed(Source source, ServerName server, long nowNanos) {
    forget(source, server);
    if (ttlNanos > 0) {
      Seat seat = new Seat(source, server);
      recent.remove(seat);
      recent.put(seat, nowNanos);
      trim(nowNanos);
    }
  }

  /** A session ended, and that the source was seen there is not remembered. */
  void forget(Source source, ServerName server) {
    Count first = live.get(source);
    Count count = find(first, server);
    if (count == null) {
      throw new IllegalStateException(
          "closed: " + source + " at " + server + " (expected: a session that was opened)");
    }
    if (--count.sessions == 0) {
      Count rest = without(first, count);
      if (rest == null) {
        live.remove(source);
      } else {
        live.put(source, rest);
      }
    }
  }

  private void trim(long nowNanos) {
    Iterator<Long> oldest = recent.values().iterator();
    while (oldest.hasNext()) {
      boolean over = nowNanos - oldest.next() >= ttlNanos;
      if (!over && recent.size() <= RECENT) {
        return;
      }
      oldest.remove();
    }
  }

  private static @Nullable Count find(@Nullable Count count, ServerName server) {
    Count at = count;
    while (at != null && !at.server.equals(server)) {
      at = at.next;
    }
    return at;
  }

  private static @Nullable Count without(@Nullable Count first, Count gone) {
    Count rest = null;
    for (Count at = first; at != null; at = at.next) {
      if (at != gone) {
        Count copy = new Count(at.server, rest);
        copy.sessions = at.sessions;
        rest = copy;
      }
    }
    return rest;
  }

  /** The claims for a change: sources of touched slots, at servers that serve after it (rule 9). */
  List<Claim> claims(BitSet touched, Set<ServerName> serving, long nowNanos) {
    trim(nowNanos);
    Map<Source, Claim> claims = new HashMap<>();
    live.forEach(
        (source, first) -> {
          if (touched.get(SlotHash.slot(source))) {
            Set<ServerName> used = new HashSet<>();
            for (Count at = first; at != null; at = at.next) {
              used.add(at.server);
            }
            used.retainAll(serving);
            if (!used.isEmpty()) {
              claims.put(source, new Claim(source, used, Set.of()));
            }
          }
        });
    recent
        .keySet()
        .forEach(
            seat -> {
              Source source = seat.source();
              if (touched.get(SlotHash.slot(source)) && serving.contains(seat.server())) {
                Claim with = claims.getOrDefault(source, new Claim(source, Set.of(), Set.of()));
                Set<ServerName> seen = new HashSet<>(with.recent());
                seen.add(seat.server());
                claims.put(source, new Claim(source, with.live(), seen));
              }
            });
    return new ArrayList<>(claims.values());
  }

  /** Forgets where sources were seen and are not to be remembered. */
  void forget(BiPredicate<Source, ServerName> those) {
    recent.keySet().removeIf(seat -> those.test(seat.source(), seat.server()));
  }

  /** Each source with sessions and each server where it has some. */
  void live(BiConsumer<Source, ServerName> use) {
    live.forEach(
        (source, first) -> {
          for (Count at = first; at != null; at = at.next) {
            use.accept(source, at.server);
          }
        });
  }
}
