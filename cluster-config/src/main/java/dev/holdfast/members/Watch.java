package dev.holdfast.members;

import dev.holdfast.members.Frame.Greeting;
import dev.holdfast.members.Frame.Heard;
import dev.holdfast.members.Frame.Pulse;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import io.vertx.core.Promise;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The heart of the room: who greets whom, who is accepted, who is heard. All state belongs to the
 * watch thread; what others may see is the published {@link View}.
 */
final class Watch implements Reactor.Beat {
  /** Takes a resolved address back to the watch thread. */
  interface Resolved {
    void at(InetSocketAddress address, long now);
  }

  /** What the watch tells its owner, on the watch thread. */
  interface Events {
    /** The view now; {@code tell} if it says something new or a second has passed. */
    void view(View view, boolean tell);

    /** A majority stored this process. */
    void accepted();

    /** This process cannot be a member; the line says why. */
    void refused(String line, long incarnation);

    /** The addresses of the others changed. */
    void addresses(List<WatchRow> rows);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
  private static final long MS = 1_000_000L;
  private static final long SECOND = 1_000 * MS;
  private static final int MOST_SEEDS = 64;

  private final Identity identity;
  private final Members.Settings settings;
  private final Executor work;
  private final Events events;
  private final Reactor reactor;
  private final Door door;
  private final RosterFile file;
  private final Ends ends;
  private final Forgets forgets;
  private final boolean kept;
  private final long startedAt;
  private final Map<NodeName, Peer> peers = new TreeMap<>();
  private final List<Link> seeds = new ArrayList<>();
  private final Map<String, Long> saidAt = new TreeMap<>();

  private long sequence;
  private long pulsedAt;
  private boolean pulseSoon;
  private boolean leaving;
  private @Nullable Promise<Void> left;
  private long leftBy;
  private boolean disowned;
  private boolean told;
  private long deafUntil;
  private boolean majority;
  private long majoritySince;
  private @Nullable View lastView;
  private @Nullable List<Boolean> lastHeard;
  private long viewedAt;

  /** Reads the roster and binds; nothing moves before {@link #open}. */
  Watch(
      Identity identity,
      Members.Settings settings,
      StateFolder folder,
      Executor work,
      Events events,
      long now)
      throws StartFault {
    this.identity = identity;
    this.settings = settings;
    this.work = work;
    this.events = events;
    startedAt = now;
    majoritySince = now;
    deafUntil = now;
    file = new RosterFile(folder, identity, work, this::post);
    kept = file.stored().voter(identity.id().name());
    ends = new Ends(settings.sessions(), file);
    forgets = new Forgets(this, file);
    door = new Door(this, settings.watch());
    try {
      reactor = new Reactor("holdfast-watch", settings.clock(), this, settings.failed());
    } catch (IOException e) {
      throw new StartFault("node.watch: no descriptors (expected: free file descriptors)");
    }
  }

  /** Writes the roster and starts the thread. */
  void open(Collection<WatchRow> remembered) throws StartFault {
    file.begin(self());
    long now = settings.clock().nanos();
    remembered.forEach(row -> address(row, now));
    if (identity.proves() > 0) {
      ends.prove(new NodeId(self().name(), identity.proves()), Ends.Proof.LOCK, now);
    }
    accept(now);
    publish(now);
    try {
      door.open();
    } catch (IOException e) {
      throw new StartFault("node.watch: " + settings.watch() + " (expected: a usable address)");
    }
    reactor.start();
  }

  // ---- for all threads

  HostPort address() {
    return door.address();
  }

  void post(Runnable task) {
    reactor.post(task);
  }

  // ---- the beat

  @Override
  public void woke(long now, long sinceNanos) {
    if (sinceNanos > settings.leaseNanos()) {
      LOG.warn("This process stood still and believes nothing old ms={}", sinceNanos / MS);
      peers.values().forEach(peer -> peer.known = false);
      deafUntil = now + Math.min(settings.pulseNanos() / 2, 100 * MS);
    }
  }

