package dev.holdfast.gateway.session;

import io.netty.channel.EventLoop;
import io.vertx.core.Promise;
import java.util.function.Predicate;

/**
 * Reads the sessions of one loop in the order they came, a part at a time, so that the loop serves
 * its clients in between. Sessions that come meanwhile are read too, those that leave are not.
 */
final class Reading implements Runnable {
  /** Sessions that are looked at before others have their turn: some 50 microseconds. */
  static final int PART = 2000;

  private final SessionList sessions;
  private final EventLoop loop;
  private final Predicate<Session> more;
  private final Promise<Void> done;
  private final Bookmark place = new Bookmark(null);
  private boolean begun;

  /**
   * A reading that has not begun.
   *
   * @param more is given each session and says whether to go on
   * @param done completes when it is over
   */
  Reading(SessionList sessions, EventLoop loop, Predicate<Session> more, Promise<Void> done) {
    this.sessions = sessions;
    this.loop = loop;
    this.more = more;
    this.done = done;
  }

  @Override
  public void run() {
    boolean wanted = true;
    try {
      if (!begun) {
        begun = true;
        sessions.mark(place);
      }
      for (int i = 0; i < PART && wanted && place.next != null; i++) {
        Session session = place.next;
        place.next = session.after;
        wanted = more.test(session);
      }
    } catch (RuntimeException e) { // the reader's
      sessions.unmark(place);
      done.fail(e);
      return;
    }
    if (wanted && place.next != null) {
      loop.execute(this);
    } else {
      sessions.unmark(place);
      done.complete();
    }
  }
}
