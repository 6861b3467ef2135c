package dev.holdfast.store;

import dev.holdfast.store.Table.Tells;
import dev.holdfast.words.NodeId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The shared store of the control plane: small tables of rows, one atomic step per key at its
 * owner, hints when rows change. Never called on the walk of a session.
 *
 * <p>Every method may be called from any thread and returns at once. Futures complete on the
 * control loop that the store was made with. A failure is a {@link StoreFault}, and unless that
 * says otherwise it means "unknown": the step may have run, may run later, and may have run at an
 * owner whose backups do not have it; read again. Reads are answered by the owner of the key, never
 * by a backup or a cache. In a partition each side has a copy of its own, possibly with holes;
 * after a merge the larger side's copy counts.
 *
 * <p>Two implementations: Hazelcast, and the one in memory of the tests. One contract suite holds
 * both.
 */
public interface Store {
  /** The row at a key, or null. */
  <V> Future<@Nullable V> read(Table<V> table, String key);

  /** All rows of a small table. */
  <V> Future<Map<String, V>> readAll(Table<V> table);

  /** The keys of all rows of a table. */
  Future<Set<String>> keys(Table<?> table);

  /** Writes a row whatever was there. Completes when the synchronous backups have it. */
  <V> Future<Void> write(Table<V> table, String key, V row);

  /** Removes a row if there is one. */
  Future<Void> remove(Table<?> table, String key);

  /**
   * Runs a step at the owner of the key. Completes with its answer when the synchronous backups
   * have what it wrote.
   */
  <V, R> Future<@Nullable R> step(Table<V> table, String key, Step<V, R> step);

  /**
   * Calls back, on the control loop, with the key of a row that changed anywhere. A hint: it may
   * come late, twice, out of order or never.
   *
   * @throws IllegalArgumentException if the table tells nothing
   */
  default <V> Subscription onChange(Table<V> table, Consumer<String> key) {
    return listen(table.telling(Tells.KEY), (changed, row) -> key.accept(changed));
  }

  /**
   * Calls back, on the control loop, with a row that was written anywhere, and its key. A hint like
   * those of {@link #onChange}: the row may be older than one that was heard or read before.
   *
   * @throws IllegalArgumentException if the table tells no rows
   */
  default <V> Subscription onRow(Table<V> table, BiConsumer<String, V> row) {
    return listen(
        table.telling(Tells.ROW),
        (key, bytes) -> {
          if (bytes != null) { // else it was removed
            row.accept(key, Rows.value(bytes, table.type()));
          }
        });
  }

  /**
   * For those two: calls back, on the control loop, with the key of each change and the bytes of
   * the row, null if the table tells none or the row was removed.
   */
  Subscription listen(Table<?> table, BiConsumer<String, byte @Nullable []> told);

  /** The processes that are members now, oldest first, this one included. */
  List<NodeId> members();

  /** Calls back, on the control loop, after the members changed or two parts merged. */
  Subscription onMembers(Runnable changed);

  /** Ends what it was returned for. */
  interface Subscription {
    /** No more calls, but for one that runs already. */
    void cancel();
  }
}
