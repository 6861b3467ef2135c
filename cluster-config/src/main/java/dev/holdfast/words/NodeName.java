package dev.holdfast.words;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * The name of a node. Names order and identify; positions in a list never do.
 *
 * @param value 1-63 characters: letters, digits, '.', '_', '-', first a letter or digit
 */
public record NodeName(@JsonValue String value) implements Comparable<NodeName> {
  /**
   * Checks the value.
   *
   * @throws IllegalArgumentException if the value breaks the rule for names
   */
  @JsonCreator
  public NodeName {
    Name.check("node", value);
  }

  @Override
  public int compareTo(NodeName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
