package dev.holdfast.gateway.survey;

import dev.holdfast.admin.answer.SessionAnswer;
import dev.holdfast.gateway.path.SourceTally;
import java.util.List;

/**
 * What a node answers, as it travels.
 *
 * @param sessions of a page
 * @param count of sessions
 * @param sources the heaviest first
 */
record Reply(List<SessionAnswer> sessions, long count, List<SourceTally> sources) {
  static Reply sessions(List<SessionAnswer> page) {
    return new Reply(page, page.size(), List.of());
  }

  static Reply count(long count) {
    return new Reply(List.of(), count, List.of());
  }

  static Reply sources(List<SourceTally> heaviest) {
    return new Reply(List.of(), 0, heaviest);
  }
}
