package dev.holdfast.operations;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import org.jspecify.annotations.Nullable;

/**
 * What an operator ordered, complete: nothing of it depends on when or where it is carried out.
 *
 * @param kind what is to be done
 * @param pool of the server, or to be rebalanced; else null
 * @param server to be drained, else null
 * @param node to be drained, else null
 * @param perSecond sessions ended each second over the whole cluster; null: a drain of a server
 *     lets them end by themselves, a drain of a node spreads them over its deadline
 * @param graceMs how long a node listens on after its readiness failed
 * @param deadlineMs how long a drain may take, pauses not counted; null: as long as it takes
 * @param closes what is left at the deadline is closed, else it stays
 * @param keeps sources that the server has come back to it while it drains
 * @param forced a node is drained though the others have no room
 * @param threshold a rebalance moves nothing while the largest is below so many times the mean
 * @param budget a rebalance closes so many sessions at most, or null
 */
public record Order(
    OperationKind kind,
    @Nullable PoolName pool,
    @Nullable ServerName server,
    @Nullable NodeName node,
    @Nullable Integer perSecond,
    long graceMs,
    @Nullable Long deadlineMs,
    boolean closes,
    boolean keeps,
    boolean forced,
    double threshold,
    @Nullable Long budget) {
  /** Sessions that a rebalance closes each second unless the order says another number. */
  public static final int REBALANCE_PER_SECOND = 50;

  /** The threshold of a rebalance unless the order says another one. */
  public static final double THRESHOLD = 1.1;

  /** The highest pace that may be ordered, sessions a second. */
  public static final int FASTEST = 1_000_000;

  /**
   * Checks that the order is of one piece.
   *
   * @throws IllegalArgumentException if what the kind needs is missing or out of range
   */
  public Order {
    boolean good =
        switch (kind) {
          case DRAIN_SERVER -> pool != null && server != null;
          case DRAIN_NODE -> node != null;
          case REBALANCE_SERVERS -> pool != null && perSecond != null;
          case REBALANCE_NODES -> perSecond != null;
        };
    if (!good
        || perSecond != null && (perSecond < 1 || perSecond > FASTEST)
        || deadlineMs != null && deadlineMs < 0
        || graceMs < 0
        || budget != null && budget < 1
        || !(threshold >= 1)) {
      throw new IllegalArgumentException("order: " + kind.label() + " (expected: all it needs)");
    }
  }

  /** A drain of a server. */
  public static Order drain(
      PoolName pool,
      ServerName server,
      @Nullable Integer perSecond,
      @Nullable Long deadlineMs,
      boolean closes,
      boolean keeps) {
    return new Order(
        OperationKind.DRAIN_SERVER,
        pool,
        server,
        null,
        perSecond,
        0,
        deadlineMs,
        closes,
        keeps,
        false,
        THRESHOLD,
        null);
  }

  /** A drain of a node. */
  public static Order drain(
      NodeName node,
      long graceMs,
      @Nullable Integer perSecond,
      @Nullable Long deadlineMs,
      boolean closes,
      boolean forced) {
    return new Order(
        OperationKind.DRAIN_NODE,
        null,
        null,
        node,
        perSecond,
        graceMs,
        deadlineMs,
        closes,
        false,
        forced,
        THRESHOLD,
        null);
  }

  /** A rebalance over the servers of a pool. */
  public static Order rebalance(
      PoolName pool, int perSecond, double threshold, @Nullable Long budget) {
    return new Order(
        OperationKind.REBALANCE_SERVERS,
        pool,
        null,
        null,
        perSecond,
        0,
        null,
        false,
        false,
        false,
        threshold,
        budget);
  }

  /** A rebalance over the nodes. */
  public static Order rebalance(int perSecond, double threshold, @Nullable Long budget) {
    return new Order(
        OperationKind.REBALANCE_NODES,
        null,
        null,
        null,
        perSecond,
        0,
        null,
        false,
        false,
        false,
        threshold,
        budget);
  }

  /** What it is about, as {@code server/chat/app-1}, {@code node/gw-1}, {@code pool/chat}. */
  @JsonIgnore
  public String target() {
    return switch (kind) {
      case DRAIN_SERVER -> "server/" + pool + "/" + server;
      case DRAIN_NODE -> "node/" + node;
      case REBALANCE_SERVERS -> "pool/" + pool;
      case REBALANCE_NODES -> "cluster";
    };
  }

  /** True if it matters how long it has been running. */
  @JsonIgnore
  boolean isTimed() {
    return deadlineMs != null || !kind.drains();
  }

  /** True if it is a drain of this server. */
  boolean drains(PoolName ofPool, ServerName one) {
    return kind == OperationKind.DRAIN_SERVER && ofPool.equals(pool) && one.equals(server);
  }
}
