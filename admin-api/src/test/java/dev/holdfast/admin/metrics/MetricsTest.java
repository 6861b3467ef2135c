package dev.holdfast.admin.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.words.AdminState;
import dev.holdfast.words.Health;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.NodeState;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Refusal;
import dev.holdfast.words.Scope;
import dev.holdfast.words.ServerName;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private final Metrics metrics = new Metrics();

  @AfterEach
  void close() {
    metrics.close();
  }

  private static Scrape scrape(Map<ServerName, Scrape.Server> servers) {
    PoolName pool = new PoolName("chat");
    Scope scope = Scope.of(new ListenerName("chat"));
    return new Scrape(
        new Scrape.Node(
            NodeState.READY,
            97,
            1000,
            7,
            false,
            12,
            3,
            70,
            8,
            List.of(new Scrape.Loop(96, Duration.ofMillis(3)), new Scrape.Loop(1, Duration.ZERO)),
            Map.of(new Scrape.StoreCall("rows", "Beat"), 4L)),
        Map.of(
            new ListenerName("chat"),
            new Scrape.Listener(
                97,
                2,
                new Scrape.Histogram(List.of(1.0), List.of(4L, 1L), 3.5),
                300L,
                1234,
                5,
                6,
                Map.of(Refusal.LISTENER_LIMIT, 3L, Refusal.ACL, 2L),
                Map.of("--", 9L, "CD", 1L))),
        Map.of(pool, new Scrape.Pool(97, 2, 4, 1, true, servers)),
        Map.of(scope, new Scrape.Permits(97, 110, 8)),
        servers.isEmpty()
            ? List.of()
            : List.of(
                new Scrape.Ports(
                    pool, "127.0.0.1", new ServerName("app-1"), 9001, 97, 100, true, false)),
        new Scrape.Cluster(
            Map.of(scope, 290L),
            0,
            Map.of(NodeState.READY, 3),
            true,
            -5,
            List.of(
                new Scrape.Operation(true, "op-1", "node/gw-1", "running", 3, 7),
                new Scrape.Operation(false, "op-2", "pool/chat", "done", 4, 0))));
  }

  private static final Map<ServerName, Scrape.Server> SERVERS =
      Map.of(
          new ServerName("app-1"),
          new Scrape.Server(
              97,
              null,
              AdminState.READY,
              Health.UP,
              65536,
              1,
              new Scrape.Histogram(List.of(0.001, 0.01), List.of(3L, 2L, 1L), 0.5),
              new Scrape.Check("L7STS", 0.002, 12)));

  @Test
  void writesTheNamesOfTheContract() {
    assertThat(own(metrics.text(scrape(SERVERS))))
        .contains(
            "holdfast_cluster_headroom_sessions -5.0",
            "holdfast_drain_remaining{operation=\"op-1\",target=\"node/gw-1\"} 7.0",
            "holdfast_drain_closed_total{operation=\"op-1\",target=\"node/gw-1\"} 3.0",
            "holdfast_drain_state{operation=\"op-1\",state=\"running\",target=\"node/gw-1\"} 1.0",
            "holdfast_rebalance_remaining{operation=\"op-2\",target=\"pool/chat\"} 0.0",
            "holdfast_rebalance_state{operation=\"op-2\",state=\"done\",target=\"pool/chat\"} 1.0",
            "holdfast_node_state{state=\"READY\"} 1.0",
            "holdfast_node_state{state=\"JOINING\"} 0.0",
            "holdfast_node_current_sessions 97.0",
            "holdfast_node_limit_sessions 1000.0",
            "holdfast_config_revision 7.0",
            "holdfast_config_drift 0.0",
            "holdfast_relay_pending_bytes 12.0",
            "holdfast_access_log_dropped_total 3.0",
            "holdfast_access_log_suppressed_total 70.0",
            "holdfast_accept_faults_total 8.0",
            "holdfast_loop_current_sessions{loop=\"0\"} 96.0",
            "holdfast_loop_lag_seconds{loop=\"0\"} 0.003",
            "holdfast_listener_current_queue{listener=\"chat\"} 2.0",
            "holdfast_listener_queue_seconds_bucket{listener=\"chat\",le=\"1.0\"} 4",
            "holdfast_listener_queue_seconds_count{listener=\"chat\"} 5",
            "holdfast_listener_current_sessions{listener=\"chat\"} 97.0",
            "holdfast_listener_limit_sessions{listener=\"chat\"} 300.0",
            "holdfast_listener_sessions_total{listener=\"chat\"} 1234.0",
            "holdfast_listener_bytes_in_total{listener=\"chat\"} 5.0",
            "holdfast_listener_bytes_out_total{listener=\"chat\"} 6.0",
            "holdfast_listener_denied_sessions_total"
                + "{listener=\"chat\",reason=\"listener-limit\"} 3.0",
            "holdfast_sessions_ended_total{listener=\"chat\",termination=\"--\"} 9.0",
            "holdfast_pool_current_sessions{pool=\"chat\"} 97.0",
            "holdfast_pool_current_queue{pool=\"chat\"} 2.0",
            "holdfast_slot_table_epoch{pool=\"chat\"} 4.0",
            "holdfast_pins{pool=\"chat\"} 1.0",
            "holdfast_server_current_sessions{pool=\"chat\",server=\"app-1\"} 97.0",
            "holdfast_server_status{pool=\"chat\",server=\"app-1\",state=\"UP\"} 1.0",
            "holdfast_server_status{pool=\"chat\",server=\"app-1\",state=\"MAINT\"} 0.0",
            "holdfast_pool_panic{pool=\"chat\"} 1.0",
            "holdfast_server_check_status{pool=\"chat\",server=\"app-1\",state=\"L7STS\"} 1.0",
            "holdfast_server_check_duration_seconds{pool=\"chat\",server=\"app-1\"} 0.002",
            "holdfast_server_check_failures_total{pool=\"chat\",server=\"app-1\"} 12.0",
            "holdfast_server_slots{pool=\"chat\",server=\"app-1\"} 65536.0",
            "holdfast_server_connection_errors_total{pool=\"chat\",server=\"app-1\"} 1.0",
            "holdfast_server_connect_seconds_bucket{pool=\"chat\",server=\"app-1\",le=\"0.01\"} 5",
            "holdfast_server_connect_seconds_bucket{pool=\"chat\",server=\"app-1\",le=\"+Inf\"} 6",
            "holdfast_server_connect_seconds_count{pool=\"chat\",server=\"app-1\"} 6",
            "holdfast_server_connect_seconds_sum{pool=\"chat\",server=\"app-1\"} 0.5",
            "holdfast_permits_held{scope=\"listener/chat\"} 97.0",
            "holdfast_permits_granted{scope=\"listener/chat\"} 110.0",
            "holdfast_ledger_operations_total{scope=\"listener/chat\"} 8.0",
            "holdfast_source_ports_used"
                + "{pool=\"chat\",port=\"9001\",server=\"app-1\",source=\"127.0.0.1\"} 97.0",
            "holdfast_source_ports_limit"
                + "{pool=\"chat\",port=\"9001\",server=\"app-1\",source=\"127.0.0.1\"} 100.0",
            "holdfast_cluster_sessions{scope=\"listener/chat\"} 290.0",
            "holdfast_cluster_excess_sessions 0.0",
            "holdfast_cluster_nodes{state=\"READY\"} 3.0",
            "holdfast_cluster_majority 1.0");
  }

  /** Every name of the contract with its labels, as scripts rely on them. */
  private static final Map<String, String> CONTRACT =
      Map.ofEntries(
          Map.entry("node_state", "state"),
          Map.entry("node_current_sessions", ""),
          Map.entry("node_limit_sessions", ""),
          Map.entry("config_revision", ""),
          Map.entry("config_drift", ""),
          Map.entry("relay_pending_bytes", ""),
          Map.entry("listener_current_sessions", "listener"),
          Map.entry("listener_limit_sessions", "listener"),
          Map.entry("listener_sessions_total", "listener"),
          Map.entry("listener_bytes_in_total", "listener"),
          Map.entry("listener_bytes_out_total", "listener"),
          Map.entry("listener_denied_sessions_total", "listener,reason"),
          Map.entry("sessions_ended_total", "listener,termination"),
          Map.entry("pool_current_sessions", "pool"),
          Map.entry("pool_current_queue", "pool"),
          Map.entry("slot_table_epoch", "pool"),
          Map.entry("pins", "pool"),
          Map.entry("server_current_sessions", "pool,server"),
          Map.entry("server_limit_sessions", "pool,server"),
          Map.entry("server_status", "pool,server,state"),
          Map.entry("server_slots", "pool,server"),
          Map.entry("server_connection_errors_total", "pool,server"),
          Map.entry("server_connect_seconds_count", "pool,server"),
          Map.entry("server_connect_seconds_sum", "pool,server"),
          Map.entry("server_connect_seconds_bucket", "le,pool,server"),
          Map.entry("permits_held", "scope"),
          Map.entry("permits_granted", "scope"),
          Map.entry("ledger_operations_total", "scope"),
          Map.entry("source_ports_used", "pool,port,server,source"),
          Map.entry("source_ports_limit", "pool,port,server,source"),
          Map.entry("cluster_sessions", "scope"),
          Map.entry("cluster_excess_sessions", ""),
          Map.entry("cluster_nodes", "state"),
          Map.entry("cluster_majority", ""));

  @Test
  void everyNameOfTheContractIsThereWithItsLabels() {
    Map<ServerName, Scrape.Server> limited = new HashMap<>();
    SERVERS.forEach(
        (name, server) ->
            limited.put(
                name,
                new Scrape.Server(
                    server.sessions(),
                    60_000L,
                    server.adminState(),
                    server.health(),
                    server.slots(),
                    server.connectionErrors(),
                    server.connects(),
                    server.check())));
    Map<String, Set<String>> labels = new TreeMap<>();
    for (String line : own(metrics.text(scrape(limited)))) {
      Matcher series = Pattern.compile("holdfast_([a-z_]+)(?:\\{(.*)})? \\S+").matcher(line);
      assertThat(series.matches()).as(line).isTrue();
      Set<String> names = new TreeSet<>();
      Matcher label = Pattern.compile("([a-z]+)=\"").matcher(String.valueOf(series.group(2)));
      while (label.find()) {
        names.add(label.group(1));
      }
      labels.computeIfAbsent(series.group(1), name -> new TreeSet<>()).addAll(names);
    }
    CONTRACT.forEach(
        (name, expected) ->
            assertThat(labels.getOrDefault(name, Set.of("missing")))
                .as(name)
                .isEqualTo(
                    expected.isEmpty() ? Set.of() : new TreeSet<>(List.of(expected.split(",")))));
  }

  @Test
  void aSeriesThatDoesNotApplyIsAbsent() {
    String with = metrics.text(scrape(SERVERS));
    assertThat(with).doesNotContain("holdfast_server_limit_sessions").doesNotContain("NaN");
    String without = metrics.text(scrape(Map.of()));
    assertThat(without).doesNotContain("holdfast_server_").doesNotContain("source_ports");
  }

  @Test
  void measuresTheMachineToo() {
    assertThat(metrics.text(scrape(SERVERS)))
        .contains("jvm_memory_used_bytes{", "process_files_open_files", "jvm_threads_live_threads");
  }

  private static List<String> own(String text) {
    return text.lines().filter(line -> line.startsWith("holdfast_")).toList();
  }
}
