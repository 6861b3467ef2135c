package dev.holdfast.epoch;

import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a pool's table should be: the configuration, the admin states and the health by majority,
 * with panic and hold-down already applied by who makes the wish.
 *
 * @param servers every configured server
 * @param pins operators' pins
 * @param givenBack slots in which sources go where the table says, also those that live elsewhere:
 *     nobody is pinned to another server there. A rebalance that closes their sessions wishes so
 */
public record Wish(
    Map<ServerName, Target> servers, Map<Source, ServerName> pins, BitSet givenBack) {
  /** A wish that gives no slot back. */
  public Wish(Map<ServerName, Target> servers, Map<Source, ServerName> pins) {
    this(servers, pins, new BitSet());
  }

  /** Copies the collections. */
  public Wish {
    servers = Map.copyOf(servers);
    pins = Map.copyOf(pins);
    givenBack = (BitSet) givenBack.clone();
  }

  /** The slots that are given back; a copy. */
  @Override
  public BitSet givenBack() {
    return (BitSet) givenBack.clone();
  }

  /**
   * What one server should be.
   *
   * @param weight as configured, 0 or more
   * @param takesNew may have slots: READY and UP
   * @param serves keeps its sources: not DOWN, and READY or in a drain that keeps them
   */
  public record Target(int weight, boolean takesNew, boolean serves) {}

  /** Weights of all configured servers, usable or not. */
  Map<ServerName, Integer> configured() {
    Map<ServerName, Integer> weights = new TreeMap<>();
    servers.forEach((server, target) -> weights.put(server, target.weight()));
    return weights;
  }

  /** Weights of those that may have slots. */
  Map<ServerName, Integer> usable() {
    Map<ServerName, Integer> weights = new TreeMap<>();
    servers.forEach(
        (server, target) -> {
          if (target.takesNew() && target.serves() && target.weight() > 0) {
            weights.put(server, target.weight());
          }
        });
    return weights;
  }
}
