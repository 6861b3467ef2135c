package dev.holdfast.members;

import dev.holdfast.members.Frame.Greeting;
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

  private final Identity identity;
  private final Members.Settings settings;
  private final Executor work;
  private final Events events;
  private final Reactor reactor;
  private final Door door;
  private final RosterFile file;
  private final Ends ends;
  private final Forgets forgets;
  private final Judge judge;
  private final Peers peers;
  private final Outlook outlook;
  private final boolean kept;
  private final long startedAt;
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
    deafUntil = now;
    file = new RosterFile(folder, identity, work, this::post);
    kept = file.stored().voter(identity.id().name());
    ends = new Ends(settings.sessions(), file);
    forgets = new Forgets(this, file);
    peers = new Peers(this, identity.id(), settings, file, events::addresses);
    outlook = new Outlook(identity.id(), settings, events::view, now);
    door = new Door(this, settings.watch());
    judge = new Judge(settings.cluster(), identity.id(), door.address());
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
    remembered.forEach(row -> peers.address(row, now));
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
      peers.all().forEach(peer -> peer.known = false);
      deafUntil = now + Math.min(settings.pulseNanos() / 2, 100 * MS);
    }
  }

  @Override
  public void beat(long now) {
    long lease = settings.leaseNanos();
    door.beat(now);
    file.beat(now);
    peers.beat(now);
    ends.judge(peers.all(), lease, settings.pulseNanos(), now);
    ends.beat(now, this::changed);
    forgets.beat(peers.all(), lease, now);
    accept(now);
    if (pulseSoon || now - pulsedAt >= settings.pulseNanos()) {
      pulse(now);
    }
    leaveWhenSaid(now);
    publish(now);
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

  /** What this process says; not its own end, which each other settles by itself. */
  private Pulse words(long now, boolean full) {
    Roster roster = file.stored();
    return new Pulse(
        sequence,
        roster.accepted(self()) && !disowned,
        leaving,
        peers.said(now),
        forgets.asked(),
        forgets.endorsed(peers.all(), settings.leaseNanos(), now),
        full && !leaving ? roster : null);
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
        voters.stream()
            .filter(name -> peers.heard(name, lease, now))
            .filter(this::storedBy)
            .count();
    long met = 1 + peers.all().stream().filter(peer -> peer.heardWithin(lease, now)).count();
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
    Peer peer = peers.get(greeting.identity().id().name());
    return judge.refusal(greeting, file.stored(), ends, peer, settings.leaseNanos(), now);
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
    if (entry == null ? other.proves() > 0 : Judge.proves(other, entry)) {
      ends.prove(new NodeId(id.name(), other.proves()), Ends.Proof.LOCK, now);
    }
    peers.address(new WatchRow(id, greeting.watch()), now);
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
    peers.found(link);
    boolean good = judge(greeting, now) == null;
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
    file.change(roster -> roster.merge(other, peers::lives), () -> {});
  }

  // ---- questions

  Peers peers() {
    return peers;
  }

  /** How long the process has not been heard, by a node that listened all the while. */
  long silenceNanos(NodeId id, long now) {
    return peers.silenceNanos(id, deafUntil, now);
  }

  boolean proven(NodeId id) {
    return ends.proven(id);
  }

  void forget(NodeName name, Promise<Forgetting> done) {
    forgets.ask(name, peers.all(), settings.leaseNanos(), settings.clock().nanos(), done);
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
    if (done != null && !door.told()) {
      pulse(now);
    }
    if (done != null && (door.told() && stored || now - leftBy > 0)) {
      left = null;
      door.close(false);
      done.complete();
    }
  }

  private void publish(long now) {
    outlook.look(peers.all(), file.stored(), disowned, now);
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
