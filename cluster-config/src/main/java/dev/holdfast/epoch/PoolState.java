package dev.holdfast.epoch;

import dev.holdfast.words.NodeId;
import dev.holdfast.words.ServerName;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What this node knows of the epoch of a pool; a snapshot.
 *
 * @param epoch it routes by, 0 if none or none that is stored
 * @param settled no change is under way and the epoch is what this node wishes
 * @param open this node routes
 * @param pins of the epoch
 * @param diversions that live
 * @param heldSlots slots held now
 * @param heldAnswers how often a source was told to wait since the start
 * @param shares slots per server
 * @param serving servers that serve
 * @param waitingFor the processes that a running change waits for, as the leader counted last;
 *     empty on other nodes
 */
public record PoolState(
    long epoch,
    boolean settled,
    boolean open,
    long pins,
    long diversions,
    int heldSlots,
    long heldAnswers,
    Map<ServerName, Integer> shares,
    Set<ServerName> serving,
    List<NodeId> waitingFor) {

  /**
   * Why a source goes where it goes.
   *
   * @param slot of the source
   * @param epoch that says so, 0 if none
   * @param server of the answer, null if there is none
   * @param by what the answer rests on, null without a server
   * @param serves the server serves
   * @param held the slot is held now
   * @param next where it would go if each server in turn became DOWN, at most 3
   */
  public record Explanation(
      int slot,
      long epoch,
      @Nullable ServerName server,
      LoopRoutes.@Nullable By by,
      boolean serves,
      boolean held,
      List<ServerName> next) {}
}
