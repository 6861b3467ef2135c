package dev.holdfast.admin;

import dev.holdfast.admin.answer.ClusterAnswer;
import dev.holdfast.admin.answer.Explanation;
import dev.holdfast.admin.answer.ListenerAnswer;
import dev.holdfast.admin.answer.NodeAnswer;
import dev.holdfast.admin.answer.PoolAnswer;
import dev.holdfast.admin.answer.ServerAnswer;
import dev.holdfast.admin.answer.SlotsAnswer;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import io.vertx.core.Future;
import java.util.List;

/**
 * The cluster as viewers read it. The wiring of a node implements it, like the interfaces of the
 * other concerns, over the directory and the store; the tests over maps.
 *
 * <p>Called on the event loop of the admin verticle; no method blocks or throws. An expected no
 * fails the future with {@link dev.holdfast.admin.problem.Refused}: unknown names, conflicts, no
 * majority. Any other failure becomes a 500 without details. Reads are what the answering node
 * knows, at most a few seconds old; a change completes when the store has it.
 */
public interface Cluster {
  /** The cluster as a whole. */
  Future<ClusterAnswer> cluster();

  /** All nodes that are known, by name, those that are lost too. */
  Future<List<NodeAnswer>> nodes();

  /** One node; refused if unknown. */
  Future<NodeAnswer> node(NodeName node);

  /** All listeners by name. */
  Future<List<ListenerAnswer>> listeners();

  /** All pools by name. */
  Future<List<PoolAnswer>> pools();

  /** One pool; refused if unknown. */
  Future<PoolAnswer> pool(PoolName pool);

  /** The slot table of a pool; refused if unknown. */
  Future<SlotsAnswer> slots(PoolName pool);

  /** One server; refused if it or its pool is unknown. */
  Future<ServerAnswer> server(PoolName pool, ServerName server);

  /** What would happen to a new session of a source; refused if the listener is unknown. */
  Future<Explanation> explain(ListenerName listener, Source source);
}
