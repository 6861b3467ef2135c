package dev.holdfast.directory;

import dev.holdfast.epoch.Wish;
import dev.holdfast.words.AdminState;
import dev.holdfast.words.Health;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a pool's table should be made for: configured weights, admin states, and the health that the
 * cluster acts on, with majority, collection, hold-down and panic already applied.
 *
 * @param pool the pool
 * @param panic too few servers would be left: the health of before the panic counts
 * @param servers every configured server
 */
public record PoolVerdict(PoolName pool, boolean panic, Map<ServerName, Standing> servers) {
  /** Copies the map. */
  public PoolVerdict {
    servers = Collections.unmodifiableMap(new TreeMap<>(servers));
  }

  /** What each server should be. */
  public Map<ServerName, Wish.Target> targets() {
    Map<ServerName, Wish.Target> targets = new TreeMap<>();
    servers.forEach(
        (name, server) ->
            targets.put(
                name, new Wish.Target(server.weight(), server.takesNew(), server.serves())));
    return targets;
  }

  /**
   * What one server should be.
   *
   * @param weight as configured
   * @param state what the operators want
   * @param keeps in DRAIN the sources that it has come back to it
   * @param health what the cluster acts on
   * @param measured what the majority of the votes says now
   * @param votes of the nodes
   */
  public record Standing(
      int weight, AdminState state, boolean keeps, Health health, Health measured, Votes votes) {
    /** May have slots: READY and UP. */
    public boolean takesNew() {
      return state == AdminState.READY && health == Health.UP;
    }

    /** Keeps its sources: not DOWN, and READY or in a drain that keeps them. */
    public boolean serves() {
      return (state == AdminState.READY || state == AdminState.DRAIN && keeps)
          && health == Health.UP;
    }
  }

  /**
   * What the nodes measured.
   *
   * @param up nodes whose last result is UP
   * @param down nodes whose last result is DOWN
   */
  public record Votes(int up, int down) {
    /** Nobody has a result. */
    public static final Votes NONE = new Votes(0, 0);

    /** DOWN if more than half of the nodes that have a result say so, else UP. */
    public Health majority() {
      return down > up ? Health.DOWN : Health.UP;
    }
  }
}
