package dev.holdfast.gateway.session;

import dev.holdfast.config.ListenerConfig.PerSource;
import dev.holdfast.gateway.relay.Traffic;
import dev.holdfast.ledger.Admission;
import dev.holdfast.ledger.Permits;
import dev.holdfast.line.Line;
import dev.holdfast.words.Refusal;
import dev.holdfast.words.Scope;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
  private final Line<Session> queue = new Line<>();
  private final PaceLine paceLine;
  private @Nullable PerSource counting;
  private LoopPool pool;
  private long accepted;

  LoopListener(ListenerPlace place, LoopPool pool, PaceLine paceLine) {
    this.place = place;
    this.pool = pool;
    this.paceLine = paceLine;
    this.counting = place.counting();
  }

  /** Feeds a pool from now on; the settings may have changed. */
  void feed(LoopPool next) {
    pool = next;
    permits.clear();
  }

  /** Its sessions that wait, whatever for. */
  Line<Session> queue() {
    return queue;
  }

  /** Where its sessions wait for their moment. */
  PaceLine paceLine() {
    return paceLine;
  }

  /** As whom sessions are counted by their source on this loop, or null. */
  @Nullable PerSource counting() {
    return counting;
  }

  void counting(@Nullable PerSource next) {
    counting = next;
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
