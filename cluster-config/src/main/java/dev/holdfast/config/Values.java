package dev.holdfast.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The values of one group as they were read, with their places. */
final class Values {
  private final Reading reading;
  private final Place place;
  private final Map<Key<?, ?>, @Nullable Slot> slots = new HashMap<>();

  Values(Reading reading, Place place) {
    this.reading = reading;
    this.place = place;
  }

  Reading reading() {
    return reading;
  }

  /** Where the group stands. */
  Place place() {
    return place;
  }

  /** Keeps what was read for a key, null if that had a fault. */
  void put(Key<?, ?> key, @Nullable Slot slot) {
    slots.put(key, slot);
  }

  /** True if the key was met, whatever came of it. */
  boolean met(Key<?, ?> key) {
    return slots.containsKey(key);
  }

  /** True if what was given for the key had a fault. */
  boolean faulty(Key<?, ?> key) {
    return met(key) && slots.get(key) == null;
  }

  /** What was read for a key; empty if it had a fault, or has no default and was not given. */
  Optional<Slot> slot(Key<?, ?> key) {
    return Optional.ofNullable(slots.get(key));
  }

  /** The value of a key; null is none. Only for keys that are required or have a default. */
  <T> @Nullable T get(Key<?, T> key) {
    Slot slot = slot(key).orElseThrow(() -> new IllegalStateException("no value: " + key.name()));
    return slot.raw() == null ? null : key.shape().make(slot.raw());
  }

  /** The value of a key; empty if it is none, had a fault or was not given. For single values. */
  <T> Optional<T> find(Key<?, T> key) {
    return slot(key).map(Slot::raw).map(raw -> key.shape().make(raw));
  }

  /** The values of a group in this one; empty if it had a fault or is none. */
  Optional<Values> group(Key<?, ?> key) {
    return slot(key).map(Slot::raw).map(Values.class::cast);
  }

  /** The groups of a list of them, without those that had a fault. */
  <T> List<Values> groups(Key<?, List<T>> key) {
    return items(key).stream().map(slot -> (Values) slot.raw()).toList();
  }

  /** The items of a list, without those that had a fault. */
  <T> List<Slot> items(Key<?, List<T>> key) {
    return slot(key).map(Slot::raw).map(Listing::slots).orElse(List.of());
  }

  /** The pairs of a map, without those that had a fault. */
  <N, T> List<Naming.Pair> pairs(Key<?, Map<N, T>> key) {
    return slot(key).map(Slot::raw).map(Naming::pairs).orElse(List.of());
  }
}