  @Override
  public void beat(long now) {
    long lease = settings.leaseNanos();
    door.beat(now);
    file.beat(now);
    for (Peer peer : List.copyOf(peers.values())) {
      if (over(peer.id())) {
        drop(peer);
      } else {
        attend(peer, now);
      }
    }
    for (Link seed : List.copyOf(seeds)) {
      seed.beat(now);
    }
    ends.judge(peers.values(), lease, settings.pulseNanos(), now);
    ends.beat(now, this::changed);
    forgets.beat(peers.values(), lease, now);
    accept(now);
    if (pulseSoon || now - pulsedAt >= settings.pulseNanos()) {
      pulse(now);
    }
    leaveWhenSaid(now);
    publish(now);
  }

  /**
   * Lets the link work. While it stands and is silent, another is tried beside it: after a cut the
   * kernels may take as long again to send on the old one. The old one is kept, since a process
   * that is stopped and then killed proves its end on it.
   */
  private void attend(Peer peer, long now) {
    peer.link.beat(now);
    long silent = peer.link.open() ? now - Math.max(peer.heardAt, startedAt) : 0;
    if (silent < Math.max(SECOND, settings.leaseNanos() / 4)) {
      if (peer.trial != null) {
        peer.trial.drop();
        peer.trial = null;
      }
    } else {
      if (peer.trial == null) {
        peer.trial = new Link(this, null, now);
        peer.trial.peer(peer);
      }
      peer.trial.beat(now);
    }
  }

  /** True if the name left or was forgotten and nobody came back. */
  private boolean over(NodeId id) {
    Roster roster = file.stored();
    long ended = roster.endedUpTo(id.name());
    return !roster.names().containsKey(id.name()) && ended > 0 && ended >= id.incarnation();
  }

  private void drop(Peer peer) {
    peers.remove(peer.name);
    peer.link.drop();
    if (peer.trial != null) {
      peer.trial.drop();
    }
  }

  /** How long a greeting may take. */
  long greetNanos() {
    return Math.min(5 * SECOND, settings.leaseNanos());
  }

  /** Something the others should know happened: the next beat sends a pulse. */
  void changed() {
    pulseSoon = true;
  }

  private void pulse(long now) {
    pulseSoon = false;
    pulsedAt = now;
    sequence++;
    door.send(words(now, false), words(now, true), file.version());
  }

  private Pulse words(long now, boolean full) {
    List<Heard> heard = new ArrayList<>();
    for (Peer peer : peers.values()) {
      if (peer.incarnation > 0) {
        long age = peer.known ? Math.max(0, (now - peer.heardAt) / MS) : -1;
        heard.add(new Heard(peer.id(), age, peer.link.open()));
      }
    }
    Roster roster = file.stored();
    return new Pulse(
        sequence,
        roster.accepted(self()) && !disowned,
        leaving,
        heard,
        forgets.asked(),
        forgets.endorsed(peers.values(), settings.leaseNanos(), now),
        full ? roster : null);
  }

  // ---- acceptance

  /**
   * Accepts this process when a majority stored it. A name that is new, or lost its disk, does not
   * vote on itself; one that kept its disk does. Names proven gone are not asked. When nobody was
   * ever accepted, a majority of the expected nodes that hear each other accept themselves.
   */
  private void accept(long now) {
    Roster roster = file.stored();
    long lease = settings.leaseNanos();
    int expected = settings.expectedNodes().getAsInt();
    if (roster.accepted(self())) {
      if (!roster.formed() && roster.forming(expected).formed()) {
        file.change(known -> known.forming(expected), this::changed);
      }
      if (!told) {
        told = true;
        events.accepted();
      }
      return;
    }
    if (disowned || leaving || !roster.knows(self())) {
      return;
    }
    List<NodeName> voters = new ArrayList<>();
    roster
        .names()
        .forEach(
            (name, entry) -> {
              boolean ended = roster.endedUpTo(name) >= entry.incarnation();
              if (entry.voterFrom() > 0 && !ended && !name.equals(self().name())) {
                voters.add(name);
              }
            });
    long stored =
        voters.stream().filter(name -> heard(name, lease, now)).filter(this::storedBy).count();
    long met = 1 + peers.values().stream().filter(peer -> peer.heardWithin(lease, now)).count();
    boolean enough;
    if (kept && roster.voter(self().name())) {
      enough = (stored + 1) * 2 > voters.size() + 1;
    } else if (voters.isEmpty()) {
      enough = met * 2 > expected - roster.missing();
    } else {
      enough = stored * 2 > voters.size();
    }
    if (enough) {
      file.change(known -> known.accepting(self()).forming(expected), this::changed);
    }
  }

