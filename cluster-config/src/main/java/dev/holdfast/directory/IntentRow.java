package dev.holdfast.directory;

import dev.holdfast.store.Table;
import org.jspecify.annotations.Nullable;

/**
 * The one row that says what the operators want, and what one of them would like to want next. Both
 * stand in one row so that one compare-and-set decides: a proposal becomes the intent only while it
 * stands there, and whoever takes it out knows that it never will.
 *
 * @param intent in force
 * @param proposal under trial, or null
 */
public record IntentRow(Intent intent, @Nullable Proposal proposal) {
  /** Where the intent is stored. */
  public static final Table<IntentRow> TABLE = new Table<>("intent", IntentRow.class);

  /** The key of the one row. */
  public static final String KEY = "intent";
}
