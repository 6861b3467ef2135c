package dev.holdfast.admin.metrics;

import dev.holdfast.words.AdminState;
import dev.holdfast.words.Health;
import dev.holdfast.words.NodeState;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a scrape as Prometheus text 0.0.4 under the names of the contract, followed by the
 * measures of the Java machine and the process. Any thread.
 */
public final class Metrics implements AutoCloseable {
  /** The content type of {@link #text}. */
  public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private final PrometheusMeterRegistry machine =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();

  /** Starts to measure the Java machine and the process. */
  public Metrics() {
    new ClassLoaderMetrics().bindTo(machine);
    new JvmMemoryMetrics().bindTo(machine);
    new JvmThreadMetrics().bindTo(machine);
    new ProcessorMetrics().bindTo(machine);
    new UptimeMetrics().bindTo(machine);
    new FileDescriptorMetrics().bindTo(machine);
    collections.bindTo(machine);
  }

  /** The text of a scrape. */
  public String text(Scrape scrape) {
    List<MetricSnapshot> all = new ArrayList<>(snapshots(scrape));
    machine.getPrometheusRegistry().scrape().forEach(all::add);
    ByteArrayOutputStream out = new ByteArrayOutputStream(16 << 10);
    try {
      PrometheusTextFormatWriter.create()
          .write(out, new MetricSnapshots(all), EscapingScheme.ALLOW_UTF8);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail to be written", e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Stops to measure. */
  @Override
  public void close() {
    collections.close();
    machine.close();
  }

  private static List<MetricSnapshot> snapshots(Scrape scrape) {
    Families out = new Families();
    node(out, scrape.node());
    scrape.listeners().forEach((name, listener) -> listener(out, name.value(), listener));
    scrape
        .pools()
        .forEach(
            (name, pool) -> {
              pool(out, name.value(), pool);
              pool.servers()
                  .forEach((server, state) -> server(out, name.value(), server.value(), state));
            });
    scrape
        .permits()
        .forEach(
            (scope, permits) -> {
              String label = scope.text();
              out.gauge("permits_held", "Permits in use", permits.held(), "scope", label);
              out.gauge("permits_granted", "Permits lent", permits.granted(), "scope", label);
              out.counter(
                  "ledger_operations",
                  "Requests to the ledger",
                  permits.ledgerOperations(),
                  "scope",
                  label);
            });
    scrape.ports().forEach(ports -> ports(out, ports));
    cluster(out, scrape.cluster());
    return out.snapshots();
  }

  private static void node(Families out, Scrape.Node node) {
    for (NodeState state : NodeState.values()) {
      out.gauge("node_state", "State, 1 is it", bit(state == node.state()), "state", label(state));
    }
    out.gauge("node_current_sessions", "Sessions of this node", node.sessions());
    out.gauge("node_limit_sessions", "Sessions this node may hold", node.maxSessions());
    out.gauge("config_revision", "Revision of the shared configuration", node.revision());
    out.gauge("config_drift", "1: the file differs from it", bit(node.drift()));
    out.gauge("relay_pending_bytes", "Bytes read, not yet written", node.relayPendingBytes());
    out.counter("access_log_dropped", "Lines of the access log lost", node.logDropped());
    out.counter(
        "access_log_suppressed",
        "Refusals that came too fast to have a line each",
        node.refusalsNotLogged());
    out.counter("accept_faults", "Times that accepting failed and paused", node.acceptFaults());
    for (int i = 0; i < node.loops().size(); i++) {
      Scrape.Loop loop = node.loops().get(i);
      String[] label = {"loop", Integer.toString(i)};
      out.gauge("loop_current_sessions", "Sessions of the event loop", loop.sessions(), label);
      double seconds = loop.lag().toNanos() / 1e9;
      out.gauge("loop_lag_seconds", "How late it was at most, lately", seconds, label);
    }
    node.storeCalls()
        .forEach(
            (call, count) ->
                out.counter(
                    "store_calls",
                    "Calls to the shared store, none for a session",
                    count,
                    "table",
                    call.table(),
                    "operation",
                    call.operation()));
  }

  private static void listener(Families out, String name, Scrape.Listener listener) {
    String key = "listener";
    out.gauge("listener_current_sessions", "Sessions", listener.sessions(), key, name);
    out.gauge("listener_current_queue", "Clients that wait", listener.queued(), key, name);
    out.histogram("listener_queue_seconds", "Time in the queue", listener.waits(), key, name);
    out.gauge("listener_limit_sessions", "Limit of the cluster", listener.limit(), key, name);
    out.counter("listener_sessions", "Sessions admitted", listener.sessionsTotal(), key, name);
    out.counter("listener_bytes_in", "Bytes from clients", listener.bytesIn(), key, name);
    out.counter("listener_bytes_out", "Bytes to clients", listener.bytesOut(), key, name);
    listener
        .denied()
        .forEach(
            (reason, count) ->
                out.counter(
                    "listener_denied_sessions",
                    "Clients turned away",
                    count,
                    key,
                    name,
                    "reason",
                    reason.label()));
    listener
        .ended()
        .forEach(
            (letters, count) ->
                out.counter(
                    "sessions_ended", "Sessions ended", count, key, name, "termination", letters));
  }

  private static void pool(Families out, String name, Scrape.Pool pool) {
    out.gauge("pool_current_sessions", "Sessions", pool.sessions(), "pool", name);
    out.gauge("pool_current_queue", "Clients that wait", pool.queued(), "pool", name);
    out.gauge("slot_table_epoch", "Version of the slot table", pool.epoch(), "pool", name);
    out.gauge("pins", "Sources routed otherwise than the table says", pool.pins(), "pool", name);
    out.gauge("pool_panic", "1: too few servers would be UP", bit(pool.panic()), "pool", name);
  }

  private static void server(Families out, String pool, String name, Scrape.Server server) {
    String[] labels = {"pool", pool, "server", name};
    out.gauge("server_current_sessions", "Sessions of this node", server.sessions(), labels);
    out.gauge("server_limit_sessions", "Limit of the cluster", server.limit(), labels);
    out.gauge("server_slots", "Slots that lead to the server", server.slots(), labels);
    out.counter("server_connection_errors", "Failed connects", server.connectionErrors(), labels);
    out.histogram("server_connect_seconds", "Time to connect", server.connects(), labels);
    check(out, pool, name, server.check());
    boolean measured = server.adminState() != AdminState.MAINT;
    for (Health health : Health.values()) {
      status(out, pool, name, label(health), measured && server.health() == health);
    }
    for (AdminState state : List.of(AdminState.DRAIN, AdminState.MAINT)) {
      status(out, pool, name, label(state), server.adminState() == state);
    }
  }

  /** The result is the one series of its kind that there is: 1, labelled by what was found. */
  private static void check(Families out, String pool, String name, Scrape.@Nullable Check check) {
    if (check == null) {
      return;
    }
    String[] labels = {"pool", pool, "server", name};
    String what = "Result of the last check of this node, 1 is it";
    out.gauge("server_check_status", what, 1, "pool", pool, "server", name, "state", check.code());
    out.gauge("server_check_duration_seconds", "The last check took", check.tookSeconds(), labels);
    out.counter("server_check_failures", "Failed checks of this node", check.failures(), labels);
  }

  private static void status(Families out, String pool, String name, String state, boolean is) {
    out.gauge(
        "server_status", "State, 1 is so", bit(is), "pool", pool, "server", name, "state", state);
  }

  private static void ports(Families out, Scrape.Ports ports) {
    String[] labels = {
      "pool", ports.pool().value(),
      "source", ports.source(),
      "server", ports.server().value(),
      "port", Integer.toString(ports.port())
    };
    out.gauge("source_ports_used", "Local ports in use", ports.used(), labels);
    out.gauge("source_ports_limit", "Local ports there are", ports.limit(), labels);
    out.gauge("source_ports_short", "1: three quarters are used", bit(ports.isShort()), labels);
    out.gauge("source_left_out", "1: leads nowhere, not used", bit(ports.leftOut()), labels);
  }

  private static void cluster(Families out, Scrape.Cluster cluster) {
    cluster
        .sessions()
        .forEach(
            (scope, held) ->
                out.gauge("cluster_sessions", "Permits in use", held, "scope", scope.text()));
    out.gauge("cluster_excess_sessions", "Sessions above limits", cluster.excess());
    for (NodeState state : NodeState.values()) {
      int nodes = cluster.nodes().getOrDefault(state, 0);
      out.gauge("cluster_nodes", "Nodes by state", nodes, "state", label(state));
    }
    out.gauge("cluster_majority", "1: this node sees one", bit(cluster.majority()));
    out.gauge(
        "cluster_headroom_sessions",
        "What still fits if the largest node is lost",
        cluster.headroom());
    cluster.operations().forEach(one -> operation(out, one));
  }

  private static void operation(Families out, Scrape.Operation one) {
    String kind = one.drains() ? "drain" : "rebalance";
    String[] labels = {"operation", one.id(), "target", one.target()};
    out.gauge(kind + "_remaining", "Sessions that are still there", one.remaining(), labels);
    out.counter(kind + "_closed", "Sessions that it ended", one.closed(), labels);
    out.gauge(
        kind + "_state",
        "State, 1 is it",
        1,
        "operation",
        one.id(),
        "target",
        one.target(),
        "state",
        one.state());
  }

  private static int bit(boolean value) {
    return value ? 1 : 0;
  }

  private static String label(Enum<?> value) {
    return value.name();
  }
}