  private boolean storedBy(NodeName name) {
    return peers.get(name).roster.knows(self());
  }

  // ---- what the door asks

  NodeId self() {
    return identity.id();
  }

  long rosterVersion() {
    return file.version();
  }

  SelectionKey register(SelectableChannel channel, int operations, Reactor.Ready ready)
      throws IOException {
    return reactor.register(channel, operations, ready);
  }

  Frame greeting(byte kind, Wire wire) throws IOException {
    return Frame.greeting(
        kind,
        new Greeting(
            settings.cluster(),
            identity,
            door.address(),
            wire.local(),
            wire.remote(),
            words(settings.clock().nanos(), true)));
  }

  /** The refusal that a greeting gets, or null. */
  @Nullable Frame judge(Greeting greeting, long now) {
    NodeId id = greeting.identity().id();
    if (!greeting.cluster().equals(settings.cluster())) {
      return Frame.refusal(
          Frame.Reason.CLUSTER,
          0,
          "cluster.name: "
              + greeting.cluster()
              + " (expected: "
              + settings.cluster()
              + ", the cluster of "
              + self().name()
              + " at "
              + door.address()
              + ")");
    }
    if (id.name().equals(self().name())) {
      return id.equals(self()) ? null : inUse(id, self());
    }
    Roster.Entry entry = file.stored().names().get(id.name());
    NodeId before =
        new NodeId(
            id.name(),
            Math.max(entry == null ? 0 : entry.incarnation(), file.stored().endedUpTo(id.name())));
    if (before.incarnation() > id.incarnation()) {
      return Frame.refusal(
          Frame.Reason.STALE,
          before.incarnation(),
          "incarnation: "
              + id
              + " (expected: above "
              + before.incarnation()
              + "; set the clock of this machine and start again)");
    }
    boolean ended = ends.proven(before) || before.equals(id) || before.incarnation() == 0;
    if (ended || proves(greeting.identity(), entry)) {
      return null;
    }
    Peer peer = peers.get(id.name());
    boolean lives =
        peer != null && peer.link.open() && peer.heardWithin(settings.leaseNanos(), now);
    return lives
        ? inUse(id, before)
        : Frame.refusal(
            Frame.Reason.UNPROVEN,
            before.incarnation(),
            "node.name: "
                + id.name()
                + " (expected: a name whose last process, "
                + before
                + ", is gone; if it is: holdfast node forget "
                + id.name()
                + ")");
  }

  private Frame inUse(NodeId id, NodeId by) {
    return Frame.refusal(
        Frame.Reason.NAME,
        by.incarnation(),
        "node.name: "
            + id.name()
            + " (expected: a name that no living node uses; "
            + by
            + " does)");
  }

  private static boolean proves(Identity identity, Roster.@Nullable Entry before) {
    return before != null
        && identity.proves() >= before.incarnation()
        && (before.folder().equals(identity.folder()) || identity.proves() == before.incarnation());
  }

  /** Takes a process in whose greeting was judged good; {@code welcome} runs when it is stored. */
  void admit(Greeting greeting, long now, Runnable welcome) {
    NodeId id = greeting.identity().id();
    meet(greeting, now);
    merge(greeting.pulse().roster());
    file.change(
        roster -> roster.with(id, greeting.identity().folder()),
        () -> {
          welcome.run();
          changed();
        });
    Peer peer = peers.get(id.name());
    if (peer != null && !peer.link.open()) {
      peer.link.hurry(now);
    }
  }

  private void meet(Greeting greeting, long now) {
    Identity other = greeting.identity();
    NodeId id = other.id();
    Roster.Entry entry = file.stored().names().get(id.name());
    if (entry == null ? other.proves() > 0 : proves(other, entry)) {
      ends.prove(new NodeId(id.name(), other.proves()), Ends.Proof.LOCK, now);
    }
    address(new WatchRow(id, greeting.watch()), now);
  }

  // ---- what a link tells

  void resolve(HostPort address, Resolved then) {
    work.execute(
        () -> {
          InetSocketAddress resolved = new InetSocketAddress(address.host(), address.port());
          post(() -> then.at(resolved, settings.clock().nanos()));
        });
  }

