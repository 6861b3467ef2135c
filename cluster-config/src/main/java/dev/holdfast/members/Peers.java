package dev.holdfast.members;

import dev.holdfast.members.Frame.Heard;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The others, their addresses and links. Confined to the watch thread. */
final class Peers {
  private static final long MS = 1_000_000L;
  private static final long SECOND = 1_000 * MS;
  private static final int MOST_SEEDS = 64;

  private final Watch watch;
  private final NodeId self;
  private final Members.Settings settings;
  private final RosterFile file;
  private final Consumer<List<WatchRow>> changed;
  private final Map<NodeName, Peer> names = new TreeMap<>();
  private final List<Link> seeds = new ArrayList<>();

  /**
   * @param changed takes all addresses when one changed
   */
  Peers(
      Watch watch,
      NodeId self,
      Members.Settings settings,
      RosterFile file,
      Consumer<List<WatchRow>> changed) {
    this.watch = watch;
    this.self = self;
    this.settings = settings;
    this.file = file;
    this.changed = changed;
  }

  /** All of them, by name; a live view. */
  Collection<Peer> all() {
    return names.values();
  }

  @Nullable Peer get(NodeName name) {
    return names.get(name);
  }

  /** The node at the address is known now. */
  void found(Link seed) {
    seeds.remove(seed);
  }

  /** Lets every link work, and drops those of names that are over. */
  void beat(long now) {
    for (Peer peer : List.copyOf(names.values())) {
      if (over(peer.id())) {
        drop(peer);
      } else {
        attend(peer, now);
      }
    }
    for (Link seed : List.copyOf(seeds)) {
      seed.beat(now);
    }
  }

  /**
   * Lets the link work. While it stands and is silent, another is tried beside it: after a cut the
   * kernels may take as long again to send on the old one. The old one is kept, since a process
   * that is stopped and then killed proves its end on it.
   */
  private void attend(Peer peer, long now) {
    peer.link.beat(now);
    long silent = peer.link.open() ? now - peer.heardAt : 0;
    if (silent < Math.max(SECOND, settings.leaseNanos() / 4)) {
      if (peer.trial != null) {
        peer.trial.drop();
        peer.trial = null;
      }
    } else {
      if (peer.trial == null) {
        peer.trial = new Link(watch, null, now);
        peer.trial.peer(peer);
      }
      peer.trial.beat(now);
    }
  }

  /** True if the name left or was forgotten and nobody came back. */
  boolean over(NodeId id) {
    Roster roster = file.stored();
    long ended = roster.endedUpTo(id.name());
    return !roster.names().containsKey(id.name()) && ended > 0 && ended >= id.incarnation();
  }

  private void drop(Peer peer) {
    names.remove(peer.name);
    peer.link.drop();
    if (peer.trial != null) {
      peer.trial.drop();
    }
  }

  boolean lives(NodeId ended) {
    if (ended.name().equals(self.name())) {
      return self.incarnation() <= ended.incarnation();
    }
    Peer peer = names.get(ended.name());
    return peer != null
        && peer.incarnation <= ended.incarnation()
        && peer.incarnation > 0
        && peer.link.open()
        && peer.known;
  }

  /** Where a process can be watched, from whatever source. */
  void address(WatchRow row, long now) {
    NodeName name = row.id().name();
    if (name.equals(self.name()) || over(row.id())) {
      return;
    }
    Peer peer = names.get(name);
    if (peer == null) {
      if (names.size() >= Roster.LARGEST) {
        return; // the roster refuses it too, and says so
      }
      Link link = new Link(watch, null, now);
      peer = new Peer(name, link, now);
      link.peer(peer);
      names.put(name, peer);
    }
    if (!row.watch().equals(peer.address)) {
      peer.address = row.watch();
      peer.link.hurry(now);
      List<WatchRow> rows = new ArrayList<>();
      names.values().forEach(each -> rows.add(new WatchRow(each.id(), each.address)));
      changed.accept(rows);
    }
  }

  /** An address whose node is not known. */
  void seed(HostPort address, long now) {
    boolean known =
        address.equals(watch.address())
            || seeds.stream().anyMatch(seed -> address.equals(seed.seed()))
            || names.values().stream().anyMatch(peer -> address.equals(peer.address));
    if (!known && seeds.size() < MOST_SEEDS) {
      seeds.add(new Link(watch, address, now));
    }
  }

  boolean heard(NodeName name, long lease, long now) {
    Peer peer = names.get(name);
    return peer != null && peer.heardWithin(lease, now);
  }

  /** How long the process has not been heard; at most since the given time. */
  long silenceNanos(NodeId id, long since, long now) {
    Peer peer = names.get(id.name());
    boolean met = peer != null && peer.incarnation >= id.incarnation();
    return now - (met && peer.heardAt - since > 0 ? peer.heardAt : since);
  }

  /** What a pulse says of them. */
  List<Heard> said(long now) {
    List<Heard> heard = new ArrayList<>();
    for (Peer peer : names.values()) {
      if (peer.incarnation > 0) {
        long age = peer.known ? Math.max(0, (now - peer.heardAt) / MS) : -1;
        heard.add(new Heard(peer.id(), age, peer.link.open()));
      }
    }
    return heard;
  }

  List<LinkStatus> links(long now) {
    List<LinkStatus> all = new ArrayList<>();
    for (Peer peer : names.values()) {
      if (peer.incarnation > 0) {
        long age = peer.known ? (now - peer.heardAt) / MS : -1;
        all.add(new LinkStatus(peer.id(), age, peer.link.open(), peer.link.direct()));
      }
    }
    return all;
  }
}
