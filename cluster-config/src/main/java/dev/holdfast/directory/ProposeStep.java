package dev.holdfast.directory;

import dev.holdfast.store.Step;
import org.jspecify.annotations.Nullable;

/**
 * Puts a proposal beside the intent that it would follow, if none is there. Run twice it does no
 * harm; run late, after the proposal was withdrawn, it stands there once more until whoever made it
 * or a node that waited too long withdraws it.
 *
 * @param proposal what is to be tried
 */
record ProposeStep(Proposal proposal) implements Step<IntentRow, IntentStep.Answer> {
  @Override
  public Outcome<IntentRow, IntentStep.Answer> apply(@Nullable IntentRow row, Owner owner) {
    if (row == null
        || !proposal.next().follows(row.intent())
        || proposal.next().revision() != row.intent().revision() + 1) {
      return Outcome.keep(new IntentStep.Answer(false, row));
    }
    if (row.proposal() != null) {
      boolean mine = row.proposal().id().equals(proposal.id());
      return Outcome.keep(new IntentStep.Answer(mine, row));
    }
    IntentRow written = new IntentRow(row.intent(), proposal);
    return Outcome.write(written, new IntentStep.Answer(true, written));
  }
}