  /** A link was answered; false if it is not needed. */
  boolean welcomed(Link link, Greeting greeting, long now) {
    NodeId id = greeting.identity().id();
    seeds.remove(link);
    boolean good = greeting.cluster().equals(settings.cluster()) && judge(greeting, now) == null;
    if (good) {
      meet(greeting, now);
    }
    Peer peer = peers.get(id.name());
    if (good && peer != null && peer.trial == link) {
      peer.link.drop();
      peer.link = link;
      peer.trial = null;
    }
    if (!good || peer == null || peer.link != link || id.incarnation() < peer.incarnation) {
      if (link.seed() != null) {
        link.drop();
      }
      return false;
    }
    if (peer.incarnation != id.incarnation()) {
      LOG.info("Watching a node node={} address={} direct={}", id, greeting.watch(), link.direct());
    }
    peer.begin(id.incarnation());
    if (!file.stored().knows(id)) {
      file.change(roster -> roster.with(id, greeting.identity().folder()), this::changed);
    }
    pulse(peer, greeting.pulse(), now);
    changed();
    return true;
  }

  void refused(Link link, Frame.Refused refusal) {
    boolean accepted = file.stored().accepted(self());
    if (refusal.reason() == Frame.Reason.UNPROVEN || accepted) {
      sayOnce("refused " + refusal.line(), "This node was refused for now: " + refusal.line());
    } else if (link.seed() != null || refusal.reason() != Frame.Reason.CLUSTER) {
      events.refused(refusal.line(), refusal.incarnation());
    }
  }

  void pulse(Peer peer, Pulse pulse, long now) {
    NodeId id = peer.id();
    if (pulse.roster() != null) {
      peer.roster = pulse.roster();
    }
    if (pulse.goodbye()) {
      peer.known = false;
      ends.prove(id, Ends.Proof.GOODBYE, now);
    } else if (now - deafUntil >= 0) { // else this process stood still, and the pulse may be old
      boolean first = !peer.known;
      peer.pulse = pulse;
      peer.pulseAt = now;
      peer.heard(now);
      if (first) {
        changed();
      }
      if (ends.proven(id)) {
        sayOnce("undead " + id, "A process that counts as gone is heard; restart it node=" + id);
      }
    }
    merge(peer.roster);
  }

  private void merge(@Nullable Roster other) {
    if (other == null) {
      return;
    }
    Roster.Entry entry = other.names().get(self().name());
    boolean ended = other.endedUpTo(self().name()) >= self().incarnation();
    boolean replaced = entry != null && entry.incarnation() > self().incarnation();
    if ((ended || replaced) && !disowned && !leaving) {
      disowned = true;
      LOG.error(
          "This process counts as gone for the others and must be restarted forgotten={} replaced={}",
          ended,
          replaced);
    }
    file.change(roster -> roster.merge(other, this::lives), () -> {});
  }

  private boolean lives(NodeId ended) {
    if (ended.name().equals(self().name())) {
      return self().incarnation() <= ended.incarnation();
    }
    Peer peer = peers.get(ended.name());
    return peer != null
        && peer.incarnation <= ended.incarnation()
        && peer.incarnation > 0
        && peer.link.open()
        && peer.known;
  }

  // ---- addresses

  /** Where a process can be watched, from whatever source. */
  void address(WatchRow row, long now) {
    NodeName name = row.id().name();
    if (name.equals(self().name()) || over(row.id())) {
      return;
    }
    Peer peer = peers.get(name);
    if (peer == null) {
      if (peers.size() >= Roster.LARGEST) {
        sayOnce("peers", "Too many nodes; one is not watched node=" + row.id());
        return;
      }
      Link link = new Link(this, null, now);
      peer = new Peer(name, link);
      link.peer(peer);
      peers.put(name, peer);
    }
    if (!row.watch().equals(peer.address)) {
      peer.address = row.watch();
      peer.link.hurry(now);
      List<WatchRow> rows = new ArrayList<>();
      peers.values().forEach(each -> rows.add(new WatchRow(each.id(), each.address)));
      events.addresses(rows);
    }
  }

