package dev.holdfast.ledger;

import dev.holdfast.store.Table;
import java.util.List;

/** The tables of this room and the steps that a store must know. */
public final class LedgerTables {
  /** All tables of this room. */
  public static final List<Table<?>> TABLES = List.of(LedgerRow.TABLE, LedgerCall.TABLE);

  /** All steps of this room. */
  public static final List<Class<?>> STEPS = List.of(LedgerRequest.class, LedgerNotice.class);

  private LedgerTables() {}
}
