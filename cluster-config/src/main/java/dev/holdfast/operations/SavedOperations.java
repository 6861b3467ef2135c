package dev.holdfast.operations;

import dev.holdfast.members.StateFolder;
import java.util.List;
import java.util.Optional;

/**
 * What a node keeps of the operations on its disk.
 *
 * @param board as this node saw it last; figures may be some seconds older
 * @param past the history
 */
public record SavedOperations(Board board, List<Operation> past) {
  /** Where it is kept. */
  public static final StateFolder.Kind<SavedOperations> KIND =
      new StateFolder.Kind<>(
          "operations",
          1,
          SavedOperations.class,
          "the others say what is under way, else nothing is");

  /** Why an operation is paused that was under way when the last node ended. */
  static final String INTERRUPTED = "the whole cluster was down";

  /** Copies the list. */
  public SavedOperations {
    past = List.copyOf(past);
  }

  /**
   * The board as it comes back after the whole cluster was down, one version later: what was under
   * way is paused, and no process of before drains any more. Empty if there is nothing on it.
   */
  Optional<Board> restored() {
    if (board.version() == 0) {
      return Optional.empty();
    }
    List<Operation> operations = board.operations().stream().map(this::interrupted).toList();
    return Optional.of(
        new Board(board.version() + 1, board.next(), operations, List.of(), board.version()));
  }

  private Operation interrupted(Operation one) {
    Operation alone = one.restarted();
    return one.state().isFinal()
        ? alone
        : one.state() == OperationState.PAUSED
            ? alone.because(INTERRUPTED)
            : alone.to(OperationState.PAUSED, INTERRUPTED, one.orderedAtMs());
  }
}
