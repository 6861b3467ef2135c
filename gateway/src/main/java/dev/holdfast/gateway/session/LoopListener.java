package dev.holdfast.gateway.session;

import dev.holdfast.gateway.relay.Traffic;
import dev.holdfast.ledger.Admission;
import dev.holdfast.ledger.Permits;
import dev.holdfast.words.Refusal;
import dev.holdfast.words.Scope;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * A listener on one loop: plain counters that only the loop writes and anybody reads a bit late,
 * and the permits that its sessions need.
 */
final class LoopListener {
  private static final Refusal[] REFUSALS = Refusal.values();

  private final ListenerPlace place;
  private final Traffic traffic = new Traffic();
  private final long[] denied = new long[REFUSALS.length];
  private final Map<ServerPlace, List<Permits>> permits = new IdentityHashMap<>();
  private LoopPool pool;
  private long accepted;

  LoopListener(ListenerPlace place, LoopPool pool) {
    this.place = place;
    this.pool = pool;
  }

  /** Feeds a pool from now on; the settings may have changed. */
  void feed(LoopPool next) {
    pool = next;
    permits.clear();
  }

  ListenerPlace place() {
    return place;
  }

  LoopPool pool() {
    return pool;
  }

  Traffic traffic() {
    return traffic;
  }

  void accepted() {
    accepted++;
  }

  void denied(Refusal why) {
    denied[why.ordinal()]++;
  }

  /** Clients accepted so far, refused ones too. */
  long acceptedCount() {
    return accepted;
  }

  long deniedCount(Refusal why) {
    return denied[why.ordinal()];
  }

  /** The permits of a session to a server, in the order of {@link Scope}; one list for all. */
  List<Permits> permits(ServerPlace server, Admission admission) {
    List<Permits> known = permits.get(server);
    if (known == null) {
      known =
          List.of(
              admission.permits(server.scope()),
              admission.permits(Scope.of(pool.place().name())),
              admission.permits(Scope.of(place.name())),
              admission.permits(Scope.CLUSTER));
      permits.put(server, known);
    }
    return known;
  }
}
