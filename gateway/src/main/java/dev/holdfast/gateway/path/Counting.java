package dev.holdfast.gateway.path;

import dev.holdfast.gateway.health.HealthChecks;
import dev.holdfast.gateway.session.ListenerPlace;
import dev.holdfast.gateway.session.NodePlace;
import dev.holdfast.gateway.session.PoolPlace;
import dev.holdfast.gateway.session.ServerPlace;
import dev.holdfast.gateway.session.SessionLoop;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.Refusal;
import dev.holdfast.words.ServerName;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Adds up over the loops of a node what each of them has counted. Any thread. */
final class Counting {
  private final List<SessionLoop> loops;
  private final NodePlace node;
  private final HealthChecks health;

  Counting(List<SessionLoop> loops, NodePlace node, HealthChecks health) {
    this.loops = loops;
    this.node = node;
    this.health = health;
  }

  /** What was counted of a listener. */
  Snapshot.Listener of(ListenerPlace place) {
    ListenerName name = place.name();
    Map<Refusal, Long> denied = new EnumMap<>(Refusal.class);
    long total = 0;
    long in = 0;
    long out = 0;
    for (SessionLoop loop : loops) {
      total += loop.accepted(name);
      in += loop.bytesIn(name);
      out += loop.bytesOut(name);
      for (Refusal why : Refusal.values()) {
        long count = loop.denied(name, why);
        if (count > 0) {
          denied.merge(why, count, Long::sum);
        }
      }
    }
    return new Snapshot.Listener(
        place.sessions().current(),
        place.sessions().max(),
        place.queued().current(),
        new Snapshot.Distribution(
            place.queueTimes().counts(),
            place.queueTimes().bounds(),
            place.queueTimes().sumSeconds()),
        total,
        in,
        out,
        denied,
        place.endings());
  }

  /** What was counted of a pool and its servers. */
  Snapshot.Pool of(PoolPlace place) {
    Map<ServerName, Snapshot.Server> byServer = new TreeMap<>();
    for (ServerPlace server : place.servers().values()) {
      byServer.put(
          server.name(),
          new Snapshot.Server(
              server.sessions().current(),
              server.sessions().max(),
              server.connectionErrors(),
              health.vote(place.name(), server.name()),
              health.last(place.name(), server.name()),
              health.failures(place.name(), server.name()),
              server.connectTimes().counts(),
              server.connectTimes().bounds(),
              server.connectTimes().sumSeconds(),
              node.portUses(place.name(), server)));
    }
    return new Snapshot.Pool(
        place.sessions().current(), place.sessions().max(), place.queued().current(), byServer);
  }
}
