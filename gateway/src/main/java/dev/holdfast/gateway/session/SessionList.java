package dev.holdfast.gateway.session;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one loop, in the order they came. Costs two references a session. While {@link
 * #forEach} runs, the session at hand may leave, and no other.
 */
final class SessionList {
  private @Nullable Session first;
  private @Nullable Session last;
  private final List<Bookmark> bookmarks = new ArrayList<>();
  private volatile int size;

  void add(Session session) {
    session.before = last;
    if (last == null) {
      first = session;
    } else {
      last.after = session;
    }
    last = session;
    for (Bookmark bookmark : bookmarks) {
      if (bookmark.next == null) {
        bookmark.next = session;
      }
    }
    size = size + 1; // one writer
  }

  void remove(Session session) {
    Session before = session.before;
    Session after = session.after;
    for (Bookmark bookmark : bookmarks) {
      if (bookmark.next == session) {
        bookmark.next = after;
      }
    }
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

  /** Sets a bookmark to the first session, and moves it when the session at it leaves. */
  void mark(Bookmark bookmark) {
    bookmark.next = first;
    bookmarks.add(bookmark);
  }

  /** Forgets a bookmark. */
  void unmark(Bookmark bookmark) {
    bookmarks.remove(bookmark);
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
