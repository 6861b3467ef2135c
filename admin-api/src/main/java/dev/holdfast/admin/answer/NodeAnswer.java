package dev.holdfast.admin.answer;

import dev.holdfast.words.HostPort;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.NodeState;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Scope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One node, in {@code GET /v1/nodes}.
 *
 * @param name of the node
 * @param state where it is in its life
 * @param version of its program, null if it was never heard
 * @param admin address of its admin API, null if it was never heard
 * @param sessions of this node; the limit is its {@code max-sessions}
 * @param permits what it holds and was lent, per scope
 * @param revision of the shared configuration that it runs
 * @param drift its file differs from that
 * @param driftKeys the first keys in which it does, with names for places in lists
 * @param silentMs how long ago the answering node read something new of it
 * @param pools the slot tables that it routes by, by pool
 */
public record NodeAnswer(
    NodeName name,
    NodeState state,
    @Nullable String version,
    @Nullable HostPort admin,
    Count sessions,
    List<Permit> permits,
    long revision,
    boolean drift,
    List<String> driftKeys,
    long silentMs,
    List<Routing> pools) {
  /** Copies the list. */
  public NodeAnswer {
    permits = List.copyOf(permits);
    driftKeys = List.copyOf(driftKeys);
    pools = List.copyOf(pools);
  }

  /** The same node in another state. */
  public NodeAnswer in(NodeState other) {
    return new NodeAnswer(
        name, other, version, admin, sessions, permits, revision, drift, driftKeys, silentMs,
        pools);
  }

  /**
   * Permits of a node in a scope.
   *
   * @param scope what the limit counts in
   * @param held in use
   * @param granted lent to this node
   */
  public record Permit(Scope scope, long held, long granted) {}

  /**
   * How a node routes in a pool.
   *
   * @param pool the pool
   * @param epoch of its slot table
   * @param settled no change of it is under way
   */
  public record Routing(PoolName pool, long epoch, boolean settled) {}
}
