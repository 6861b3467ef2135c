package dev.holdfast.config;

import java.util.List;

/**
 * What reading a configuration came to: a value, or every fault at once.
 *
 * @param <T> type of the value
 */
public sealed interface Checked<T> {
  /**
   * It is valid.
   *
   * @param value the value
   * @param warnings what to tell the operator, in the order of the text
   * @param <T> type of the value
   */
  record Good<T>(T value, List<Warning> warnings) implements Checked<T> {
    /** Copies the list. */
    public Good {
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * It is not.
   *
   * @param faults at least one, in the order of the text
   * @param <T> type of the value there would have been
   */
  record Faulty<T>(List<Fault> faults) implements Checked<T> {
    /** Copies the list. */
    public Faulty {
      faults = List.copyOf(faults);
    }
  }

  /** The faults, empty if there are none. */
  default List<Fault> found() {
    return this instanceof Faulty<T> faulty ? faulty.faults() : List.of();
  }

  /**
   * The value.
   *
   * @throws IllegalArgumentException with every fault, a line each, if there are any
   */
  default T orThrow() {
    if (this instanceof Good<T> good) {
      return good.value();
    }
    throw new IllegalArgumentException(
        String.join("\n", found().stream().map(Fault::toString).toList()));
  }
}
