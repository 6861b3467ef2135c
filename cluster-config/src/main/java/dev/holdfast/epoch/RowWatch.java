package dev.holdfast.epoch;

import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * When a leader first saw each row as it is now, by the leader's own monotonic clock: who is fresh,
 * who may be declared LOST (rules 4, 23). Confined to the control loop.
 */
final class RowWatch {
  private record Seen(NodeRow row, long atNanos) {}

  private final Map<NodeName, Seen> seen = new HashMap<>();

  /** All rows, as they were just read. */
  void update(Iterable<NodeRow> rows, long nowNanos) {
    Map<NodeName, Seen> next = new HashMap<>();
    for (NodeRow row : rows) {
      Seen before = seen.get(row.name());
      boolean same = before != null && before.row.sameBeat(row);
      next.put(row.name(), new Seen(row, same ? before.atNanos : nowNanos));
    }
    seen.clear();
    seen.putAll(next);
  }

  /** Forgets all, as a leader does that leads no more. */
  void clear() {
    seen.clear();
  }

  /** The rows. */
  List<NodeRow> rows() {
    return seen.values().stream().map(Seen::row).toList();
  }

  /** The members whose rows have not changed for so long, and those proven gone. */
  List<NodeRow> overdue(
      Function<NodeRow, Duration> since, Map<NodeName, Long> gone, long nowNanos) {
    List<NodeRow> overdue = new ArrayList<>();
    for (Seen one : seen.values()) {
      Long proof = gone.get(one.row.name());
      boolean ended = proof != null && proof >= one.row.incarnation();
      if (one.row.member() && (ended || nowNanos - one.atNanos >= since.apply(one.row).toNanos())) {
        overdue.add(one.row);
      }
    }
    return overdue;
  }

  /**
   * Why no change should be prepared now: a member of the library without a row, or a row that is
   * late; null if nothing.
   */
  @Nullable String unready(List<NodeId> members, Duration fresh, long nowNanos) {
    for (NodeId member : members) {
      Seen one = seen.get(member.name());
      if (one == null || one.row.incarnation() < member.incarnation()) {
        return member + " has no row yet";
      }
    }
    List<NodeRow> late = overdue(row -> fresh, Map.of(), nowNanos);
    return late.isEmpty() ? null : late.get(0).id() + " is silent";
  }

  /**
   * The members that have not acknowledged (rule 7): by rows read after the change was stored,
   * joined with the members of the library.
   */
  static List<NodeId> missing(
      Iterable<NodeRow> rows, List<NodeId> members, Map<NodeName, Long> gone, Set<NodeName> acks) {
    List<NodeId> missing = new ArrayList<>();
    Map<NodeName, NodeRow> byName = new HashMap<>();
    for (NodeRow row : rows) {
      byName.put(row.name(), row);
      boolean ended = gone.getOrDefault(row.name(), Long.MIN_VALUE) >= row.incarnation();
      if (row.member() && !ended && !acks.contains(row.name())) {
        missing.add(row.id());
      }
    }
    for (NodeId member : members) {
      NodeRow row = byName.get(member.name());
      boolean ended = gone.getOrDefault(member.name(), Long.MIN_VALUE) >= member.incarnation();
      if ((row == null || row.incarnation() < member.incarnation())
          && !ended
          && !acks.contains(member.name())) {
        missing.add(member);
      }
    }
    return missing;
  }
}
