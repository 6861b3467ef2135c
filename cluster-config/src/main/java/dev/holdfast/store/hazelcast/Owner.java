package dev.holdfast.store.hazelcast;

import dev.holdfast.store.Step;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/**
 * What this process brings along when it runs a step as the owner of a key: the kinds of steps it
 * knows, and its memory. Lives as long as the member; never stored, never replicated.
 */
final class Owner implements Step.Owner {
  /** Where the member keeps it. */
  static final String KEY = "holdfast.owner";

  private final StepTypes types;
  private final ConcurrentMap<Class<?>, Object> memory = new ConcurrentHashMap<>();

  Owner(StepTypes types) {
    this.types = types;
  }

  StepTypes types() {
    return types;
  }

  @Override
  public <T> T memory(Class<T> type, Supplier<T> initial) {
    return type.cast(memory.computeIfAbsent(type, key -> initial.get()));
  }
}
