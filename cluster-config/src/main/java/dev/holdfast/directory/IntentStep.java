package dev.holdfast.directory;

import dev.holdfast.store.Step;
import org.jspecify.annotations.Nullable;

/**
 * Writes an intent if the row is as expected. Run twice it does no harm: the second time it finds
 * what it wrote.
 *
 * @param next what to write
 * @param reassert write it also where there is no row, or one earlier in the same history: for a
 *     node that has seen the intent committed. Else only over revision {@code next - 1}
 */
record IntentStep(Intent next, boolean reassert) implements Step<Intent, IntentStep.Answer> {
  /**
   * What the row is after the step.
   *
   * @param holds it is what the caller wanted to write
   * @param row the row, or null if there is none
   */
  record Answer(boolean holds, @Nullable Intent row) {}

  @Override
  public Outcome<Intent, Answer> apply(@Nullable Intent row, Owner owner) {
    boolean may;
    if (row == null) {
      may = reassert;
    } else if (reassert) {
      may = next.follows(row);
    } else {
      may = next.follows(row) && next.revision() == row.revision() + 1;
    }
    return may
        ? Outcome.write(next, new Answer(true, next))
        : Outcome.keep(new Answer(next.equals(row), row));
  }
}
