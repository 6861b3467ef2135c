package dev.holdfast.gateway.session;

import dev.holdfast.config.ServerConfig;
import dev.holdfast.gateway.admit.Gauge;
import dev.holdfast.gateway.admit.Pace;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Scope;
import dev.holdfast.words.ServerName;
import java.util.concurrent.atomic.LongAdder;

/** What all loops share of a server. */
public final class ServerPlace {
  private final Scope scope;
  private final Gauge sessions = new Gauge();
  private final LongAdder connectionErrors = new LongAdder();
  private final Times connectTimes = new Times();
  private final Pace pace = new Pace();
  private final FailedInARow failed = new FailedInARow();
  private volatile ServerConfig config;
  private volatile boolean shunned;

  ServerPlace(PoolName pool, ServerConfig config) {
    this.scope = Scope.of(pool, config.name());
    this.config = config;
    pace.limit(config.newSessions());
  }

  void configure(ServerConfig settings) {
    config = settings;
    pace.limit(settings.newSessions());
  }

  /** The server. */
  public ServerName name() {
    return config.name();
  }

  /** Its scope. */
  public Scope scope() {
    return scope;
  }

  /** Settings in force. */
  public ServerConfig config() {
    return config;
  }

  /** Sessions of this node that hold a permit of it, connecting ones too. */
  public Gauge sessions() {
    return sessions;
  }

  /** Attempts to connect that failed. */
  public long connectionErrors() {
    return connectionErrors.sum();
  }

  /** How long connecting took. */
  public Times connectTimes() {
    return connectTimes;
  }

  /** How fast its sessions may begin. */
  public Pace pace() {
    return pace;
  }

  /** Sessions that failed at it, one after the other. */
  FailedInARow failed() {
    return failed;
  }

  /**
   * True if this node alone cannot reach it: sessions go to the next choice without trying. Any
   * thread.
   */
  public boolean isShunned() {
    return shunned;
  }

  /** Whether sessions of this node leave it out. Any thread. */
  public void shun(boolean leaveOut) {
    shunned = leaveOut;
  }

  void connectFailed() {
    connectionErrors.increment();
  }
}
