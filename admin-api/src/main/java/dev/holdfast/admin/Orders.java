package dev.holdfast.admin;

import dev.holdfast.admin.answer.NodeAnswer;
import dev.holdfast.admin.answer.OperationAnswer;
import dev.holdfast.admin.answer.PlanAnswer;
import dev.holdfast.admin.answer.ServerAnswer;
import dev.holdfast.words.AdminState;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Drains, rebalances and admin states as operators order them. The rules of {@link Cluster} hold
 * here too; an order that contradicts what is under way is refused with a conflict.
 */
public interface Orders {
  /**
   * How sessions end in a drain of a server.
   *
   * @param pace sessions a second over the cluster, null: they end by themselves
   * @param deadlineMs or null
   * @param closes what is left at the deadline is closed, else it stays
   * @param keeps sources that the server has come back to it
   */
  record ServerDrain(
      @Nullable Integer pace, @Nullable Long deadlineMs, boolean closes, boolean keeps) {}

  /**
   * How sessions end in a drain of a node.
   *
   * @param graceMs it listens on after its readiness failed
   * @param pace sessions a second, null: spread over the deadline, if the rest is closed then
   * @param deadlineMs or null
   * @param closes what is left at the deadline is closed, else it stays
   * @param forced though the others have no room
   */
  record NodeDrain(
      long graceMs,
      @Nullable Integer pace,
      @Nullable Long deadlineMs,
      boolean closes,
      boolean forced) {}

  /**
   * A rebalance.
   *
   * @param pool over whose servers; null: over the nodes
   * @param pace sessions a second over the cluster
   * @param threshold nothing is moved while the largest is below so many times the mean
   * @param budget sessions closed at most, or null
   */
  record Rebalance(@Nullable PoolName pool, int pace, double threshold, @Nullable Long budget) {}

  /**
   * What became of an order: one of the two.
   *
   * @param operation as it is now, null for a dry run
   * @param plan of a dry run
   */
  record Ordered(@Nullable OperationAnswer operation, @Nullable PlanAnswer plan) {}

  /**
   * Drains a server, or says what that would do.
   *
   * @param by who orders it
   */
  Future<Ordered> drain(
      PoolName pool, ServerName server, ServerDrain drain, boolean dry, String by);

  /** Drains a node, or says what that would do. */
  Future<Ordered> drain(NodeName node, NodeDrain drain, boolean dry, String by);

  /** Rebalances, or says what that would do. */
  Future<Ordered> rebalance(Rebalance rebalance, boolean dry, String by);

  /** Makes a server READY or puts it into MAINT; a drain of it is cancelled. */
  Future<ServerAnswer> state(PoolName pool, ServerName server, AdminState state, String by);

  /** Lets a node take sessions again; a drain of it is cancelled. */
  Future<NodeAnswer> ready(NodeName node, String by);

  /** All operations, the newest first. */
  Future<List<OperationAnswer>> operations();

  /** One operation; refused if unknown. */
  Future<OperationAnswer> operation(String id);

  /** What an operator wants of an operation. */
  enum Word {
    /** Close nothing more until it is resumed. */
    PAUSE,
    /** Go on. */
    RESUME,
    /** End it, and undo what it ordered. */
    CANCEL
  }

  /** Says a word to an operation; refused if unknown, a conflict if its state does not allow it. */
  Future<OperationAnswer> say(String id, Word word, String by);
}
