package dev.holdfast.gateway.session;

import dev.holdfast.config.PoolConfig;
import dev.holdfast.gateway.header.Told;
import dev.holdfast.gateway.log.AccessEntry;
import dev.holdfast.words.Refusal;
import dev.holdfast.words.Source;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A session as others see it: in lists and in the access log. */
final class Views {
  private Views() {}

  static SessionView of(Session session, long nowNanos) {
    boolean served = session.permits != null;
    return new SessionView(
        session.walk.node().text(session.id),
        session.state(),
        session.at.place().name(),
        session.pool.place().name(),
        served && session.server != null ? session.server.name() : null,
        session.client(),
        session.source,
        session.link.outgoing(),
        served ? target(session) : null,
        session.sinceAcceptMs(nowNanos),
        Math.max(0, (nowNanos - session.link.lastNanos()) / 1_000_000),
        session.link.bytesIn(),
        session.link.bytesOut(),
        proxy(session),
        told(session));
  }

  /**
   * The entry of the access log.
   *
   * @param letters null while it lives
   * @param served it held permits of its server until now
   */
  static AccessEntry entry(Session session, @Nullable String letters, boolean served) {
    int totalMs = session.sinceAcceptMs(System.nanoTime());
    boolean tried = served || session.portsTried > 0;
    return new AccessEntry(
        letters == null ? "alive" : "end",
        session.walk.node().text(session.id),
        session.walk.node().wallMs() - totalMs,
        session.at.place().name(),
        session.pool.place().name(),
        tried && session.server != null ? session.server.name() : null,
        session.client(),
        session.source,
        session.link.outgoing(),
        tried ? target(session) : null,
        session.waitMs,
        session.connectMs,
        totalMs,
        session.link.bytesIn(),
        session.link.bytesOut(),
        letters,
        session.refusal,
        proxy(session),
        told(session));
  }

  /** The entry of a client that was turned away before it became a session. */
  static AccessEntry turnedAway(
      Walk walk, LoopListener at, Source client, int port, long id, Refusal why) {
    PoolConfig.Affinity affinity = at.pool().place().config().affinity();
    return new AccessEntry(
        "end",
        walk.node().text(id),
        walk.node().wallMs(),
        at.place().name(),
        at.pool().place().name(),
        null,
        new InetSocketAddress(client.address(), port),
        client.cut(affinity.ipv4Prefix(), affinity.ipv6Prefix()),
        null,
        null,
        Session.NEVER,
        Session.NEVER,
        0,
        0,
        0,
        Termination.TURNED_AWAY,
        why,
        null,
        Told.NOTHING);
  }

  private static @Nullable InetSocketAddress proxy(Session session) {
    return session.declared == null ? null : session.link.client();
  }

  private static Told told(Session session) {
    return session.declared == null ? Told.NOTHING : session.declared.told();
  }

  private static @Nullable InetSocketAddress target(Session session) {
    return session.ports == null ? null : session.ports.target();
  }
}
