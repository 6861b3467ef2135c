package dev.holdfast.operations;

import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import io.vertx.core.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of this node as operations see them: the data path. Methods may be called from any
 * thread and return at once; futures complete on any thread.
 */
public interface Sessions {
  /**
   * Follows the sessions of a choice, those that come later too.
   *
   * @param letter first letter of the termination of those that are ended
   */
  Following follow(Choice choice, char letter);

  /** What went wrong for clients of this node since it started. */
  Errors errors();

  /**
   * Counts the sessions of a pool by slot and server.
   *
   * @param server only those at this server; null: only those that are not where the table says
   */
  Future<Survey.Count> survey(PoolName pool, @Nullable ServerName server);

  /** Sessions that are followed for an operation. */
  interface Following {
    /** Follows another choice from now on; what was counted stays. */
    void choose(Choice next);

    /** Counts them now. */
    Future<Tally> count();

    /**
     * Lets so many more be ended, the most idle ones first and spread evenly over the time. A
     * release that comes early waits for the one before; what was not used when its time is over
     * lapses.
     */
    void release(int count, Duration over);

    /** Ends no more: all that was released and not used lapses. */
    void hold();

    /** Ends the following. Sessions that were told to end, end. */
    void close();
  }
}
