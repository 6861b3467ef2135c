package dev.holdfast.gateway.session;

import dev.holdfast.gateway.header.Declared;
import dev.holdfast.gateway.header.HeaderWriter;

/** The PROXY header that a server gets before all else, where its pool says so. */
final class SentHeader {
  private static final byte[] NONE = {};

  private SentHeader() {}

  /** Of a session that is connected; empty for none. What came for the server is let go. */
  static byte[] of(Session session) {
    return switch (session.pool.place().config().sendProxyProtocol()) {
      case NONE -> {
        letGo(session);
        yield NONE;
      }
      case V1 -> {
        letGo(session);
        yield HeaderWriter.v1(ends(session));
      }
      case V2 -> {
        NodePlace node = session.walk.node();
        byte[] header =
            HeaderWriter.v2(ends(session), node.inCluster(session.id), node.self().value());
        letGo(session);
        yield header;
      }
    };
  }

  private static Declared ends(Session session) {
    Declared declared = session.declared;
    return declared == null ? Declared.of(session.link.client(), session.link.local()) : declared;
  }

  private static void letGo(Session session) {
    if (session.declared != null) {
      session.declared = session.declared.lean();
    }
  }
}
