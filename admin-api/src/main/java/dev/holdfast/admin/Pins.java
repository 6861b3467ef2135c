package dev.holdfast.admin;

import dev.holdfast.admin.answer.PinAnswer;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import io.vertx.core.Future;
import java.util.List;

/** Sources that operators pin to servers. The rules of {@link Cluster} hold here too. */
public interface Pins {
  /** The operators' pins of a pool, by source; refused if the pool is unknown. */
  Future<List<PinAnswer>> pins(PoolName pool);

  /**
   * Pins a source; sessions that it has elsewhere go on. Refused if pool or server are unknown.
   *
   * @param source is cut to the prefixes of the pool
   */
  Future<Put> pin(PoolName pool, Source source, ServerName server, String who);

  /** Takes the pin of a source away. Refused if there is none. */
  Future<Void> unpin(PoolName pool, Source source, String who);

  /**
   * What became of a source that was pinned.
   *
   * @param created it was not pinned before
   * @param pin as it is now
   */
  record Put(boolean created, PinAnswer pin) {}
}
