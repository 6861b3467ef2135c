package dev.holdfast.ledger;

import dev.holdfast.config.SharedConfig;
import dev.holdfast.words.OnPartition;
import dev.holdfast.words.Scope;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger takes from the shared configuration.
 *
 * @param revision of the configuration
 * @param policy what a node that is cut off holds sacred
 * @param lease how long a node counts as in contact after it was last heard
 * @param expectedNodes nodes the cluster is meant to have
 * @param limits permits of each scope that has a limit
 */
record ScopeLimits(
    long revision,
    OnPartition policy,
    Duration lease,
    int expectedNodes,
    Map<Scope, Integer> limits) {
  ScopeLimits {
    limits = Collections.unmodifiableSortedMap(new TreeMap<>(limits));
  }

  static ScopeLimits of(long revision, SharedConfig config) {
    Map<Scope, Integer> limits = new TreeMap<>();
    put(limits, Scope.CLUSTER, config.sessions());
    config.listeners().forEach(l -> put(limits, Scope.of(l.name()), l.limits().sessions()));
    config
        .pools()
        .forEach(
            pool -> {
              put(limits, Scope.of(pool.name()), pool.sessions());
              pool.servers()
                  .forEach(s -> put(limits, Scope.of(pool.name(), s.name()), s.sessions()));
            });
    return new ScopeLimits(
        revision, config.onPartition(), config.lease(), config.expectedNodes(), limits);
  }

  private static void put(Map<Scope, Integer> limits, Scope scope, @Nullable Long limit) {
    if (limit != null) {
      limits.put(scope, (int) Math.min(limit, Permits.UNLIMITED - 1));
    }
  }

  boolean strict() {
    return policy == OnPartition.STRICT;
  }
}
