package dev.holdfast.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a value must look like. One shape reads, checks, makes, writes and describes its values, so
 * the parser, the admin API's JSON and the published schema cannot disagree.
 *
 * @param <T> type of the values
 */
interface Shape<T> {
  /** What a value must be, in words for the operator. */
  String rule();

  /** Reads a value; null if it has a fault, which was added. */
  @Nullable Slot read(Tree tree, Spot spot, Reading reading);

  /** The slot of a default. */
  Slot standard(T value, Place place, Spot spot);

  /** The value of a slot's raw part; only after a reading without faults. */
  T make(Object raw);

  /** The value as JSON: text, number, null, list or map with keys in camelCase. */
  @Nullable Object json(T value);

  /** The shape as JSON Schema. */
  Map<String, Object> schema();
}
