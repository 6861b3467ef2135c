package dev.holdfast.gateway.session;

import dev.holdfast.gateway.header.HeaderReader;
import dev.holdfast.gateway.header.HeaderReading;
import dev.holdfast.words.Refusal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of one loop whose PROXY header has not come as a whole: nothing is known of their
 * clients yet, so they are counted on the node and nowhere else. Confined to the loop.
 */
final class AwaitedHeaders {
  private static final Logger LOG = LoggerFactory.getLogger(AwaitedHeaders.class);
  private static final long SECOND = 1_000_000_000L;

  private final Walk walk;

  /** The oldest first. */
  private final Set<Session> waiting = new LinkedHashSet<>();

  private long toldNanos = System.nanoTime() - SECOND;
  private long untold;

  AwaitedHeaders(Walk walk) {
    this.walk = walk;
  }

  /** Reads the header of a session that was accepted. */
  void await(Session session) {
    session.to(SessionState.HEADER);
    waiting.add(session);
    session.link.readFirst(HeaderReader.MOST_BYTES);
  }

  /** A session has more bytes. */
  void came(Session session) {
    byte[] bytes = session.link.first();
    HeaderReading reading = HeaderReader.read(bytes);
    if (reading instanceof HeaderReading.Whole header) {
      waiting.remove(session);
      session.link.skipFirst(header.length());
      walk.identified(session, header.declared());
    } else if (reading instanceof HeaderReading.Bad bad) {
      refuse(session, bad.why());
    } else {
      session.link.readFirst(HeaderReader.MOST_BYTES - bytes.length);
    }
  }

  /** Turns away those whose header is late. */
  void tooLate(long nowNanos) {
    for (Session session : List.copyOf(waiting)) {
      long most = session.at.place().config().timeouts().header().toMillis();
      if (session.sinceAcceptMs(nowNanos) >= most) {
        session.order('c');
        walk.guarded(
            session, () -> refuse(session, "header: none (expected: within " + most + " ms)"));
      }
    }
  }

  private void refuse(Session session, String why) {
    long now = System.nanoTime();
    untold++;
    if (now - toldNanos >= SECOND) {
      LOG.warn(
          "A PROXY header is bad listener={} from={} count={} {}",
          session.at.place().name(),
          session.link.clientAddress(),
          untold,
          why);
      toldNanos = now;
      untold = 0;
    }
    walk.refuse(session, Refusal.BAD_HEADER);
  }

  /** A session waits no more, if it did. */
  void leave(Session session) {
    waiting.remove(session);
  }
}
