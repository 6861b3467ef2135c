package dev.holdfast.admin;

import dev.holdfast.admin.answer.ServerAnswer;
import dev.holdfast.config.ServerConfig;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import io.vertx.core.Future;

/** The servers as operators change them. The rules of {@link Cluster} hold here too. */
public interface Servers {
  /**
   * Adds a server or replaces what is configured of it; refused if the pool is unknown.
   *
   * @param who asks, for the list of revisions
   */
  Future<Put> putServer(PoolName pool, ServerConfig server, String who);

  /** Removes a server; its sessions go on. Refused if unknown, a conflict if it is the last one. */
  Future<Void> removeServer(PoolName pool, ServerName server, String who);

  /**
   * What became of a server that was put.
   *
   * @param created it was not there before
   * @param server as it is now
   */
  record Put(boolean created, ServerAnswer server) {}
}
