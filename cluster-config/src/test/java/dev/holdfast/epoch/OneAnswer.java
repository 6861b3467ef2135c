package dev.holdfast.epoch;

import static dev.holdfast.epoch.Fleet.POOL;

import dev.holdfast.epoch.LoopRoutes.By;
import dev.holdfast.store.Rows;
import dev.holdfast.table.SlotHash;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The checker of the model over the real classes: I3, and I3t for sources without sessions. It
 * looks into the store from outside and marks strays, which no node sees.
 */
final class OneAnswer {
  /** A session, or what a node remembers of one within the ttl. */
  static final class Use {
    final Fleet.Node node;
    final int lane;
    final Source source;
    final ServerName server;
    boolean stray;
    boolean ended;
    long untilNanos;

    Use(Fleet.Node node, int lane, Source source, ServerName server) {
      this.node = node;
      this.lane = lane;
      this.source = source;
      this.server = server;
    }

    @Override
    public String toString() {
      return source + " at " + server + " by " + node.id + "/" + lane + (ended ? " (seen)" : "");
    }
  }

  final List<Use> uses = new ArrayList<>();

  /** The server that the caller of the diversion under way cannot use. */
  @Nullable ServerName unusable;

  int routed;
  int commits;
  int pinned;
  int strays;
  int diverted;

  private final Fleet fleet;
  private final Map<Source, Diversion> diversions = new HashMap<>();
  private byte @Nullable [] seenRecord;
  private @Nullable EpochRecord record;
  private @Nullable Epoch base;
  private List<NodeId> part = List.of();

  OneAnswer(Fleet fleet) {
    this.fleet = fleet;
  }

  /** The epoch in force by the record, or null. */
  @Nullable Epoch base() {
    return base;
  }

  @Nullable EpochRecord record() {
    return record;
  }

  private boolean member(Fleet.Node node) {
    byte[] bytes = fleet.cloud.row(EpochTables.ROWS.name(), node.id.name().value());
    if (bytes == null) {
      return false;
    }
    NodeRow row = Rows.value(bytes, NodeRow.class);
    return row.member() && row.incarnation() == node.id.incarnation();
  }

  private @Nullable Diversion living(Source source) {
    Diversion entry = diversions.get(source);
    return entry != null && base != null && entry.alive(base.touched(SlotHash.slot(source)))
        ? entry
        : null;
  }

  private @Nullable ServerName answer(Source source) {
    return base == null ? null : base.server(source, SlotHash.slot(source), living(source));
  }

  /** A node routes a source; throws if that breaks one answer. */
  void route(Fleet.Node node, int lane, Source source, LoopRoutes.Answer.To to) {
    ServerName y = to.server();
    Diversion entry = living(source);
    Diversion had = node.lane(lane).diversion(source);
    boolean unaware =
        entry != null && !entry.server().equals(y) && !entry.equals(had) && entry.newerThan(had);
    routed++;
    pinned += to.by() == By.PIN ? 1 : 0;
    diverted += to.by() == By.DIVERTED ? 1 : 0;
    expire();
    for (Use use : uses) {
      if (!use.source.equals(source)
          || use.server.equals(y)
          || use.stray
          || (use.node != node && !member(use.node))) {
        continue;
      }
      if (base == null || !base.serves(use.server)) {
        use.stray = true;
        strays++;
      } else if (!(unaware && use.server.equals(entry.server()))) {
        throw new AssertionError(
            (use.ended ? "I3t: " : "I3: ")
                + use
                + "; now "
                + node.id
                + "/"
                + lane
                + " routes it by "
                + to
                + "; in force: "
                + (record == null ? null : record.base().id())
                + " "
                + (record == null ? null : record.phase())
                + ", answer "
                + answer(source)
                + ", diversion "
                + entry
                + ", row of the first a member: "
                + member(use.node)
                + ", of the router: "
                + member(node));
      }
    }
    Use use = new Use(node, lane, source, y);
    use.stray = unaware;
    uses.add(use);
  }

  /** A session ends. */
  void close(Use use) {
    uses.remove(use);
    if (!use.stray) {
      Use seen = new Use(use.node, use.lane, use.source, use.server);
      seen.ended = true;
      seen.untilNanos = use.node.loop.nanos() + Fleet.TTL.toNanos();
      uses.add(seen);
    }
  }

  private void expire() {
    uses.removeIf(use -> use.ended && use.node.loop.nanos() - use.untilNanos >= 0);
  }

  /** A node crashed. */
  void crashed(Fleet.Node node) {
    uses.removeIf(use -> use.node == node);
  }

  /** Looks into the store after something took effect there. */
  void look() {
    lookAtDiversions();
    byte[] bytes = fleet.cloud.row(EpochTables.RECORDS.name(), POOL.value());
    if (bytes == seenRecord) {
      return;
    }
    seenRecord = bytes;
    EpochRecord now = bytes == null ? null : Rows.value(bytes, EpochRecord.class);
    record = now;
    if (now == null) {
      return;
    }
    if (now.phase() == EpochRecord.Phase.COMMITTING && now.next() != null) {
      part = now.next().part();
    }
    boolean fellBack = base != null && now.base().id().number() < base.number();
    if (!fellBack && (base == null || !base.id().equals(now.base().id()))) {
      boolean first = base == null;
      base = load(now.base());
      commits++;
      if (!first) {
        afterCommit();
      }
    }
  }

  private void lookAtDiversions() {
    for (Source source : List.copyOf(sources)) {
      byte[] bytes =
          fleet.cloud.row(EpochTables.DIVERSIONS.name(), EpochTables.diversion(POOL, source));
      Diversion now = bytes == null ? null : Rows.value(bytes, Diversion.class);
      Diversion before = diversions.get(source);
      if (now == null) {
        diversions.remove(source);
      } else if (!now.equals(before)) {
        ServerName bad = unusable;
        diversions.put(source, now);
        if (living(source) != null && bad != null && !bad.equals(now.server())) {
          split(source, bad);
        }
      }
    }
  }

  /** Sources that the test uses. */
  final List<Source> sources = new ArrayList<>();

  private void split(Source source, ServerName bad) {
    for (Use use : uses) {
      if (use.source.equals(source) && use.server.equals(bad) && !use.stray) {
        use.stray = true;
        strays++;
      }
    }
  }

  private void afterCommit() {
    for (Use use : uses) {
      boolean answer = use.server.equals(answer(use.source));
      if (use.stray && answer && !use.ended) {
        use.stray = false;
      } else if (!use.stray
          && !answer
          && (!base.serves(use.server)
              || !part.contains(use.node.id)
              || base.givenBack(SlotHash.slot(use.source)))) {
        use.stray = true;
        strays++;
      }
    }
  }

  private Epoch load(EpochRecord.Ref ref) {
    List<EpochTables.Part> parts = new ArrayList<>();
    for (int i = 0; i < ref.parts(); i++) {
      byte[] bytes = fleet.cloud.row(EpochTables.PARTS.name(), EpochTables.part(POOL, ref, i));
      if (bytes == null) {
        throw new AssertionError("the record names a part that is not stored: " + ref);
      }
      parts.add(Rows.value(bytes, EpochTables.Part.class));
    }
    return EpochBytes.epoch(EpochBytes.joined(parts));
  }
}
