package dev.holdfast.gateway.node;

import dev.holdfast.config.PoolConfig;
import dev.holdfast.config.SharedConfig;
import dev.holdfast.directory.Intent;
import dev.holdfast.words.AdminState;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Scope;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts each intent of the cluster in force on this node, and knows which one is. What cannot be had
 * (an address that somebody took while this node was out of contact) is tried again until it can
 * be, or until the next intent. Confined to the control loop, but for {@link #revision}.
 */
final class Force {
  private static final Logger LOG = LoggerFactory.getLogger(Force.class);
  private static final Duration AGAIN = Duration.ofSeconds(5);

  private final Parts parts;
  private final Ground ground;
  private final Consumer<Boolean> told;
  private Set<PoolName> pools = new HashSet<>();
  private Future<Void> applied = Future.succeededFuture();
  private volatile long revision;

  /**
   * Nothing is in force.
   *
   * @param told hears, on any thread, whether the last intent is wholly in force
   */
  Force(Parts parts, Ground ground, Consumer<Boolean> told) {
    this.parts = parts;
    this.ground = ground;
    this.told = told;
  }

  /** Takes the present intent, and from then on each that follows. */
  Future<Void> start() {
    parts.desk().onChange(this::take);
    take(parts.desk().current());
    return applied;
  }

  /** Completes when the intent told last is in force; fails with what is in the way. */
  Future<Void> applied() {
    return applied;
  }

  /** The revision of the intent that was in force wholly last; 0 before the first. Any thread. */
  long revision() {
    return revision;
  }

  private void take(Intent intent) {
    ground.intent(intent);
    SharedConfig config = intent.config();
    parts.ledger().configure(intent.revision(), config);
    parts.epochs().configure(config.onPartition(), config.lease());
    Set<PoolName> wanted = new HashSet<>();
    for (PoolConfig pool : config.pools()) {
      wanted.add(pool.name());
      parts.epochs().add(pool.name(), pool.affinity().ttl());
      if (!pools.contains(pool.name())) {
        parts.epochs().wish(pool.name(), Wishes.unmeasured(intent, pool));
      }
    }
    Set<PoolName> gone = new HashSet<>(pools);
    gone.removeAll(wanted);
    pools = wanted;
    parts.path().health().maintain(inMaintenance(intent));
    applied = parts.path().apply(config).onComplete(done -> gone.forEach(this::remove));
    applied.onComplete(done -> ground.loop().execute(() -> outcome(intent, done.cause())));
  }

  /** Unless it came back meanwhile. */
  private void remove(PoolName pool) {
    ground
        .loop()
        .execute(
            () -> {
              if (!pools.contains(pool)) {
                parts.epochs().remove(pool);
              }
            });
  }

  private void outcome(Intent intent, Throwable fault) {
    if (!intent.equals(parts.desk().current())) {
      return; // the next one is on its way
    }
    if (fault == null) {
      LOG.info("Configuration in force revision={}", intent.revision());
      revision = intent.revision();
    } else {
      LOG.error(
          "The configuration is not wholly in force, trying again revision={} cause={}",
          intent.revision(),
          fault.getMessage());
      ground
          .loop()
          .after(
              AGAIN,
              () -> {
                if (intent.equals(parts.desk().current())) {
                  take(intent);
                }
              });
    }
    told.accept(fault == null);
  }

  private static Set<Scope> inMaintenance(Intent intent) {
    Set<Scope> scopes = new HashSet<>();
    intent
        .states()
        .forEach(
            (pool, servers) ->
                servers.forEach(
                    (server, state) -> {
                      if (state == AdminState.MAINT) {
                        scopes.add(Scope.of(pool, server));
                      }
                    }));
    return scopes;
  }
}
