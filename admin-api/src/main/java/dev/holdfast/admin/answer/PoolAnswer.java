package dev.holdfast.admin.answer;

import dev.holdfast.words.PoolName;
import java.util.List;

/**
 * One pool: {@code GET /v1/pools/{pool}}.
 *
 * @param name of the pool
 * @param epoch version of its slot table
 * @param settled no change of the table is under way
 * @param pins sources that are routed otherwise than the table says
 * @param queued clients that wait, over the whole cluster
 * @param sessions over the whole cluster
 * @param panic too few servers would be UP: nobody is put DOWN, and connections are tried
 * @param servers by name
 */
public record PoolAnswer(
    PoolName name,
    long epoch,
    boolean settled,
    long pins,
    long queued,
    Count sessions,
    boolean panic,
    List<ServerAnswer> servers) {
  /** Copies the list. */
  public PoolAnswer {
    servers = List.copyOf(servers);
  }
}
