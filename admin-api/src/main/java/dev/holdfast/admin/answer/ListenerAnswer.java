package dev.holdfast.admin.answer;

import dev.holdfast.words.HostPort;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.PoolName;
import java.util.List;

/**
 * One listener, in {@code GET /v1/listeners}.
 *
 * @param name of the listener
 * @param bind where the answering node listens
 * @param pool the pool that it feeds
 * @param sessions over the whole cluster
 * @param rates what flows, over the whole cluster
 */
public record ListenerAnswer(
    ListenerName name, List<HostPort> bind, PoolName pool, Count sessions, RatesAnswer rates) {
  /** Copies the list. */
  public ListenerAnswer {
    bind = List.copyOf(bind);
  }
}
