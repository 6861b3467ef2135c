package dev.holdfast.config;

import dev.holdfast.words.ServerName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One app server.
 *
 * @param name its identity; never its place in a list
 * @param host a name or a literal address
 * @param ports at least one, 1 to 65535
 * @param weight 0 to 1000; 0: no new sources
 * @param sessions limit over the whole cluster, or null
 */
public record ServerConfig(
    ServerName name, String host, List<Integer> ports, int weight, @Nullable Long sessions) {
  /** Copies the ports. */
  public ServerConfig {
    ports = List.copyOf(ports);
  }
}
