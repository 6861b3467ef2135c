package dev.holdfast.config;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A key of the configuration: the one place where its name, shape, default and owner are said.
 *
 * @param name in kebab-case
 * @param shape what its value must be
 * @param get how the value is read from a finished record
 * @param presence what happens if it is not given
 * @param standard the default, null unless {@link Presence#DEFAULT}; null is also none
 * @param standardText a computed default in words, or null
 * @param perNode belongs to one node, is never shared
 * @param says one line for editors
 * @param <R> the record that it belongs to
 * @param <T> type of its value
 */
record Key<R, T>(
    String name,
    Shape<T> shape,
    Function<R, T> get,
    Presence presence,
    @Nullable T standard,
    @Nullable String standardText,
    boolean perNode,
    String says) {
  /** What happens if a key is not given. */
  enum Presence {
    /** A fault. */
    REQUIRED,
    /** The default counts. */
    DEFAULT,
    /** An empty group is read in its place. */
    EMPTY_GROUP,
    /** The record's maker computes it. */
    COMPUTED
  }

  /** A key that must be given. */
  static <R, T> Key<R, T> required(String name, Shape<T> shape, Function<R, T> get, String says) {
    return new Key<>(name, shape, get, Presence.REQUIRED, null, null, false, says);
  }

  /** A key with a default. */
  static <R, T> Key<R, T> of(
      String name, Shape<T> shape, Function<R, T> get, @Nullable T standard, String says) {
    return new Key<>(name, shape, get, Presence.DEFAULT, standard, null, false, says);
  }

  /** A key whose default the record's maker computes, as the text says. */
  static <R, T> Key<R, T> computed(
      String name, Shape<T> shape, Function<R, T> get, String standardText, String says) {
    return new Key<>(name, shape, get, Presence.COMPUTED, null, standardText, false, says);
  }

  /** A key whose value is a group of keys that all have defaults. */
  static <R, T> Key<R, T> group(String name, Group<T> group, Function<R, T> get, String says) {
    return new Key<>(name, group, get, Presence.EMPTY_GROUP, null, null, false, says);
  }

  /** The same key, which belongs to one node and is never shared. */
  Key<R, T> ofOneNode() {
    return new Key<>(name, shape, get, presence, standard, standardText, true, says);
  }

  /** How the value of a finished record is written. */
  @Nullable Object json(R owner) {
    T value = get.apply(owner);
    return value == null ? null : shape.json(value);
  }
}
