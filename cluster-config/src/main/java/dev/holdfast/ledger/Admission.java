package dev.holdfast.ledger;

import dev.holdfast.words.Scope;
import dev.holdfast.words.Source;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Where a session gets its permits, without asking anybody else: the door between the data path and
 * the ledger. Every method may be called from any event loop and returns at once.
 *
 * <p>Implemented by the ledger, and by a plain counter in the tests of the data path.
 */
public interface Admission {
  /**
   * The permits of a scope; the same object for the same scope as long as the scope is configured
   * or holds anything. A scope without a limit counts and never says no.
   */
  Permits permits(Scope scope);

  /**
   * False while this node admits nobody new because it is cut off and the limit is sacred, compared
   * with the clock at each call. Then {@link #take} takes nothing either.
   */
  default boolean admits() {
    return true;
  }

  /**
   * Takes one permit of each, all or none. A scope for whose permits others wait has none.
   *
   * @param scopes in the order of {@link Scope}
   * @return null if all were taken, else the first scope that had none
   */
  @Nullable Scope take(List<Permits> scopes);

  /**
   * Gives one permit of each back. Call it exactly once for each successful take: when the server
   * connection is closed both ways, not when it was asked to close.
   */
  void release(List<Permits> scopes);

  /**
   * Waits in this node's line until one permit of each could be taken. Sources take turns; within a
   * source the first that came is served first.
   *
   * @param source who waits
   * @param scopes in the order of {@link Scope}
   * @param loop where {@code granted} runs
   * @param granted runs once, with the permits taken; never after {@link Waiter#leave} returned
   *     true
   */
  Waiter await(Source source, List<Permits> scopes, Executor loop, Runnable granted);

  /** A client that waits. */
  interface Waiter {
    /**
     * Leaves the line. True: {@code granted} will not run and nothing is held. False: the permits
     * are taken, {@code granted} has run or will; its task gives them back if nobody needs them.
     */
    boolean leave();
  }
}
