package dev.holdfast.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.OnPartition;
import dev.holdfast.words.PoolName;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What all nodes of a cluster share, under one revision. The order of listeners, pools and servers
 * means nothing: they are kept sorted by name, so equal configurations are equal values.
 *
 * @param expectedNodes nodes the cluster is meant to have; the majority is counted from it, at
 *     least 1
 * @param onPartition what a node that is cut off holds sacred
 * @param lease how long a node counts as in contact after it was last heard, 3 s to 1 h
 * @param sessions limit of the whole cluster, or null
 * @param listeners at least one
 * @param pools at least one
 */
public record SharedConfig(
    int expectedNodes,
    OnPartition onPartition,
    Duration lease,
    @Nullable Long sessions,
    List<ListenerConfig> listeners,
    List<PoolConfig> pools) {
  /** Sorts the lists by name. */
  public SharedConfig {
    listeners = listeners.stream().sorted(Comparator.comparing(ListenerConfig::name)).toList();
    pools = pools.stream().sorted(Comparator.comparing(PoolConfig::name)).toList();
  }

  /**
   * Reads the stored form; keys of a later version are ignored.
   *
   * @throws IllegalArgumentException if it breaks a rule of this version
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static SharedConfig ofJson(Map<String, Object> json) {
    return ConfigJson.stored(json);
  }

  /** The configuration as the admin API answers it and as it is stored. */
  @JsonValue
  public Map<String, @Nullable Object> json() {
    return ConfigJson.of(this);
  }

  /** The listener of a name. */
  public Optional<ListenerConfig> listener(ListenerName name) {
    return listeners.stream().filter(listener -> listener.name().equals(name)).findFirst();
  }

  /** The pool of a name. */
  public Optional<PoolConfig> pool(PoolName name) {
    return pools.stream().filter(pool -> pool.name().equals(name)).findFirst();
  }

  /** More than half of the expected nodes. */
  public int majority() {
    return expectedNodes / 2 + 1;
  }
}
