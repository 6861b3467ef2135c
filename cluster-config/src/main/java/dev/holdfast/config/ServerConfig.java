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
 * @param newSessions new sessions a second over the whole cluster, or null; who comes faster waits
 * @param check where it is checked
 */
public record ServerConfig(
    ServerName name,
    String host,
    List<Integer> ports,
    int weight,
    @Nullable Long sessions,
    @Nullable Long newSessions,
    CheckAt check) {
  /** Copies the ports. */
  public ServerConfig {
    ports = List.copyOf(ports);
  }

  /** A server without a rate that is checked where it serves. */
  public ServerConfig(
      ServerName name, String host, List<Integer> ports, int weight, @Nullable Long sessions) {
    this(name, host, ports, weight, sessions, null, CheckAt.SAME);
  }

  /**
   * Where a server is checked.
   *
   * @param host a name or a literal address, or null for the server's
   * @param port or null for that of the pool's check, or else the server's first
   */
  public record CheckAt(@Nullable String host, @Nullable Integer port) {
    /** Where it serves. */
    public static final CheckAt SAME = new CheckAt(null, null);
  }

  /** The host that is asked by a check. */
  public String checkHost() {
    return check.host() == null ? host : check.host();
  }

  /** The port that is asked by a check of the pool. */
  public int checkPort(Check how) {
    Integer port = check.port() == null ? how.port() : check.port();
    return port == null ? ports.get(0) : port;
  }
}
