package dev.holdfast.gateway.survey;

import dev.holdfast.gateway.session.SessionFilter;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import org.jspecify.annotations.Nullable;

/**
 * What one node asks another, as it travels.
 *
 * @param ask what for
 * @param listener filter, null for any
 * @param pool filter, null for any
 * @param server filter, null for any
 * @param source filter, null for any
 * @param id of a session, or of the last one of the page before, as the log writes it; or null
 * @param limit most that is answered
 * @param withinMs until the last session that is closed has ended
 */
record Question(
    Ask ask,
    @Nullable ListenerName listener,
    @Nullable PoolName pool,
    @Nullable ServerName server,
    @Nullable Source source,
    @Nullable String id,
    int limit,
    long withinMs) {
  /** What a question is for. */
  enum Ask {
    /** Nothing: that the two can speak. */
    HELLO,
    /** Sessions after an id. */
    PAGE,
    /** How many there are. */
    COUNT,
    /** Close them. */
    CLOSE,
    /** Close the one of an id. */
    CLOSE_ONE,
    /** The heaviest sources. */
    SOURCES
  }

  SessionFilter filter() {
    return new SessionFilter(listener, pool, server, source);
  }
}
