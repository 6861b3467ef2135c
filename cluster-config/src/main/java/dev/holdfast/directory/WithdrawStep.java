package dev.holdfast.directory;

import dev.holdfast.store.Step;
import org.jspecify.annotations.Nullable;

/**
 * Takes a proposal out, whoever made it: from then on it never becomes the intent. Run twice it
 * does no harm.
 *
 * @param id of the proposal
 */
record WithdrawStep(String id) implements Step<IntentRow, IntentStep.Answer> {
  @Override
  public Outcome<IntentRow, IntentStep.Answer> apply(@Nullable IntentRow row, Owner owner) {
    if (row == null || row.proposal() == null || !row.proposal().id().equals(id)) {
      return Outcome.keep(new IntentStep.Answer(true, row));
    }
    IntentRow written = new IntentRow(row.intent(), null);
    return Outcome.write(written, new IntentStep.Answer(true, written));
  }
}
