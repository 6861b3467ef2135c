package dev.holdfast.chronicle;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The list: the row of the store.
 *
 * @param last id of the latest entry
 * @param entries the last of them, the oldest first
 * @param states the last state of each subject that is not in its usual one
 */
public record Book(long last, List<Happening> entries, Map<String, String> states) {
  /** Entries that are kept. */
  public static final int MOST = 200;

  /** Subjects whose state is kept; more than a large cluster has. */
  static final int SUBJECTS = 20_000;

  /** Nothing happened yet. */
  static final Book EMPTY = new Book(0, List.of(), Map.of());

  /** Copies the collections. */
  public Book {
    entries = List.copyOf(entries);
    states = Collections.unmodifiableMap(new TreeMap<>(states));
  }

  /** True if the fact would be an entry, or at least another state. */
  boolean lacks(Fact fact) {
    String known = states.get(fact.subject());
    return known == null ? !fact.usual() : !known.equals(fact.state());
  }

  /**
   * The book after these facts.
   *
   * @param gone subjects that are no more
   */
  Book with(Collection<Fact> facts, long atMs, Collection<String> gone) {
    Map<String, String> now = new TreeMap<>(states);
    now.keySet().removeAll(gone);
    List<Happening> all = new ArrayList<>(entries);
    long id = last;
    for (Fact fact : facts) {
      if (lacks(fact) && (now.size() < SUBJECTS || now.containsKey(fact.subject()))) {
        if (fact.usual()) {
          now.remove(fact.subject());
        } else {
          now.put(fact.subject(), fact.state());
        }
        all.add(
            new Happening(
                ++id, atMs, fact.kind(), fact.subject(), fact.state(), fact.text(), fact.by()));
      }
    }
    return new Book(id, all.subList(Math.max(0, all.size() - MOST), all.size()), now);
  }

  /**
   * The entries after one.
   *
   * @param id of the last that is known; one that is not written yet is of another history, and all
   *     entries are after it
   */
  public List<Happening> after(long id) {
    return id > last ? entries : entries.stream().filter(one -> one.id() > id).toList();
  }
}
