package dev.holdfast.gateway.session;

import dev.holdfast.gateway.relay.Link;
import dev.holdfast.words.Refusal;
import org.jspecify.annotations.Nullable;

/** The two letters of a session's end: who ended it, and how far it had come. */
final class Termination {
  /** Of a client that was not let in. */
  static final String TURNED_AWAY = "PQ";

  private Termination() {}

  static String letters(Session session) {
    Refusal refusal = session.refusal;
    if (refusal != null) {
      return refused(session, refusal);
    }
    Link link = session.link;
    Link.Cause cause = link.cause();
    if (cause == Link.Cause.BOTH_ENDED) {
      return "--";
    }
    return "" + first(session, cause) + second(session, link, cause);
  }

  private static char first(Session session, Link.@Nullable Cause cause) {
    if (cause == null) {
      return 'I';
    }
    return switch (cause) {
      case BOTH_ENDED -> '-';
      case CLIENT_RESET -> 'C';
      case SERVER_RESET -> 'S';
      case ORDERED -> session.ordered == 0 ? 'C' : session.ordered;
      case MEMORY -> 'R';
      case FAULT -> 'I';
    };
  }

  private static char second(Session session, Link link, Link.@Nullable Cause cause) {
    return switch (session.state()) {
      case HEADER -> 'R';
      case CONNECTING -> 'C';
      case RELAYING -> {
        boolean half =
            cause == Link.Cause.ORDERED
                ? session.orderedHalf()
                : (cause != Link.Cause.CLIENT_RESET && link.clientHasEnded())
                    || (cause != Link.Cause.SERVER_RESET && link.serverHasEnded());
        yield half ? 'L' : 'D';
      }
      default -> 'Q';
    };
  }

  private static String refused(Session session, Refusal refusal) {
    boolean connecting = session.portsTried > 0;
    return switch (refusal) {
      case QUEUE_TIMEOUT -> "sQ";
      case NO_SERVER -> "" + session.failure + (connecting ? 'C' : 'Q');
      case NO_PORT -> "RC";
      case NODE_LIMIT -> connecting ? "RC" : "PQ";
      case BAD_HEADER -> session.ordered == 'c' ? "cR" : "PR";
      default -> "PQ";
    };
  }
}
