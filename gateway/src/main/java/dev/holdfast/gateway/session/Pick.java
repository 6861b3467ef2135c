package dev.holdfast.gateway.session;

import dev.holdfast.epoch.LoopRoutes.Answer;
import dev.holdfast.operations.Choice;
import dev.holdfast.table.SlotHash;
import dev.holdfast.words.ServerName;
import java.util.BitSet;
import java.util.function.Predicate;

/** Which sessions of a loop are to end, and which of these may end now. On the loop; quick. */
interface Pick {
  /** The session is one of them. */
  boolean about(Session session);

  /** It may end now; asked only of those. */
  default boolean may(Session session) {
    return true;
  }

  /** Those that pass a filter. */
  static Pick of(Predicate<SessionView> filter) {
    return session -> filter.test(Views.of(session, System.nanoTime()));
  }

  /**
   * Those of a choice.
   *
   * @param sinceNanos when they began to be followed
   */
  static Pick of(Choice choice, long sinceNanos) {
    if (choice instanceof Choice.At at) {
      return new AtServer(at, sinceNanos);
    }
    return choice instanceof Choice.Away away
        ? new AwayFromTable(away, away.about().set(), away.given().set())
        : session -> true;
  }

  /** Sessions that hold a permit of a server. */
  record AtServer(Choice.At choice, long sinceNanos) implements Pick {
    @Override
    public boolean about(Session session) {
      ServerPlace server = session.server;
      return session.permits != null
          && server != null
          && server.name().equals(choice.server())
          && session.pool.place().name().equals(choice.pool());
    }

    @Override
    public boolean may(Session session) {
      return choice.newcomers() || session.acceptedNanos - sinceNanos < 0;
    }
  }

  /** Sessions that are not where the table says. */
  record AwayFromTable(Choice.Away choice, BitSet slots, BitSet given) implements Pick {
    @Override
    public boolean about(Session session) {
      ServerPlace server = session.server;
      if (session.permits == null
          || server == null
          || !session.pool.place().name().equals(choice.pool())
          || !slots.get(SlotHash.slot(session.source))) {
        return false;
      }
      ServerName wanted = session.pool.routes().wanted(session.source);
      return wanted != null && !wanted.equals(server.name());
    }

    @Override
    public boolean may(Session session) {
      return given.get(SlotHash.slot(session.source))
          && session.server != null
          && session.pool.routes().answer(session.source) instanceof Answer.To to
          && !to.server().equals(session.server.name());
    }
  }
}
