package dev.holdfast.operations;

import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;

/** Which sessions of a node an operation is about, and which of these it may end. */
public sealed interface Choice {
  /** All sessions of the node. */
  record Everything() implements Choice {}

  /**
   * The sessions that hold a permit of a server.
   *
   * @param pool of the server
   * @param server the server
   * @param newcomers those that came after the following began may be ended, too
   */
  record At(PoolName pool, ServerName server, boolean newcomers) implements Choice {}

  /**
   * Sessions whose server is not the one that the slot table says.
   *
   * @param pool the pool
   * @param about slots of their sources
   * @param given slots that have been given back to the table: those in them may be ended as soon
   *     as the answer for their source is another than their server
   */
  record Away(PoolName pool, Slots about, Slots given) implements Choice {}
}
