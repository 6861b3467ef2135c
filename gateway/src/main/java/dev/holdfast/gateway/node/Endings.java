package dev.holdfast.gateway.node;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was started, to be ended in reverse order. One thread. */
final class Endings {
  private static final Logger LOG = LoggerFactory.getLogger(Endings.class);

  /** How one thing ends. */
  @FunctionalInterface
  interface Ending<T> {
    void end(T thing) throws Exception;
  }

  private final Deque<Runnable> last = new ArrayDeque<>();

  /** Remembers how to end a thing, and returns it. */
  <T> T add(T thing, Ending<T> ending) {
    last.push(
        () -> {
          try {
            ending.end(thing);
          } catch (Exception e) {
            LOG.debug("A part did not end in order part={}", thing.getClass().getSimpleName(), e);
          }
        });
    return thing;
  }

  /** Ends everything, the last first. Blocks. */
  void run() {
    while (!last.isEmpty()) {
      last.pop().run();
    }
  }
}
