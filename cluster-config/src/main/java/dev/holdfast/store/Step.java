package dev.holdfast.store;

import org.jspecify.annotations.Nullable;

/**
 * One atomic step at the owner of a key: a value (a record that Jackson can write and read) whose
 * {@link #apply} is a pure function of the row and of the owner's memory. It may run twice, also on
 * two owners, so running it twice must do no harm. Backups take the row that the owner produced;
 * they do not run the step.
 *
 * @param <V> type of the row
 * @param <R> type of the answer, a record that Jackson can write and read
 */
public interface Step<V, R> {
  /**
   * Computes the row after the step, and the answer. Never blocks.
   *
   * @param row the row as the owner has it, or null if there is none
   * @param owner what the process that runs the step remembers
   */
  Outcome<V, R> apply(@Nullable V row, Owner owner);

  /**
   * What a step did.
   *
   * @param kind keep the row as it is, write another, or remove it
   * @param row the row to write, null unless written
   * @param answer what the caller is told; may be null
   * @param <V> type of the row
   * @param <R> type of the answer
   */
  record Outcome<V, R>(Kind kind, @Nullable V row, @Nullable R answer) {
    /** What becomes of the row. */
    public enum Kind {
      /** Stays as it is. */
      KEEP,
      /** Is replaced. */
      WRITE,
      /** Goes. */
      REMOVE
    }

    /** Leaves the row as it is. */
    public static <V, R> Outcome<V, R> keep(@Nullable R answer) {
      return new Outcome<>(Kind.KEEP, null, answer);
    }

    /** Writes a row. */
    public static <V, R> Outcome<V, R> write(V row, @Nullable R answer) {
      return new Outcome<>(Kind.WRITE, row, answer);
    }

    /** Removes the row. */
    public static <V, R> Outcome<V, R> remove(@Nullable R answer) {
      return new Outcome<>(Kind.REMOVE, null, answer);
    }
  }

  /**
   * The memory of the process that owns a key: never stored, never replicated, gone with the
   * process. Used under the lock of the key's partition; thread-safe across keys.
   */
  interface Owner {
    /** The object kept under a name in this process, made on first use. */
    <T> T memory(Class<T> type, java.util.function.Supplier<T> initial);
  }
}
