package dev.holdfast.members;

import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the watch thread knew when it looked last, immutable; what counts as heard is decided when
 * somebody asks, by the monotonic clock, so that a process that was stopped believes nothing old.
 *
 * @param self this process
 * @param roster as it is on the disk
 * @param disowned the others were told that this process is gone
 * @param seen the others that were heard
 * @param majority as of the last look
 * @param majoritySince when that began, in nanoseconds
 */
record View(
    NodeId self,
    Roster roster,
    boolean disowned,
    List<Seen> seen,
    boolean majority,
    long majoritySince) {
  View {
    seen = List.copyOf(seen);
  }

  /**
   * Another process.
   *
   * @param id the process
   * @param heardAt when it was heard last, in nanoseconds
   * @param counts it is accepted, and by a roster that counts
   */
  record Seen(NodeId id, long heardAt, boolean counts) {}

  /** True if more than half of what must be counted is heard now. */
  boolean majority(long lease, int expectedNodes, long now) {
    long heard =
        seen.stream().filter(each -> each.counts() && now - each.heardAt() < lease).count();
    boolean counted = !disowned && roster.accepted(self);
    int all = Math.max(expectedNodes - roster.missing(), roster.names().size());
    return counted && (heard + 1) * 2 > Math.max(1, all);
  }

  /** The snapshot for others. */
  Contact contact(long lease, int expectedNodes, long now) {
    Set<NodeId> heard = new HashSet<>();
    heard.add(self);
    for (Seen each : seen) {
      if (now - each.heardAt() < lease) {
        heard.add(each.id());
      }
    }
    Map<NodeName, Long> names = new HashMap<>();
    roster.names().forEach((name, entry) -> names.put(name, entry.incarnation()));
    boolean fresh = majority(lease, expectedNodes, now);
    long since = fresh == majority ? Math.max(0, (now - majoritySince) / 1_000_000) : 0;
    return new Contact(self, names, heard, roster.ended(), roster.formed(), fresh, since);
  }
}
