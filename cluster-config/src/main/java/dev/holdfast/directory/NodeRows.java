package dev.holdfast.directory;

import dev.holdfast.words.ListenerName;
import dev.holdfast.words.NodeName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The newest row of each node, whether it was told or read: a row that comes late changes nothing.
 * Confined to the control loop.
 */
final class NodeRows {
  /** A row of a name that is on no roster is removed after it said nothing new for this long. */
  private static final Duration FORGET = Duration.ofMinutes(1);

  /**
   * The newest row of a node.
   *
   * @param atNanos when it was first read
   * @param since the traffic that its rates count from
   * @param rates what flows through it
   */
  record Heard(
      NodeStatus status, long atNanos, NodeStatus.Traffic since, Map<ListenerName, Rates> rates) {
    /** A newer row of a node of which this was known, if anything. */
    static Heard of(NodeStatus row, long now, @Nullable Heard before) {
      boolean same = before != null && before.status.id().equals(row.id());
      Map<ListenerName, Rates> rates =
          same ? Rates.between(before.since, row.traffic()) : Map.<ListenerName, Rates>of();
      return rates == null // two rows at once: the rates go on
          ? new Heard(row, now, before.since, before.rates)
          : new Heard(row, now, row.traffic(), rates);
    }
  }

  private final NodeName self;
  private final Map<NodeName, Heard> heard = new TreeMap<>();

  /** Rows that were told of since the last look. */
  private final Map<NodeName, NodeStatus> told = new TreeMap<>();

  NodeRows(NodeName self) {
    this.self = self;
  }

  /** By name; rows that were told count once they are taken. */
  Map<NodeName, Heard> heard() {
    return Collections.unmodifiableMap(heard);
  }

  /** This node writes its row. */
  void wrote(NodeStatus row, long now) {
    heard.compute(self, (name, before) -> Heard.of(row, now, before));
  }

  /** The store tells of another node's row; true if it says more than higher counts. */
  boolean told(NodeStatus row) {
    NodeName name = row.id().name();
    told.merge(name, row, (before, now) -> newer(now, before) ? now : before);
    Heard before = heard.get(name);
    return before == null || row.isNews(before.status());
  }

  /** All rows were read. */
  void read(Collection<NodeStatus> rows, long now) {
    for (NodeStatus row : rows) {
      NodeName name = row.id().name();
      Heard before = heard.get(name);
      if (!name.equals(self) && (before == null || newer(row, before.status()))) {
        heard.put(name, Heard.of(row, now, before));
      }
    }
  }

  /** Takes what was told of since the last time. */
  void takeTold(long now) {
    read(told.values(), now);
    told.clear();
  }

  /**
   * Forgets the rows of names that are long gone.
   *
   * @param roster names that are kept however old their rows are
   * @return the names that are forgotten
   */
  List<NodeName> forget(Set<NodeName> roster, long now) {
    List<NodeName> forgotten = new ArrayList<>();
    heard.forEach(
        (name, last) -> {
          boolean old = now - last.atNanos() >= FORGET.toNanos();
          if (old && !name.equals(self) && !roster.contains(name)) {
            forgotten.add(name);
          }
        });
    heard.keySet().removeAll(forgotten);
    return forgotten;
  }

  private static boolean newer(NodeStatus row, NodeStatus before) {
    int byProcess = Long.compare(row.id().incarnation(), before.id().incarnation());
    return byProcess > 0 || (byProcess == 0 && row.sequence() > before.sequence());
  }
}
