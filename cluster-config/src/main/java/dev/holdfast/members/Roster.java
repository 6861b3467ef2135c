package dev.holdfast.members;

import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The names that joined, and what is known of those that ended. Immutable; two rosters merge into
 * one whatever the order and however often: higher incarnations win, an end outlives what it ended.
 *
 * @param names every name that joined and neither left nor was forgotten
 * @param left names that ended in order, with the incarnation that said so
 * @param forgotten names that an operator declared gone, with the incarnation
 * @param gone names whose process is proven gone and that keep their place
 * @param formed this roster knew, once, every node that was expected; a node that begins with
 *     nothing knows only what it met
 */
record Roster(
    SortedMap<NodeName, Entry> names,
    SortedMap<NodeName, Long> left,
    SortedMap<NodeName, Long> forgotten,
    SortedMap<NodeName, Long> gone,
    boolean formed) {
  /** Names in each map at most; the oldest ends are dropped first. */
  static final int LARGEST = 1024;

  /** The roster that knows nobody. */
  static final Roster EMPTY =
      new Roster(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), false);

  /**
   * A name that joined.
   *
   * @param incarnation the newest one
   * @param voterFrom incarnation in which the name was accepted last, 0 if never
   * @param folder id of the state folder of the newest incarnation
   */
  record Entry(long incarnation, long voterFrom, String folder) {
    Entry {
      if (folder.length() > 64) {
        throw new IllegalArgumentException("folder: (expected: up to 64 characters)");
      }
    }

    private static Entry newest(Entry a, Entry b) {
      Entry newer = a.incarnation >= b.incarnation ? a : b;
      return new Entry(newer.incarnation, Math.max(a.voterFrom, b.voterFrom), newer.folder);
    }
  }

  /** Copies, bounds, and lets ends outlive what they ended. */
  Roster {
    left = newestEnds(left);
    forgotten = newestEnds(forgotten);
    gone = newestEnds(gone);
    TreeMap<NodeName, Entry> alive = new TreeMap<>();
    for (Map.Entry<NodeName, Entry> each : names.entrySet()) {
      Entry entry = each.getValue();
      long ended =
          Math.max(left.getOrDefault(each.getKey(), 0L), forgotten.getOrDefault(each.getKey(), 0L));
      if (entry.incarnation() > ended) {
        long voter = entry.voterFrom() > ended ? entry.voterFrom() : 0;
        alive.put(each.getKey(), new Entry(entry.incarnation(), voter, entry.folder()));
      }
    }
    if (alive.size() > LARGEST) {
      throw new IllegalArgumentException(
          "roster: " + alive.size() + " names (expected: at most " + LARGEST + ")");
    }
    names = Collections.unmodifiableSortedMap(alive);
  }

  private static SortedMap<NodeName, Long> newestEnds(SortedMap<NodeName, Long> ends) {
    TreeMap<NodeName, Long> kept = new TreeMap<>(ends);
    while (kept.size() > LARGEST) {
      kept.remove(Collections.min(kept.entrySet(), Map.Entry.comparingByValue()).getKey());
    }
    return Collections.unmodifiableSortedMap(kept);
  }

  /** True if the name is here in this incarnation or a later one. */
  boolean knows(NodeId id) {
    Entry entry = names.get(id.name());
    return entry != null && entry.incarnation() >= id.incarnation();
  }

  /** True if the name was accepted and has not ended since. */
  boolean voter(NodeName name) {
    Entry entry = names.get(name);
    return entry != null && entry.voterFrom() > 0;
  }

  /** The greatest incarnation of the name that ended, in whatever way; 0 if none. */
  long endedUpTo(NodeName name) {
    return Math.max(
        gone.getOrDefault(name, 0L),
        Math.max(left.getOrDefault(name, 0L), forgotten.getOrDefault(name, 0L)));
  }

  /** Every incarnation that ended, the greatest per name. */
  Map<NodeName, Long> ended() {
    Map<NodeName, Long> all = new HashMap<>(gone);
    left.forEach((name, incarnation) -> all.merge(name, incarnation, Math::max));
    forgotten.forEach((name, incarnation) -> all.merge(name, incarnation, Math::max));
    return all;
  }

  /** Names that an operator declared gone and that have not come back. */
  int missing() {
    return (int) forgotten.keySet().stream().filter(name -> !names.containsKey(name)).count();
  }

  /** With a process that joins or comes back. */
  Roster with(NodeId id, String folder) {
    TreeMap<NodeName, Entry> next = new TreeMap<>(names);
    next.merge(id.name(), new Entry(id.incarnation(), 0, folder), Entry::newest);
    return new Roster(next, left, forgotten, gone, formed);
  }

  /** With a process of the roster accepted. */
  Roster accepting(NodeId id) {
    TreeMap<NodeName, Entry> next = new TreeMap<>(names);
    next.computeIfPresent(
        id.name(),
        (name, entry) -> new Entry(entry.incarnation(), id.incarnation(), entry.folder()));
    return new Roster(next, left, forgotten, gone, formed);
  }

  /** True if this very process was accepted. */
  boolean accepted(NodeId id) {
    Entry entry = names.get(id.name());
    return entry != null && entry.voterFrom() == id.incarnation();
  }

  /** With a process that ended in order. */
  Roster leaving(NodeId id) {
    return new Roster(names, with(left, id), forgotten, gone, formed);
  }

  /** With a process that an operator declared gone. */
  Roster forgetting(NodeId id) {
    return new Roster(names, left, with(forgotten, id), gone, formed);
  }

  /** With a process that is proven gone; its name keeps its place. */
  Roster proving(NodeId id) {
    return new Roster(names, left, forgotten, with(gone, id), formed);
  }

  /**
   * Knowing every node that was expected, if it does now. A node that was only ever alone is not
   * formed: when it meets a cluster, that one's word counts.
   */
  Roster forming(int expected) {
    long voters = names.values().stream().filter(entry -> entry.voterFrom() > 0).count();
    return formed || voters + missing() < Math.max(2, expected)
        ? this
        : new Roster(names, left, forgotten, gone, true);
  }

  /**
   * With what another knows. An end of a process that is seen to live is not taken over, and where
   * only one of the two is formed, only its word counts on who was accepted: nodes that begin with
   * nothing cannot have accepted each other into a cluster that is there already.
   *
   * @param living true for the processes that are known to live
   */
  Roster merge(Roster other, Predicate<NodeId> living) {
    TreeMap<NodeName, Entry> all = new TreeMap<>(other.formed && !formed ? unaccepted() : names);
    SortedMap<NodeName, Entry> theirs = formed && !other.formed ? other.unaccepted() : other.names;
    theirs.forEach((name, entry) -> all.merge(name, entry, Entry::newest));
    return new Roster(
        all,
        merged(left, other.left, living),
        merged(forgotten, other.forgotten, living),
        merged(gone, other.gone, living),
        formed || other.formed);
  }

  private SortedMap<NodeName, Entry> unaccepted() {
    TreeMap<NodeName, Entry> all = new TreeMap<>(names);
    all.replaceAll((name, entry) -> new Entry(entry.incarnation(), 0, entry.folder()));
    return all;
  }

  private static TreeMap<NodeName, Long> merged(
      Map<NodeName, Long> mine, Map<NodeName, Long> theirs, Predicate<NodeId> living) {
    TreeMap<NodeName, Long> all = new TreeMap<>(mine);
    theirs.forEach(
        (name, incarnation) -> {
          if (!living.test(new NodeId(name, incarnation))) {
            all.merge(name, incarnation, Math::max);
          }
        });
    return all;
  }

  private static TreeMap<NodeName, Long> with(Map<NodeName, Long> ends, NodeId id) {
    TreeMap<NodeName, Long> next = new TreeMap<>(ends);
    next.merge(id.name(), id.incarnation(), Math::max);
    return next;
  }
}
