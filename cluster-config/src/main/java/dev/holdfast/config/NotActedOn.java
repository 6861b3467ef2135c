package dev.holdfast.config;

import java.util.Map;
import java.util.function.Predicate;

/**
 * Keys that are read and kept but that this version does not act on: whoever sets them is told.
 * This list is the only place to change when a key is acted on.
 */
final class NotActedOn {
  /** What the operator is told. */
  static final String REASON = "not acted on by this version";

  private static final Map<Key<?, ?>, Predicate<Object>> KEYS =
      Map.of(PoolKeys.SEND_PROXY_PROTOCOL, raw -> raw != PoolConfig.ProxyProtocol.NONE);

  private NotActedOn() {}

  /** True if the operator asks by this value for something that is not done. */
  static boolean includes(Key<?, ?> key, Slot slot) {
    Predicate<Object> asks = KEYS.get(key);
    return asks != null && slot.raw() != null && asks.test(slot.raw());
  }
}
