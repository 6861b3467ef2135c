package dev.holdfast.operations;

import dev.holdfast.store.Step;
import org.jspecify.annotations.Nullable;

/**
 * Writes a board if the row is as expected. Run twice it does no harm: the second time it finds
 * what it wrote, or a later version.
 *
 * @param board what to write
 * @param reassert write it where there is no row or an earlier version: for a node that has seen it
 *     stored. Else only over the version before
 * @param restore write it over a row that was restored from an earlier version and not touched
 */
record BoardStep(Board board, boolean reassert, boolean restore)
    implements Step<Board, BoardStep.Answer> {
  /**
   * What the row is after the step.
   *
   * @param holds it is what the caller wanted to write
   * @param row the row, or null if there is none
   */
  record Answer(boolean holds, @Nullable Board row) {}

  @Override
  public Outcome<Board, Answer> apply(@Nullable Board row, Owner owner) {
    boolean may;
    if (row == null) {
      may = reassert || restore || board.version() == 1;
    } else if (restore) {
      may =
          row.restoredFrom() != null
              && board.restoredFrom() != null
              && board.restoredFrom() > row.restoredFrom();
    } else if (reassert) {
      may = board.version() > row.version();
    } else {
      may = board.version() == row.version() + 1;
    }
    return may
        ? Outcome.write(board, new Answer(true, board))
        : Outcome.keep(new Answer(board.equals(row), row));
  }
}
