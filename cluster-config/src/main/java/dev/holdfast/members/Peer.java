package dev.holdfast.members;

import dev.holdfast.members.Frame.Heard;
import dev.holdfast.members.Frame.Pulse;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** What this node knows of one other name. Confined to the watch thread. */
final class Peer {
  /**
   * The watch connection of a process ended by a FIN without a goodbye.
   *
   * @param id the process
   * @param atNanos when the FIN was read
   * @param address where it could be watched
   * @param refused the address refused three connections since
   */
  record Evidence(NodeId id, long atNanos, InetSocketAddress address, boolean refused) {}

  final NodeName name;
  Link link;

  /** A second attempt while the connection stands and is silent. */
  @Nullable Link trial;

  @Nullable HostPort address;

  /** Incarnation that greeted last, 0 if none did. */
  long incarnation;

  /** When it was heard last, or became known, by the watch thread's clock. */
  long heardAt;

  /** It was heard, and neither ended nor was lost by a gap of this process since. */
  boolean known;

  @Nullable Pulse pulse;
  long pulseAt;
  Roster roster = Roster.EMPTY;
  @Nullable Evidence evidence;

  Peer(NodeName name, Link link, long now) {
    this.name = name;
    this.link = link;
    heardAt = now;
  }

  NodeId id() {
    return new NodeId(name, incarnation);
  }

  /** Marks a sign of life. */
  void heard(long now) {
    known = true;
    heardAt = now;
  }

  /** Heard within so many nanoseconds. */
  boolean heardWithin(long nanos, long now) {
    return known && now - heardAt < nanos;
  }

  /** Forgets what the process before said. */
  void begin(long next) {
    if (next != incarnation) {
      incarnation = next;
      known = false;
      pulse = null;
      roster = Roster.EMPTY;
    }
    evidence = null;
  }

  /** What it says of a process; null if it does not watch that. */
  @Nullable Heard says(NodeId id) {
    if (pulse == null) {
      return null;
    }
    for (Heard heard : pulse.heard()) {
      if (heard.id().equals(id)) {
        return heard;
      }
    }
    return null;
  }
}
