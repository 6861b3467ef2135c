package dev.holdfast.gateway.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.config.Check;
import dev.holdfast.config.ConfigFile;
import dev.holdfast.config.Host;
import dev.holdfast.config.PoolConfig;
import dev.holdfast.config.ServerConfig;
import dev.holdfast.gateway.hosts.Hosts;
import dev.holdfast.words.Health;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Scope;
import dev.holdfast.words.ServerName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The checks of many servers at once, on real sockets; as HAProxy's 1be_40srv_odd_health_checks.
 */
@Timeout(60)
class HealthChecksTest {
  private static final PoolName POOL = new PoolName("p");
  private static final int SERVERS = 40;

  private final Hosts hosts = Hosts.start(Duration.ofDays(1));
  private final Map<ServerName, Health> told = new ConcurrentHashMap<>();
  private final HealthChecks checks =
      HealthChecks.start(
          hosts,
          Map.of(),
          HealthChecks.Header.NONE,
          new Random(3),
          (pool, server, vote) -> {
            if (vote == null) {
              told.remove(server);
            } else {
              told.put(server, vote);
            }
          });
  private final List<ServerSocket> sockets = new ArrayList<>();
  private final List<InetSocketAddress> addresses = new ArrayList<>();
  private PoolConfig pool;

  @BeforeEach
  void addressesForAll() throws IOException {
    for (int i = 0; i < SERVERS; i++) {
      ServerSocket socket = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
      sockets.add(socket);
      addresses.add(new InetSocketAddress("127.0.0.1", socket.getLocalPort()));
    }
    StringBuilder text = new StringBuilder();
    text.append("listeners: [{ name: l, bind: \"127.0.0.1:7000\", pool: p }]\npools:\n");
    text.append("  - name: p\n    check: { interval: 100ms, timeout: 100ms, rise: 2, fall: 2 }\n");
    text.append("    servers:\n");
    for (int i = 0; i < SERVERS; i++) {
      text.append("      - { name: s").append(i).append(", host: 127.0.0.1, ports: [");
      text.append(addresses.get(i).getPort()).append("] }\n");
    }
    pool =
        ConfigFile.parse(text.toString(), "x", Path.of(""), new Host("h", 20_000))
            .orThrow()
            .shared()
            .pools()
            .get(0);
    hosts.want(Set.of("127.0.0.1"));
  }

  @AfterEach
  void end() throws IOException {
    checks.close();
    hosts.close();
    for (ServerSocket socket : sockets) {
      socket.close();
    }
  }

  private void serve(int number, boolean listening) throws IOException {
    if (listening) {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(addresses.get(number), 50);
      sockets.set(number, socket);
    } else {
      sockets.get(number).close();
    }
  }

  private static void until(String what, BooleanSupplier condition) throws InterruptedException {
    for (int i = 0; i < 3000 && !condition.getAsBoolean(); i++) {
      Thread.sleep(10);
    }
    assertThat(condition.getAsBoolean()).as(what).isTrue();
  }

  private boolean areUp(int rest) {
    for (int i = 0; i < SERVERS; i++) {
      Health wanted = i % 2 == rest ? Health.UP : Health.DOWN;
      if (told.get(new ServerName("s" + i)) != wanted) {
        return false;
      }
    }
    return true;
  }

  @Test
  void fortyServersOfWhichEverySecondServes() throws Exception {
    for (int i = 1; i < SERVERS; i += 2) {
      serve(i, false);
    }
    checks.apply(List.of(pool));
    until("the even ones are UP", () -> areUp(0));
    for (int i = 0; i < SERVERS; i++) {
      serve(i, i % 2 == 1);
    }
    until("the odd ones are UP", () -> areUp(1));
    assertThat(checks.votes(pool)).hasSize(SERVERS).isEqualTo(Map.copyOf(told));
    assertThat(checks.last(POOL, new ServerName("s1")).code()).isEqualTo(CheckCode.L4OK);
    assertThat(checks.last(POOL, new ServerName("s0")).text())
        .isEqualTo("L4CON Layer4 connection problem: Connection refused");
    assertThat(checks.failures(POOL, new ServerName("s0"))).isGreaterThan(1);
  }

  @Test
  void serversComeAndGo() throws Exception {
    ServerName first = new ServerName("s0");
    checks.apply(List.of(pool));
    until("all are UP", () -> told.size() == SERVERS && !told.containsValue(Health.DOWN));
    checks.maintain(Set.of(Scope.of(POOL, first)));
    until("in MAINT it has no vote", () -> !told.containsKey(first));
    assertThat(checks.last(POOL, first)).isNull();
    checks.maintain(Set.of());
    until("it is checked again", () -> told.get(first) == Health.UP);
    List<ServerConfig> others = new ArrayList<>(pool.servers());
    others.removeIf(server -> server.name().equals(first));
    checks.apply(List.of(pool.with(others)));
    until("removed it has no vote", () -> checks.vote(POOL, first) == null);
    checks.apply(List.of());
    until("nobody is checked", told::isEmpty);
  }

  @Test
  void anotherCheckKeepsWhatIsKnown() throws Exception {
    checks.apply(List.of(pool));
    until("all are UP", () -> told.size() == SERVERS && !told.containsValue(Health.DOWN));
    checks.apply(
        List.of(pool.with(Check.tcp(Duration.ofMillis(200), Duration.ofMillis(100), 2, 5))));
    assertThat(told).hasSize(SERVERS).doesNotContainValue(Health.DOWN);
    serve(3, false);
    until("it is checked as told", () -> told.get(new ServerName("s3")) == Health.DOWN);
  }
}
