package dev.holdfast.config;

import dev.holdfast.words.HostPort;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.PoolName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What belongs to one node and is read at its start.
 *
 * @param name the node
 * @param stateDir folder of this node's state, locked while in use
 * @param member address of the store; never moves to another port
 * @param watch address of the watch; port 0: a free one, announced
 * @param eventBus address of the event bus; port 0: a free one, announced
 * @param admin the admin API
 * @param probe address that serves health and metrics alone, or null
 * @param listeners this node's address for a listener, instead of its {@code bind}
 * @param sourceAddresses this node's literal addresses towards a pool
 * @param maxSessions sessions this node holds at most, at least 1
 * @param accessLog where the access log goes
 * @param shutdown what SIGTERM does
 */
public record NodeSettings(
    NodeName name,
    Path stateDir,
    HostPort member,
    HostPort watch,
    HostPort eventBus,
    Admin admin,
    @Nullable HostPort probe,
    Map<ListenerName, HostPort> listeners,
    Map<PoolName, List<String>> sourceAddresses,
    int maxSessions,
    AccessLog accessLog,
    Shutdown shutdown) {
  /** Copies the collections. */
  public NodeSettings {
    listeners = Map.copyOf(listeners);
    sourceAddresses = Map.copyOf(sourceAddresses);
  }

  /** The same with another way to end. */
  public NodeSettings with(Shutdown another) {
    return new NodeSettings(
        name,
        stateDir,
        member,
        watch,
        eventBus,
        admin,
        probe,
        listeners,
        sourceAddresses,
        maxSessions,
        accessLog,
        another);
  }

  /**
   * The admin API of this node.
   *
   * @param bind its address; not on loopback only with tokens
   * @param tokensFile who may do what, or null
   * @param tls certificate and key, or null
   */
  public record Admin(HostPort bind, @Nullable Path tokensFile, @Nullable Tls tls) {}

  /**
   * Certificate chain and key in PEM.
   *
   * @param certificate the chain
   * @param key the private key
   */
  public record Tls(Path certificate, Path key) {}

  /**
   * The access log.
   *
   * @param to {@code stdout}, {@code none} or a path
   * @param json one JSON object a line instead of text
   * @param interval how often a long session is logged while it lives, or null
   * @param rotate when a file is put aside and a new one begun
   */
  public record AccessLog(String to, boolean json, @Nullable Duration interval, Rotation rotate) {
    /** A log that rotates only when it is told to open its file anew. */
    public AccessLog(String to, boolean json, @Nullable Duration interval) {
      this(to, json, interval, Rotation.NONE);
    }
  }

  /**
   * When a log file is put aside, as {@code NAME.1}, those before moving up by one.
   *
   * @param bytes a file that has so many, or null
   * @param age a file that was begun so long ago, or null
   * @param keep files put aside that are kept, 0 or more
   */
  public record Rotation(@Nullable Long bytes, @Nullable Duration age, int keep) {
    /** Never. */
    public static final Rotation NONE = new Rotation(null, null, 10);

    /** True if it ever rotates. */
    public boolean isOn() {
      return bytes != null || age != null;
    }
  }

  /**
   * What SIGTERM does.
   *
   * @param grace listening goes on so long after readiness failed
   * @param deadline all sessions have ended so long after the signal
   */
  public record Shutdown(Duration grace, Duration deadline) {}
}
