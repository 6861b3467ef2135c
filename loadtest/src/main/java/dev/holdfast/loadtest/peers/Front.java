package dev.holdfast.loadtest.peers;

import java.util.List;

/**
 * A port of a proxy and the servers behind it.
 *
 * @param name of the pool
 * @param port on loopback
 * @param servers their ports on loopback, named {@code NAME-1} and so on
 */
public record Front(String name, int port, List<Integer> servers) {
  /** Copies. */
  public Front {
    servers = List.copyOf(servers);
  }
}