  /** An address whose node is not known. */
  void seed(HostPort address, long now) {
    boolean known =
        address.equals(door.address())
            || seeds.stream().anyMatch(seed -> address.equals(seed.seed()))
            || peers.values().stream().anyMatch(peer -> address.equals(peer.address));
    if (!known && seeds.size() < MOST_SEEDS) {
      seeds.add(new Link(this, address, now));
    }
  }

  // ---- questions

  boolean heard(NodeName name, long lease, long now) {
    Peer peer = peers.get(name);
    return peer != null && peer.heardWithin(lease, now);
  }

  boolean proven(NodeId id) {
    return ends.proven(id);
  }

  /** How long the process has not been heard; since this one started if never. */
  long silenceNanos(NodeId id, long now) {
    Peer peer = peers.get(id.name());
    boolean known = peer != null && peer.known && peer.incarnation >= id.incarnation();
    return now - (known ? peer.heardAt : startedAt);
  }

  void forget(NodeName name, Promise<Forgetting> done) {
    forgets.ask(name, peers.values(), settings.leaseNanos(), settings.clock().nanos(), done);
  }

  /** Says goodbye to every watcher; the promise completes when kernel and disk have the words. */
  void leave(Promise<Void> done) {
    if (leaving) {
      done.complete();
      return;
    }
    leaving = true;
    left = done;
    leftBy = settings.clock().nanos() + SECOND;
    pulse(settings.clock().nanos());
    file.change(roster -> roster.leaving(self()), () -> {});
  }

  private void leaveWhenSaid(long now) {
    Promise<Void> done = left;
    boolean stored = file.stored().left().getOrDefault(self().name(), 0L) >= self().incarnation();
    if (done != null && (door.flushed() && stored || now - leftBy > 0)) {
      left = null;
      door.close(false);
      done.complete();
    }
  }

  List<LinkStatus> links(long now) {
    List<LinkStatus> all = new ArrayList<>();
    for (Peer peer : peers.values()) {
      if (peer.incarnation > 0) {
        long age = peer.known ? (now - peer.heardAt) / MS : -1;
        all.add(new LinkStatus(peer.id(), age, peer.link.open(), peer.link.direct()));
      }
    }
    return all;
  }

  private void publish(long now) {
    long lease = settings.leaseNanos();
    int expected = settings.expectedNodes().getAsInt();
    Roster roster = file.stored();
    List<View.Seen> seen = new ArrayList<>();
    List<Boolean> heard = new ArrayList<>();
    for (Peer peer : peers.values()) {
      if (peer.known && peer.pulse != null) {
        boolean counts =
            peer.pulse.accepted()
                && roster.knows(peer.id())
                && (peer.roster.formed() || !roster.formed());
        seen.add(new View.Seen(peer.id(), peer.heardAt, counts));
        heard.add(peer.heardWithin(lease, now));
        heard.add(counts);
      }
    }
    View view = new View(self(), roster, disowned, seen, majority, majoritySince);
    boolean fresh = view.majority(lease, expected, now);
    if (fresh != majority) {
      majority = fresh;
      majoritySince = now;
      view = new View(self(), roster, disowned, seen, majority, majoritySince);
      LOG.info(
          "The majority is {} heard={} roster={}",
          fresh ? "here" : "lost",
          seen,
          roster.names().keySet());
    }
    boolean same =
        lastView != null
            && lastView.roster() == roster
            && lastView.majority() == majority
            && lastView.seen().stream()
                .map(View.Seen::id)
                .toList()
                .equals(seen.stream().map(View.Seen::id).toList())
            && heard.equals(lastHeard);
    lastView = view;
    lastHeard = heard;
    boolean tell = !same || now - viewedAt >= SECOND;
    if (tell) {
      viewedAt = now;
    }
    events.view(view, tell);
  }

  private void sayOnce(String cause, String line) {
    long now = settings.clock().nanos();
    Long last = saidAt.get(cause);
    if (last == null || now - last > 10 * SECOND) {
      if (saidAt.size() > 100) {
        saidAt.clear();
      }
      saidAt.put(cause, now);
      LOG.warn(line);
    }
  }

  /** Ends at once without a goodbye; every connection is reset, so nothing is proven. */
  void close() {
    post(() -> door.close(true));
    reactor.close();
  }
}
