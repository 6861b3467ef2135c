package dev.holdfast.gateway.session;

import dev.holdfast.table.SlotHash;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sessions of a pool by slot and server: of one loop, or of several that were added up. */
public final class SlotCount {
  private final PoolName pool;
  private final @Nullable ServerName only;
  private final Map<ServerName, Integer> totals = new HashMap<>();
  private final Map<ServerName, Map<Integer, Integer>> found = new HashMap<>();

  SlotCount(PoolName pool, @Nullable ServerName only) {
    this.pool = pool;
    this.only = only;
  }

  /** On the loop of the session. */
  void add(Session session) {
    ServerPlace at = session.server;
    if (session.permits == null || at == null || !session.pool.place().name().equals(pool)) {
      return;
    }
    ServerName server = at.name();
    totals.merge(server, 1, Integer::sum);
    ServerName wanted = only == null ? session.pool.routes().wanted(session.source) : null;
    boolean counts = only == null ? wanted != null && !wanted.equals(server) : server.equals(only);
    if (counts) {
      found
          .computeIfAbsent(server, name -> new HashMap<>())
          .merge(SlotHash.slot(session.source), 1, Integer::sum);
    }
  }

  /** Adds what another loop counted; neither loop touches its own any more. */
  public SlotCount plus(SlotCount other) {
    other.totals.forEach((server, count) -> totals.merge(server, count, Integer::sum));
    other.found.forEach(
        (server, slots) ->
            slots.forEach(
                (slot, count) ->
                    found
                        .computeIfAbsent(server, name -> new HashMap<>())
                        .merge(slot, count, Integer::sum)));
    return this;
  }

  /** Sessions at each server. */
  public Map<ServerName, Integer> totals() {
    return totals;
  }

  /** Server -> slot -> sessions, of those that were asked for. */
  public Map<ServerName, Map<Integer, Integer>> found() {
    return found;
  }
}
