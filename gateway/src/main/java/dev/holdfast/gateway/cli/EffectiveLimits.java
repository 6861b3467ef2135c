package dev.holdfast.gateway.cli;

import dev.holdfast.config.ListenerConfig;
import dev.holdfast.config.PoolConfig;
import dev.holdfast.config.ServerConfig;
import dev.holdfast.config.Settings;
import dev.holdfast.gateway.ports.LocalPorts;
import dev.holdfast.words.HostPort;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration allows: limits of sessions, and how many sessions the local ports of this
 * node suffice for towards each server.
 *
 * @param settings that were read
 * @param local ports that the kernel gives
 */
record EffectiveLimits(Settings settings, LocalPorts local) {
  /** Prints them for a person. */
  void print(PrintWriter out) {
    var node = settings.node();
    var shared = settings.shared();
    out.println(
        "node %s  state-dir=%s member=%s admin=%s max-sessions=%d"
            .formatted(
                node.name(),
                node.stateDir(),
                node.member(),
                node.admin().bind(),
                node.maxSessions()));
    out.println(
        "cluster %s  expected-nodes=%d on-partition=%s lease=%s sessions=%s"
            .formatted(
                settings.cluster().name(),
                shared.expectedNodes(),
                shared.onPartition().name().toLowerCase(Locale.ROOT),
                shared.lease().toString().substring(2).toLowerCase(Locale.ROOT),
                text(shared.sessions())));
    out.println();
    listeners().print(out);
    out.println();
    pools().print(out);
    out.println();
    servers().print(out);
  }

  private Columns listeners() {
    Columns columns =
        new Columns(
            "LISTENER", "BIND", "POOL", "SESSIONS", "NEW/S", "PER SOURCE", "NEW/S", "QUEUE");
    for (ListenerConfig listener : settings.shared().listeners()) {
      HostPort own = settings.node().listeners().get(listener.name());
      List<HostPort> bind = own == null ? listener.bind() : List.of(own);
      ListenerConfig.Limits limits = listener.limits();
      columns.row(
          listener.name(),
          String.join(",", bind.stream().map(HostPort::toString).toList()),
          listener.pool(),
          text(limits.sessions()),
          text(limits.newSessions()),
          text(limits.sessionsPerSource()),
          text(limits.newSessionsPerSource()),
          limits.queue());
    }
    return columns;
  }

  private Columns pools() {
    Columns columns =
        new Columns("POOL", "SESSIONS", "SERVERS", "SOURCE ADDRESSES", "PORTS OF THIS NODE");
    for (PoolConfig pool : settings.shared().pools()) {
      List<String> addresses = settings.node().sourceAddresses().get(pool.name());
      columns.row(
          pool.name(),
          text(pool.sessions()),
          pool.servers().size(),
          addresses == null ? "-" : String.join(",", addresses),
          pool.servers().stream().mapToLong(server -> capacity(pool, server)).sum());
    }
    return columns;
  }

  private Columns servers() {
    Columns columns = new Columns("SERVER", "WEIGHT", "SESSIONS", "NEW/S", "PORTS OF THIS NODE");
    for (PoolConfig pool : settings.shared().pools()) {
      for (ServerConfig server : pool.servers()) {
        columns.row(
            pool.name() + "/" + server.name(),
            server.weight(),
            text(server.sessions()),
            text(server.newSessions()),
            capacity(pool, server));
      }
    }
    return columns;
  }

  /** Local ports towards a server: its ports times our addresses times the range. */
  long capacity(PoolConfig pool, ServerConfig server) {
    List<String> addresses = settings.node().sourceAddresses().get(pool.name());
    int sources = addresses == null ? 1 : Math.max(1, addresses.size());
    return (long) server.ports().size() * sources * local.limit();
  }

  private static String text(@Nullable Long limit) {
    return limit == null ? "none" : limit.toString();
  }
}
