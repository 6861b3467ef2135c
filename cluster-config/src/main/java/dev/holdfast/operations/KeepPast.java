package dev.holdfast.operations;

import dev.holdfast.store.Step;
import org.jspecify.annotations.Nullable;

/**
 * Writes an operation of the history where there is none. Run twice it finds what it wrote.
 *
 * @param operation one that is over
 */
record KeepPast(Operation operation) implements Step<Operation, KeepPast.Answer> {
  /**
   * What the step did.
   *
   * @param written there was none
   */
  record Answer(boolean written) {}

  @Override
  public Outcome<Operation, Answer> apply(@Nullable Operation row, Owner owner) {
    return row == null
        ? Outcome.write(operation, new Answer(true))
        : Outcome.keep(new Answer(false));
  }
}
