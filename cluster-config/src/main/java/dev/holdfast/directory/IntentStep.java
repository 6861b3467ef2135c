package dev.holdfast.directory;

import dev.holdfast.store.Step;
import org.jspecify.annotations.Nullable;

/**
 * Writes an intent if the row is as expected; whatever was under trial is over then. Run twice it
 * does no harm: the second time it finds what it wrote.
 *
 * @param next what to write
 * @param reassert write it also where there is no row, or one earlier in the same history: for a
 *     node that has seen the intent committed. Else only over revision {@code next - 1}
 * @param proposal write it only while this proposal is under trial; null: whatever is
 */
record IntentStep(Intent next, boolean reassert, @Nullable String proposal)
    implements Step<IntentRow, IntentStep.Answer> {
  /**
   * What the row is after a step of this room.
   *
   * @param holds it is what the caller wanted to write
   * @param row the row, or null if there is none
   */
  record Answer(boolean holds, @Nullable IntentRow row) {
    /** The intent in the row, or null. */
    @Nullable Intent intent() {
      return row == null ? null : row.intent();
    }
  }

  @Override
  public Outcome<IntentRow, Answer> apply(@Nullable IntentRow row, Owner owner) {
    if (may(row)) {
      IntentRow written = new IntentRow(next, null);
      return Outcome.write(written, new Answer(true, written));
    }
    return Outcome.keep(new Answer(row != null && next.equals(row.intent()), row));
  }

  private boolean may(@Nullable IntentRow row) {
    if (row == null || reassert) {
      return reassert && (row == null || next.follows(row.intent()));
    }
    Proposal tried = row.proposal();
    boolean still = proposal == null || (tried != null && tried.id().equals(proposal));
    return still && next.follows(row.intent()) && next.revision() == row.intent().revision() + 1;
  }
}
