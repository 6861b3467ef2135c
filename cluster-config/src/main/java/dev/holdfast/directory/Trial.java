package dev.holdfast.directory;

import dev.holdfast.config.SharedConfig;
import io.vertx.core.Future;
import java.util.List;

/**
 * How a node finds out whether it could put a configuration in force, without doing it. Called on
 * the control loop; implementations hop away and return at once.
 */
public interface Trial {
  /** Finds nothing in the way and keeps nothing. */
  Trial NONE =
      new Trial() {
        @Override
        public Future<List<Objection>> attempt(String proposal, SharedConfig next) {
          return Future.succeededFuture(List.of());
        }

        @Override
        public void letGo(String proposal) {}
      };

  /**
   * What is in the way on this node.
   *
   * @param key as the file names it, {@code listeners[chat].bind}
   * @param value what cannot be had
   * @param rule what it would have to be
   */
  record Objection(String key, String value, String rule) {
    /** The line that people read. */
    @Override
    public String toString() {
      return key + ": " + value + " (expected: " + rule + ")";
    }
  }

  /**
   * Looks what is in the way, and from then on keeps what the configuration needs and this node
   * does not have yet, such as addresses to listen on, until {@link #letGo}. Never fails.
   *
   * @param proposal names what is kept
   * @return completes on any thread; empty if nothing is in the way
   */
  Future<List<Objection>> attempt(String proposal, SharedConfig next);

  /**
   * Lets go what was kept for a proposal and is not in use since: the proposal was decided, one way
   * or the other, and the intent that came of it has been told already.
   */
  void letGo(String proposal);
}
