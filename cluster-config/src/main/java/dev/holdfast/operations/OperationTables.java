package dev.holdfast.operations;

import dev.holdfast.store.Table;
import java.util.List;

/** The tables of this room and the steps that a store must know. */
public final class OperationTables {
  /** All tables of this room. */
  public static final List<Table<?>> TABLES =
      List.of(Board.TABLE, Operation.PAST, Progress.TABLE, Survey.QUESTIONS, Survey.ANSWERS);

  /** All steps of this room. */
  public static final List<Class<?>> STEPS = List.of(BoardStep.class, KeepPast.class);

  private OperationTables() {}
}
