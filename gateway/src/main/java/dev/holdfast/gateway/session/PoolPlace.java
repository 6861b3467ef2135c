package dev.holdfast.gateway.session;

import dev.holdfast.config.PoolConfig;
import dev.holdfast.config.ServerConfig;
import dev.holdfast.gateway.admit.Gauge;
import dev.holdfast.gateway.relay.SocketSettings;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What all loops share of a pool. A server that is removed lives on in its sessions, and is the
 * same one if it comes back while some are left.
 */
public final class PoolPlace {
  private final PoolName name;
  private final Gauge sessions = new Gauge();
  private final Gauge queued = new Gauge();
  private volatile PoolConfig config;
  private volatile SocketSettings socket;
  private volatile long timeoutsSinceNanos = System.nanoTime();
  private volatile Map<ServerName, ServerPlace> servers = Map.of();
  private final Map<ServerName, ServerPlace> removed = new TreeMap<>();

  /** A pool with its first settings. */
  public PoolPlace(PoolConfig config) {
    this.name = config.name();
    this.config = config;
    this.socket = Sockets.of(config);
    servers = places(config);
  }

  /** Puts settings in force for sessions to come. One thread at a time. */
  public void configure(PoolConfig settings) {
    servers = places(settings);
    socket = Sockets.of(settings);
    if (!settings.timeouts().equals(config.timeouts())) {
      timeoutsSinceNanos = System.nanoTime();
    }
    config = settings;
  }

  /**
   * Since when the timeouts are what they are: for sessions of before, time counts from then, so
   * that a change ends nobody by itself.
   */
  long timeoutsSinceNanos() {
    return timeoutsSinceNanos;
  }

  private Map<ServerName, ServerPlace> places(PoolConfig settings) {
    TreeMap<ServerName, ServerPlace> next = new TreeMap<>();
    for (ServerConfig server : settings.servers()) {
      ServerPlace place = servers.getOrDefault(server.name(), removed.remove(server.name()));
      if (place == null) {
        place = new ServerPlace(name, server);
      } else {
        place.configure(server);
      }
      next.put(server.name(), place);
    }
    servers.forEach(
        (server, place) -> {
          if (!next.containsKey(server)) {
            removed.put(server, place);
          }
        });
    removed.values().removeIf(place -> place.sessions().current() == 0);
    return next;
  }

  /** True if no session of this node is routed to the pool or waits for it. */
  public boolean isIdle() {
    return sessions.current() == 0 && queued.current() == 0;
  }

  /** The pool. */
  public PoolName name() {
    return name;
  }

  /** Settings in force. */
  public PoolConfig config() {
    return config;
  }

  SocketSettings socket() {
    return socket;
  }

  /** Sessions of this node that are routed to the pool. */
  public Gauge sessions() {
    return sessions;
  }

  /** Clients that wait on this node. */
  public Gauge queued() {
    return queued;
  }

  /** The servers in force, by name. */
  public Map<ServerName, ServerPlace> servers() {
    return servers;
  }

  /** A server in force, or null. */
  public @Nullable ServerPlace server(ServerName server) {
    return servers.get(server);
  }
}
