package dev.holdfast.store;

/**
 * A named map of rows in the store. Rows are immutable values that Jackson can write and read
 * (records); unknown fields are ignored on reading, so a version reads the rows of the one after.
 *
 * @param name letters and hyphens
 * @param type class of the rows
 * @param <V> type of the rows
 */
public record Table<V>(String name, Class<V> type) {}
