package dev.holdfast.members;

import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The operator's word that a process is gone (P4). It takes effect when more than half of the
 * others, those declared gone with it left out, do not hear the process either; it is answered when
 * as many have stored it. Confined to the watch thread.
 */
final class Forgets {
  private static final long ANSWER_NANOS = 4_000_000_000L;
  private static final long EXTRA_NANOS = 2_000_000_000L;
  private static final int MOST = 64;

  private static final class Ask {
    private final List<Promise<Forgetting>> promises = new ArrayList<>();
    private long deadline;
    private boolean written;
  }

  private final Watch watch;
  private final RosterFile file;
  private final Map<NodeId, Ask> asks = new LinkedHashMap<>();

  Forgets(Watch watch, RosterFile file) {
    this.watch = watch;
    this.file = file;
  }

  /** What was asked for here and has not taken effect everywhere. */
  List<NodeId> asked() {
    return List.copyOf(asks.keySet());
  }

  /** What was asked for by others and is silent for long enough here too. */
  List<NodeId> endorsed(Collection<Peer> peers, long lease, long now) {
    Set<NodeId> all = new TreeSet<>();
    for (Peer peer : peers) {
      if (peer.pulse != null && peer.heardWithin(lease, now) && peer.pulse.accepted()) {
        peer.pulse.asks().stream()
            .filter(id -> waitNanos(id, lease, now) <= 0)
            .limit(MOST)
            .forEach(all::add);
      }
    }
    return List.copyOf(all);
  }

  /** Begins; the promise completes on the watch thread. */
  void ask(NodeName name, Collection<Peer> peers, long lease, long now, Promise<Forgetting> done) {
    Roster roster = file.stored();
    Roster.Entry entry = roster.names().get(name);
    long incarnation = entry != null ? entry.incarnation() : roster.endedUpTo(name);
    NodeId id = new NodeId(name, incarnation);
    if (incarnation == 0) {
      done.complete(new Forgetting.Unknown(name));
      return;
    }
    NodeName hearer = hearer(id, peers, lease, now);
    long wait = waitNanos(id, lease, now);
    if (hearer != null) {
      done.complete(new Forgetting.InContact(id, hearer));
    } else if (wait > 0) {
      done.complete(new Forgetting.TooEarly(id, wait / 1_000_000 + 1));
    } else if (asks.size() >= MOST && !asks.containsKey(id)) {
      done.complete(new Forgetting.NoMajority(id, silent(lease, now)));
    } else {
      Ask ask = asks.computeIfAbsent(id, key -> new Ask());
      ask.promises.add(done);
      ask.deadline = now + ANSWER_NANOS;
      watch.changed();
    }
  }

  private @Nullable NodeName hearer(NodeId id, Collection<Peer> peers, long lease, long now) {
    if (id.equals(watch.self())) {
      return id.name();
    }
    if (watch.proven(id)) {
      return null;
    }
    for (Peer peer : peers) {
      boolean here = peer.name.equals(id.name()) && peer.heardWithin(lease, now);
      Frame.Heard said = peer.heardWithin(lease, now) ? peer.says(id) : null;
      if (here) {
        return watch.self().name();
      }
      if (said != null
          && said.ageMs() >= 0
          && said.ageMs() * 1_000_000 + (now - peer.pulseAt) < lease) {
        return peer.name;
      }
    }
    return null;
  }

  /** How long the process must be silent still before it may be forgotten; 0 or less: it may. */
  private long waitNanos(NodeId id, long lease, long now) {
    if (watch.proven(id)) {
      return 0;
    }
    return lease + EXTRA_NANOS - watch.silenceNanos(id, now);
  }

  void beat(Collection<Peer> peers, long lease, long now) {
    for (Map.Entry<NodeId, Ask> each : new ArrayList<>(asks.entrySet())) {
      NodeId id = each.getKey();
      Ask ask = each.getValue();
      NodeName hearer = ask.written ? null : hearer(id, peers, lease, now);
      if (hearer != null) {
        asks.remove(id);
        answer(ask, new Forgetting.InContact(id, hearer));
      } else if (!ask.written && agreed(id, peers, lease, now)) {
        ask.written = true;
        file.change(roster -> roster.forgetting(id), watch::changed);
      } else if (ask.written && storedByMost(id, peers, lease, now)) {
        asks.remove(id);
        answer(ask, new Forgetting.Forgotten(id));
      } else if (now - ask.deadline > 0) {
        answer(ask, new Forgetting.NoMajority(id, silent(lease, now)));
      }
    }
  }

  private static void answer(Ask ask, Forgetting answer) {
    ask.promises.forEach(promise -> promise.complete(answer));
    ask.promises.clear();
  }

  private boolean agreed(NodeId id, Collection<Peer> peers, long lease, long now) {
    Set<NodeName> rest = rest();
    long count =
        peers.stream()
            .filter(peer -> rest.contains(peer.name) && peer.heardWithin(lease, now))
            .filter(
                peer ->
                    peer.pulse != null
                        && (peer.pulse.endorses().contains(id)
                            || peer.pulse.asks().contains(id)
                            || peer.roster.endedUpTo(id.name()) >= id.incarnation()))
            .count();
    return (count + 1) * 2 > rest.size() + 1;
  }

  private boolean storedByMost(NodeId id, Collection<Peer> peers, long lease, long now) {
    Roster roster = file.stored();
    if (roster.forgotten().getOrDefault(id.name(), 0L) < id.incarnation()) {
      return false;
    }
    Set<NodeName> rest = rest();
    long count =
        peers.stream()
            .filter(peer -> rest.contains(peer.name) && peer.heardWithin(lease, now))
            .filter(peer -> peer.roster.forgotten().getOrDefault(id.name(), 0L) >= id.incarnation())
            .count();
    return (count + 1) * 2 > rest.size() + 1;
  }

  /** The accepted others that are neither proven gone nor declared gone. */
  private Set<NodeName> rest() {
    Set<NodeName> rest = new TreeSet<>();
    Roster roster = file.stored();
    roster
        .names()
        .forEach(
            (name, entry) -> {
              NodeId id = new NodeId(name, entry.incarnation());
              boolean ended = roster.endedUpTo(name) >= entry.incarnation();
              if (entry.voterFrom() > 0 && !ended && !asks.containsKey(id)) {
                rest.add(name);
              }
            });
    rest.remove(watch.self().name());
    return rest;
  }

  private Set<NodeName> silent(long lease, long now) {
    Set<NodeName> silent = rest();
    silent.removeIf(name -> watch.peers().heard(name, lease, now));
    return silent;
  }
}
