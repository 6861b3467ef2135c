package dev.holdfast.gateway.session;

import dev.holdfast.config.PoolConfig;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import org.jspecify.annotations.Nullable;

/**
 * Which sessions are meant; null is any.
 *
 * @param listener where they came in
 * @param pool where they go
 * @param server that serves them, of whatever pool
 * @param source whose they are: an address, cut as the pool of the session cuts
 */
public record SessionFilter(
    @Nullable ListenerName listener,
    @Nullable PoolName pool,
    @Nullable ServerName server,
    @Nullable Source source) {
  /** Every session. */
  public static final SessionFilter ALL = new SessionFilter(null, null, null, null);

  /** True if the session is meant. On its loop. */
  boolean passes(Session session) {
    if (listener != null && !listener.equals(session.at.place().name())
        || pool != null && !pool.equals(session.pool.place().name())) {
      return false;
    }
    if (server != null) {
      boolean served = session.permits != null && session.server != null;
      if (!served || !server.equals(session.server.name())) {
        return false;
      }
    }
    return source == null || cut(session).equals(session.source);
  }

  private Source cut(Session session) {
    PoolConfig.Affinity affinity = session.pool.place().config().affinity();
    return source.cut(affinity.ipv4Prefix(), affinity.ipv6Prefix());
  }
}
