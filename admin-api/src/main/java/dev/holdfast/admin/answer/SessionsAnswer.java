package dev.holdfast.admin.answer;

import dev.holdfast.words.NodeName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/sessions}: a page.
 *
 * @param sessions by node, then in the order they came
 * @param cursor for the next page, null after the last
 * @param missing nodes that did not answer, whose sessions are not in it
 */
public record SessionsAnswer(
    List<SessionAnswer> sessions, @Nullable String cursor, List<NodeName> missing) {
  /** Copies the lists. */
  public SessionsAnswer {
    sessions = List.copyOf(sessions);
    missing = List.copyOf(missing);
  }
}
