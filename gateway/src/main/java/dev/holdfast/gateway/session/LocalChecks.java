package dev.holdfast.gateway.session;

import dev.holdfast.config.ListenerConfig;
import dev.holdfast.config.ListenerConfig.PerSource;
import dev.holdfast.config.PoolConfig;
import dev.holdfast.words.Refusal;
import dev.holdfast.words.Source;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a node decides about a client alone, before any permit: the end of the node, access lists,
 * sessions of the node, sessions and new sessions a second of one source. First it is asked about
 * an address, for which nothing is made or counted yet; then about a session, which is counted.
 * Confined to one loop; what is counted is exact over all loops.
 */
final class LocalChecks {
  private final NodePlace node;

  LocalChecks(NodePlace node) {
    this.node = node;
  }

  /** Why a client of an address would be refused now, or null; the cheapest question first. */
  @Nullable Refusal hindrance(LoopListener at, Source address, long nowNanos) {
    if (node.closing()) {
      return Refusal.CUT_OFF;
    }
    boolean unknown = at.place().mustSendHeader(address); // who it is is yet to be said
    Refusal no = unknown ? null : at.place().hindrance(address, nowNanos);
    if (no != null) {
      return no;
    }
    if (node.sessions().current() >= node.maxSessions()) {
      return Refusal.NODE_LIMIT;
    }
    return !unknown && wouldWaitInVain(at, address) ? Refusal.QUEUE_FULL : null;
  }

  /** Why a client that the node has room for would be refused now, or null. */
  @Nullable Refusal hindranceOfSource(LoopListener at, Source address, long nowNanos) {
    Refusal no = at.place().hindrance(address, nowNanos);
    return no == null && wouldWaitInVain(at, address) ? Refusal.QUEUE_FULL : no;
  }

  /** True if it would wait for its moment, and the queue has no place for it. */
  private static boolean wouldWaitInVain(LoopListener at, Source address) {
    if (at.paceLine().isEmpty()
        || at.place().queued().current() < at.place().config().limits().queue()) {
      return false;
    }
    PoolConfig.Affinity affinity = at.pool().place().config().affinity();
    Source source = address.cut(affinity.ipv4Prefix(), affinity.ipv6Prefix());
    return at.queue().newestOfLongest(source) == null;
  }

  /** Counts a session, or not if the node is full: another loop may have been quicker. */
  boolean countOnNode(Session session) {
    session.countedByNode = node.sessions().upTo(node.maxSessions());
    return session.countedByNode;
  }

  /** Counts a session as one of its source, or says why not. */
  @Nullable Refusal countSource(Session session, long nowNanos) {
    ListenerPlace listener = session.at.place();
    PerSource counting = session.at.counting();
    if (counting == null) {
      return null;
    }
    Source source = counted(session, counting);
    ListenerConfig.Limits limits = listener.config().limits();
    Refusal no =
        listener
            .sources()
            .enter(source, limits.sessionsPerSource(), limits.newSessionsPerSource(), nowNanos);
    session.counted = no == null ? source : null;
    return no;
  }

  private static Source counted(Session session, PerSource counting) {
    return session.clientAddress().cut(counting.ipv4Prefix(), counting.ipv6Prefix());
  }

  /** A session is over. */
  void uncount(Session session) {
    if (session.countedByNode) {
      session.countedByNode = false;
      node.sessions().down();
    }
    leaveSource(session);
  }

  private static void leaveSource(Session session) {
    if (session.counted != null) {
      session.at.place().sources().leave(session.counted);
      session.counted = null;
    }
  }

  /** Settings of a listener may have changed whom its sources are: counts its sessions anew. */
  void recount(LoopListener at, SessionList sessions) {
    PerSource next = at.place().counting();
    if (Objects.equals(next, at.counting())) {
      return;
    }
    at.counting(next);
    long now = System.nanoTime();
    sessions.forEach(
        session -> {
          boolean isKnown = session.state() != SessionState.HEADER;
          if (session.at == at && session.countedByNode && isKnown) {
            leaveSource(session);
            if (next != null) {
              session.counted = counted(session, next);
              at.place().sources().count(session.counted, now);
            }
          }
        });
  }
}
