package dev.holdfast.admin;

import dev.holdfast.admin.answer.ClosingAnswer;
import dev.holdfast.admin.answer.SessionsAnswer;
import dev.holdfast.admin.answer.SourcesAnswer;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * The live sessions of the cluster. Each node answers for its own; one that does not answer in time
 * is named in the answer. The rules of {@link Cluster} hold here too.
 */
public interface Sessions {
  /**
   * A page of sessions, by node and then in the order they came. Sessions that come and end between
   * two pages shift nothing: no other one is left out or told twice.
   *
   * @param cursor of the page before, null for the first
   * @param limit of the page, at least 1
   */
  Future<SessionsAnswer> list(Which which, @Nullable String cursor, int limit);

  /** Ends one session in order; refused if it is unknown or its node does not answer. */
  Future<Void> close(String id);

  /**
   * Ends sessions in order. Completes when every node has begun; those that come later are not
   * touched.
   *
   * @param perSecond over the whole cluster, null for all at once
   */
  Future<ClosingAnswer> close(Which which, @Nullable Integer perSecond);

  /** The sources with the most sessions, at most so many. */
  Future<SourcesAnswer> sources(Which which, int limit);

  /**
   * Which sessions are meant; null is any.
   *
   * @param node that holds them; refused if unknown
   * @param listener where they came in
   * @param pool where they go
   * @param server that serves them, of whatever pool
   * @param source whose they are
   */
  record Which(
      @Nullable NodeName node,
      @Nullable ListenerName listener,
      @Nullable PoolName pool,
      @Nullable ServerName server,
      @Nullable Source source) {
    /** True if every session is meant. */
    public boolean isAll() {
      return node == null && listener == null && pool == null && server == null && source == null;
    }
  }
}
