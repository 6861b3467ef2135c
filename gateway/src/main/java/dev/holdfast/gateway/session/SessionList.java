package dev.holdfast.gateway.session;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one loop, in the order they came. Costs two references a session. While {@link
 * #forEach} runs, the session at hand may leave, and no other.
 */
final class SessionList {
  private @Nullable Session first;
  private @Nullable Session last;
  private volatile int size;

  void add(Session session) {
    session.before = last;
    if (last == null) {
      first = session;
    } else {
      last.after = session;
    }
    last = session;
    size = size + 1; // one writer
  }

  void remove(Session session) {
    Session before = session.before;
    Session after = session.after;
    if (before == null) {
      first = after;
    } else {
      before.after = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.before = before;
    }
    session.before = null;
    session.after = null;
    size = size - 1;
  }

  int size() {
    return size;
  }

  void forEach(Consumer<Session> action) {
    Session next = first;
    while (next != null) {
      Session session = next;
      next = session.after;
      action.accept(session);
    }
  }
}
