package dev.holdfast.gateway.session;

import org.jspecify.annotations.Nullable;

/**
 * Where a reader of a {@link SessionList} stopped; it stays right while sessions come and leave.
 */
final class Bookmark {
  /** The session to read next; null at the end of the list. */
  @Nullable Session next;

  Bookmark(@Nullable Session next) {
    this.next = next;
  }
}
