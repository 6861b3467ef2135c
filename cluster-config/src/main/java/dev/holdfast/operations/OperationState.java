package dev.holdfast.operations;

import java.util.Locale;

/**
 * Where an operation is.
 *
 * <table>
 * <caption>Legal moves</caption>
 * <tr><th>from</th><th>to</th><th>because</th></tr>
 * <tr><td>PLANNED</td><td>RUNNING</td><td>the table and all nodes are ready for it</td></tr>
 * <tr><td>PLANNED, RUNNING</td><td>PAUSED</td><td>an operator, errors, or a full stop</td></tr>
 * <tr><td>PAUSED</td><td>PLANNED</td><td>an operator resumed it: readiness is looked at anew</td></tr>
 * <tr><td>PLANNED, RUNNING</td><td>DONE</td><td>nothing is left to do, or the deadline</td></tr>
 * <tr><td>PLANNED, RUNNING</td><td>FAILED</td><td>what it is about is gone</td></tr>
 * <tr><td>PLANNED, RUNNING, PAUSED</td><td>CANCELLED</td><td>an operator</td></tr>
 * </table>
 */
public enum OperationState {
  /** Ordered; nothing is closed yet. */
  PLANNED,
  /** Sessions end. */
  RUNNING,
  /** Nothing is closed until an operator resumes it; its deadline waits, too. */
  PAUSED,
  /** It did what it was to do. */
  DONE,
  /** An operator ended it. */
  CANCELLED,
  /** It could not go on. */
  FAILED;

  /** True if it does not move any more. */
  public boolean isFinal() {
    return this == DONE || this == CANCELLED || this == FAILED;
  }

  /** True if an operation may go from this state to that. */
  public boolean mayBecome(OperationState next) {
    return switch (this) {
      case PLANNED -> next != PLANNED;
      case RUNNING -> next != RUNNING && next != PLANNED;
      case PAUSED -> next == PLANNED || next == CANCELLED;
      case DONE, CANCELLED, FAILED -> false;
    };
  }

  /** The word of the contract, as {@code running}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
