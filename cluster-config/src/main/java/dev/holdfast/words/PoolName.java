package dev.holdfast.words;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * The name of a pool. Names order and identify; positions in a list never do.
 *
 * @param value 1-63 characters: letters, digits, '.', '_', '-', first a letter or digit
 */
public record PoolName(@JsonValue String value) implements Comparable<PoolName> {
  /**
   * Checks the value.
   *
   * @throws IllegalArgumentException if the value breaks the rule for names
   */
  @JsonCreator
  public PoolName {
    Name.check("pool", value);
  }

  @Override
  public int compareTo(PoolName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
