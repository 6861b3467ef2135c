package dev.holdfast.epoch;

import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * Where sources go, as one event loop sees one pool. Confined to that loop: an answer and the
 * {@link #opened} that follows it in the same task are one step with respect to a change of epoch.
 *
 * <p>Implemented by the epoch room, and by a fixed table in the tests of the data path.
 */
public interface LoopRoutes {
  /** What is known of a source now. */
  sealed interface Answer {
    /**
     * It goes to this server.
     *
     * @param server the one
     * @param by slot table, pin or diversion
     * @param epoch the epoch that said so
     */
    record To(ServerName server, By by, long epoch) implements Answer {}

    /** Its slot is held by a change under way: wait for {@link LoopRoutes#onLetGo}. */
    record Held() implements Answer {}

    /** This node's gate is closed: it is joining or cut off, and routes nobody. */
    record Closed() implements Answer {}

    /**
     * Its server does not serve; it can only be diverted.
     *
     * @param server the one that does not serve, null if the pool has none at all
     */
    record Unserved(@Nullable ServerName server) implements Answer {}
  }

  /** What an answer rests on. */
  enum By {
    /** The slot table. */
    SLOT,
    /** A pin of the epoch. */
    PIN,
    /** A diversion between epochs. */
    DIVERTED
  }

  /**
   * The answer for a source, cut to the pool's prefixes. One array read where nothing is special.
   */
  Answer answer(Source source);

  /**
   * The server that is wanted for a source: an operator's pin, else what the slot table says; other
   * pins and diversions left out. Null if there is none.
   */
  @Nullable ServerName wanted(Source source);

  /**
   * A session of the source to the server begins, connecting included. In the same task as the
   * answer it rests on.
   */
  void opened(Source source, ServerName server);

  /** A session of the source to the server ended; the source is remembered for the affinity ttl. */
  void closed(Source source, ServerName server);

  /**
   * Asks for another server, decided at the owner of the source's key, because this one cannot be
   * used. Completes on this loop when {@link #answer} knows the outcome: the caller asks it again,
   * whatever came. Fails when there is no other server or the store does not answer.
   */
  Future<Void> divert(Source source, ServerName unusable);

  /**
   * Runs the task on this loop each time slots are let go, a new epoch is in force or the gate
   * opens. At most one task.
   */
  void onLetGo(Runnable task);
}
