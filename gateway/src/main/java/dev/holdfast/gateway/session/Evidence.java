package dev.holdfast.gateway.session;

import dev.holdfast.gateway.relay.Link;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What sessions tell of their servers. A failed connection counts, and so does a session that the
 * server ended early without having sent a byte, where the pool says what early is; the first
 * session that does better ends the row. Called on the loops of the sessions.
 *
 * <p>Where a node has several addresses towards a pool, a failed connection only asks for a check:
 * it may be the address that is at fault, which checks find out.
 */
final class Evidence {
  private Evidence() {}

  static void connected(Session session, ServerPlace server) {
    if (earlyClose(session) == null) {
      server.failed().worked();
    }
  }

  static void connectFailed(Session session, ServerPlace server) {
    int inARow = server.failed().failed(System.nanoTime());
    tell(session, server, session.pool.hasSeveralSources() ? 1 : inARow);
  }

  /** It lives and was looked at. */
  static void lives(Session session) {
    ServerPlace server = session.server;
    if (server != null && session.link.bytesOut() > 0) {
      server.failed().worked(connectedNanos(session));
    }
  }

  /** It was relaying until now. */
  static void ended(Session session) {
    ServerPlace server = session.server;
    Duration early = earlyClose(session);
    if (server == null || early == null) {
      return;
    }
    long now = System.nanoTime();
    if (session.link.bytesOut() > 0) {
      server.failed().worked(connectedNanos(session));
    } else if (session.ordered == 0
        && (session.link.serverEndedFirst() || session.link.cause() == Link.Cause.SERVER_RESET)
        && now - connectedNanos(session) <= early.toNanos()) {
      tell(session, server, server.failed().failed(now));
    }
  }

  private static @Nullable Duration earlyClose(Session session) {
    return session.pool.place().config().check().passive().earlyClose();
  }

  private static long connectedNanos(Session session) {
    return session.acceptedNanos + (session.waitMs + (long) session.connectMs) * 1_000_000;
  }

  private static void tell(Session session, ServerPlace server, int inARow) {
    session.walk.node().suspicion().failed(session.pool.place().name(), server.name(), inARow);
  }
}
