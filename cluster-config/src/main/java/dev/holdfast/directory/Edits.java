package dev.holdfast.directory;

import dev.holdfast.config.PoolConfig;
import dev.holdfast.config.ServerConfig;
import dev.holdfast.config.SharedConfig;
import dev.holdfast.words.ServerName;
import java.util.ArrayList;
import java.util.List;

/** A configuration with one server more, less or other. */
final class Edits {
  private Edits() {}

  static SharedConfig put(SharedConfig config, PoolConfig pool, ServerConfig server) {
    List<ServerConfig> servers = without(pool, server.name());
    servers.add(server);
    return with(config, pool, servers);
  }

  static SharedConfig remove(SharedConfig config, PoolConfig pool, ServerName server) {
    return with(config, pool, without(pool, server));
  }

  private static List<ServerConfig> without(PoolConfig pool, ServerName server) {
    List<ServerConfig> servers = new ArrayList<>(pool.servers());
    servers.removeIf(known -> known.name().equals(server));
    return servers;
  }

  private static SharedConfig with(
      SharedConfig config, PoolConfig pool, List<ServerConfig> servers) {
    List<PoolConfig> pools = new ArrayList<>(config.pools());
    pools.remove(pool);
    pools.add(pool.with(servers));
    return new SharedConfig(
        config.expectedNodes(),
        config.onPartition(),
        config.lease(),
        config.sessions(),
        config.listeners(),
        pools);
  }
}
