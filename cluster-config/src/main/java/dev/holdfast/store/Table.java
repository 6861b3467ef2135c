package dev.holdfast.store;

/**
 * A named map of rows in the store. Rows are immutable values that Jackson can write and read
 * (records); unknown fields are ignored on reading, so a version reads the rows of the one after.
 *
 * @param name letters and hyphens
 * @param type class of the rows
 * @param tells what all nodes hear of when a row changes
 * @param <V> type of the rows
 */
public record Table<V>(String name, Class<V> type, Tells tells) {
  /** What goes to every node with every change. */
  public enum Tells {
    /** Nothing: the table is read where there is a reason to. */
    NOTHING,
    /** The key: most nodes read the row then, or do not care. */
    KEY,
    /** The row: all nodes want it, and need not ask for it. */
    ROW
  }

  /** A table that tells keys. */
  public Table(String name, Class<V> type) {
    this(name, type, Tells.KEY);
  }

  /**
   * This table, for somebody who wants to hear of it.
   *
   * @throws IllegalArgumentException if it does not tell so much
   */
  Table<V> telling(Tells least) {
    if (tells.compareTo(least) < 0) {
      throw new IllegalArgumentException(
          "table: " + name + " tells " + tells + " (expected: " + least + ")");
    }
    return this;
  }
}
