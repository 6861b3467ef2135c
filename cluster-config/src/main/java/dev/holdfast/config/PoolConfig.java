package dev.holdfast.config;

import dev.holdfast.words.Overflow;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Servers that offer the same service.
 *
 * @param name the pool
 * @param affinity who counts as one source, and how long it is remembered
 * @param overflow what happens to a source whose server is full
 * @param sendProxyProtocol the PROXY header that servers get
 * @param check how servers are checked
 * @param timeouts how long a session may wait or be silent
 * @param sessions limit over the whole cluster, or null
 * @param onDown what happens to the sessions of a server that is DOWN
 * @param servers at least one, kept sorted by name
 */
public record PoolConfig(
    PoolName name,
    Affinity affinity,
    Overflow overflow,
    ProxyProtocol sendProxyProtocol,
    Check check,
    Timeouts timeouts,
    @Nullable Long sessions,
    OnDown onDown,
    List<ServerConfig> servers) {
  /** Sorts the servers by name. */
  public PoolConfig {
    servers = servers.stream().sorted(Comparator.comparing(ServerConfig::name)).toList();
  }

  /** The server of a name. */
  public Optional<ServerConfig> server(ServerName server) {
    return servers.stream().filter(known -> known.name().equals(server)).findFirst();
  }

  /**
   * Who counts as one source.
   *
   * @param ipv4Prefix bits of an IPv4 address, 0 to 32
   * @param ipv6Prefix bits of an IPv6 address, 0 to 128
   * @param ttl how long a source without a session is remembered
   */
  public record Affinity(int ipv4Prefix, int ipv6Prefix, Duration ttl) {}

  /**
   * How servers are checked.
   *
   * @param type what a check does
   * @param interval from the start of one check to the next
   * @param timeout of one check
   * @param rise good checks in a row until UP, at least 1
   * @param fall bad checks in a row until DOWN, at least 1
   */
  public record Check(CheckType type, Duration interval, Duration timeout, int rise, int fall) {}

  /** What a check does. */
  public enum CheckType {
    /** Connects and closes. */
    TCP,
    /** Nothing: the server is always UP. */
    NONE
  }

  /**
   * How long a session may wait or be silent.
   *
   * @param connect of one attempt to connect to a server
   * @param idle without a byte in either direction, or null
   * @param halfClosed without a byte after one side has closed, or null
   */
  public record Timeouts(
      Duration connect, @Nullable Duration idle, @Nullable Duration halfClosed) {}

  /** The PROXY header that servers get. */
  public enum ProxyProtocol {
    /** None. */
    NONE,
    /** The text form. */
    V1,
    /** The binary form. */
    V2
  }

  /** What happens to the sessions of a server that is DOWN. */
  public enum OnDown {
    /** They go on. */
    LEAVE,
    /** They are closed. */
    CLOSE
  }
}
