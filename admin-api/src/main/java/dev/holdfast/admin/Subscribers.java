package dev.holdfast.admin;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The open streams of events. Bounded in number and in what waits for each: who does not read for
 * some seconds is cut, and comes back with the id of the last event that it got. One event loop.
 */
final class Subscribers {
  /** Streams that are open at once at most. */
  static final int MOST = 64;

  /** Writes in a row that found the last ones still waiting. */
  private static final int PATIENCE = 5;

  private static final int QUEUE_BYTES = 1 << 20;

  private final Set<Subscriber> open = new LinkedHashSet<>();

  private static final class Subscriber {
    private final HttpServerResponse response;
    private long lastId;
    private int waits;

    private Subscriber(HttpServerResponse response, long lastId) {
      this.response = response;
      this.lastId = lastId;
    }
  }

  boolean isFull() {
    return open.size() >= MOST;
  }

  boolean isEmpty() {
    return open.isEmpty();
  }

  /**
   * A stream that was begun; it leaves by itself when its client does.
   *
   * @param lastId of what it was told, so that it is not told twice
   */
  void add(HttpServerResponse response, long lastId) {
    Subscriber subscriber = new Subscriber(response, lastId);
    response.setWriteQueueMaxSize(QUEUE_BYTES);
    open.add(subscriber);
    response.closeHandler(closed -> open.remove(subscriber));
    response.exceptionHandler(failed -> open.remove(subscriber));
  }

  /** Writes to all; what a slow reader misses is replaced by the next. */
  void write(Buffer event) {
    for (Subscriber one : List.copyOf(open)) {
      if (!one.response.writeQueueFull()) {
        one.waits = 0;
        one.response.write(event);
      } else if (++one.waits >= PATIENCE) {
        cut(one);
      }
    }
  }

  /**
   * Writes to all what nobody may miss; whoever cannot take it is cut.
   *
   * @param id 0 if it has none
   */
  void tell(long id, Buffer event) {
    for (Subscriber one : List.copyOf(open)) {
      if (id != 0 && id <= one.lastId) {
        continue;
      }
      one.lastId = Math.max(one.lastId, id);
      if (one.response.writeQueueFull()) {
        cut(one);
      } else {
        one.response.write(event);
      }
    }
  }

  /** Ends all streams: their clients ask again. */
  void cutAll() {
    List.copyOf(open).forEach(this::cut);
  }

  private void cut(Subscriber subscriber) {
    open.remove(subscriber);
    subscriber.response.reset();
  }
}
