package dev.holdfast.gateway.session;

import dev.holdfast.gateway.admit.Gauge;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one loop that wait, for a permit, a moment, a held slot or another server. Places
 * are limited for each listener and each pool on this node, over all loops. In a full queue the
 * source of this loop that has most of them gives up its newest place to one that has fewer, so a
 * crowd of one source cannot keep the others out. Confined to the loop.
 */
final class WaitingRoom {
  private final Consumer<Session> givesUp;

  /** The oldest first. */
  private final Set<Session> waiting = new LinkedHashSet<>();

  /**
   * Nobody waits.
   *
   * @param givesUp turns a session away that lost its place, within the call
   */
  WaitingRoom(Consumer<Session> givesUp) {
    this.givesUp = givesUp;
  }

  /** Those that wait, the oldest first. */
  Set<Session> all() {
    return waiting;
  }

  /** Clients that may wait on this node where a session is and goes. */
  static int most(Session session) {
    int most = session.at.place().config().limits().queue();
    Integer ofPool = session.pool.place().config().queue().most();
    return ofPool == null ? most : Math.min(most, ofPool);
  }

  /**
   * Gives a session a place, unless it has one.
   *
   * @param most clients that may wait at its listener
   * @return false if there is none
   */
  boolean enter(Session session, int most) {
    if (session.queued) {
      return true;
    }
    Gauge ofListener = session.at.place().queued();
    if (!hasPlace(ofListener, most, session)) {
      return false;
    }
    Integer ofPool = session.pool.place().config().queue().most();
    boolean bounded = ofPool != null && ofPool > 0 && most <= WaitingRoom.most(session);
    if (!hasPlace(session.pool.place().queued(), bounded ? ofPool : Integer.MAX_VALUE, session)) {
      ofListener.down();
      return false;
    }
    session.queued = true;
    session.queuedAtMs = session.sinceAcceptMs(System.nanoTime());
    waiting.add(session);
    session.at.queue().add(session.source, session);
    return true;
  }

  private boolean hasPlace(Gauge queue, int most, Session session) {
    if (queue.upTo(most)) {
      return true;
    }
    @Nullable Session longest = session.at.queue().newestOfLongest(session.source);
    if (longest == null) {
      return false;
    }
    givesUp.accept(longest);
    return queue.upTo(most);
  }

  /** A session waits no more, if it did. */
  void leave(Session session) {
    if (!session.queued) {
      return;
    }
    session.queued = false;
    waiting.remove(session);
    session.at.queue().remove(session.source, session);
    ListenerPlace listener = session.at.place();
    int waitedMs = session.sinceAcceptMs(System.nanoTime()) - session.queuedAtMs;
    listener.queueTimes().add(waitedMs * 1_000_000L);
    listener.queued().down();
    session.pool.place().queued().down();
  }
}
