package dev.holdfast.epoch;

import dev.holdfast.epoch.EpochRecord.Ref;
import dev.holdfast.store.Store;
import dev.holdfast.store.Table;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what nobody removed: pieces of epochs that were never named or are named no more, and
 * claims of changes that are over. They stay behind when a leader ends in the middle, when another
 * node ends its change, or when two leaders decide at once. Run by the leader now and then; several
 * at once do no harm. Confined to the control loop.
 *
 * <p>Keys are listed before the rows and the records are read, so whatever is written afterwards is
 * not in question. A piece of an epoch that is not in force yet may still be named by a slow
 * writer; it goes when it was seen before, and the record has been written since: the compare-and-
 * set of whoever wrote the piece must fail then.
 */
final class Leftovers {
  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

  private final Store store;
  private Map<String, Long> seen = Map.of(); // key of a piece -> version of the record

  Leftovers(Store store) {
    this.store = store;
  }

  /** Removes what is due; completes when that is answered. */
  Future<Void> sweep() {
    return store
        .keys(EpochTables.PARTS)
        .compose(
            parts ->
                store
                    .keys(EpochTables.CLAIMS)
                    .compose(
                        claims ->
                            store
                                .readAll(EpochTables.ROWS)
                                .compose(
                                    rows ->
                                        store
                                            .readAll(EpochTables.RECORDS)
                                            .compose(
                                                records ->
                                                    remove(
                                                        parts, claims, rows.values(), records)))));
  }

  private Future<Void> remove(
      Set<String> parts,
      Set<String> claims,
      Collection<NodeRow> rows,
      Map<String, EpochRecord> records) {
    Future<Void> removed = Future.succeededFuture();
    int count = 0;
    for (String key : claims) {
      String[] words = key.split("/", 3); // pool, change
      EpochRecord record = records.get(words[0]);
      if (record != null && !words[1].equals(String.valueOf(record.change()))) {
        removed = also(removed, EpochTables.CLAIMS, key);
        count++;
      }
    }
    Set<String> named = named(rows, records);
    Map<String, Long> next = new HashMap<>();
    for (String key : parts) {
      String[] words = key.split("/", 4); // pool, change, token
      EpochRecord record = records.get(words[0]);
      if (record == null || named.contains(words[0] + "/" + words[1] + "/" + words[2])) {
        continue;
      }
      Long version = seen.get(key);
      long number = Long.parseLong(words[1].substring(0, words[1].indexOf('-')));
      boolean over = number <= record.base().id().number();
      if (over || (version != null && record.version() > version)) {
        removed = also(removed, EpochTables.PARTS, key);
        count++;
      } else {
        next.put(key, version == null ? record.version() : version);
      }
    }
    seen = next;
    if (count > 0) {
      LOG.debug("Rows of changes that are over are removed count={}", count);
    }
    return removed;
  }

  private Future<Void> also(Future<Void> before, Table<?> table, String key) {
    return Future.join(before, store.remove(table, key)).mapEmpty();
  }

  /** Pool, change and token of all pieces that somebody names. */
  private static Set<String> named(Collection<NodeRow> rows, Map<String, EpochRecord> records) {
    Set<String> named = new HashSet<>();
    records.forEach(
        (pool, record) -> {
          name(named, pool, record.base());
          if (record.previous() != null) {
            name(named, pool, record.previous());
          }
          if (record.next() != null) {
            name(named, pool, record.next().proposal());
            if (record.next().epoch() != null) {
              name(named, pool, record.next().epoch());
            }
          }
        });
    for (NodeRow row : rows) {
      row.bases().forEach((pool, base) -> name(named, pool.value(), base));
    }
    return named;
  }

  private static void name(Set<String> named, String pool, Ref ref) {
    named.add(pool + "/" + ref.id() + "/" + Long.toHexString(ref.token()));
  }
}
