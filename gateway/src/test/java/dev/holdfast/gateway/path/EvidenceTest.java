package dev.holdfast.gateway.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.config.Check;
import dev.holdfast.gateway.health.CheckCode;
import dev.holdfast.gateway.relay.RelayKind;
import dev.holdfast.words.Health;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Refusal;
import dev.holdfast.words.ServerName;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What sessions tell of servers, and what checks tell sessions, over one node's data path. */
@ExtendWith(Leaks.class)
@Timeout(30)
class EvidenceTest {
  private static final ServerName APP_1 = new ServerName("app-1");
  private static final ServerName APP_2 = new ServerName("app-2");

  private final Gateway gateway = new Gateway();
  private final List<AutoCloseable> open = new ArrayList<>();
  private ServerSocket app1;
  private ServerSocket app2;

  @BeforeEach
  void listen() throws IOException {
    app1 = opened(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")));
    app2 = opened(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.2")));
    gateway.server("app-1", address(app1)).server("app-2", address(app2));
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    gateway.settle();
    gateway.close();
  }

  private <T extends AutoCloseable> T opened(T closeable) {
    open.add(closeable);
    return closeable;
  }

  private static InetSocketAddress address(ServerSocket socket) {
    return new InetSocketAddress(socket.getInetAddress(), socket.getLocalPort());
  }

  private void check(Duration interval, Integer errorLimit, Duration earlyClose) {
    Check tcp = Check.tcp(interval, Duration.ofSeconds(5), 2, 2);
    gateway.check =
        new Check(
            tcp.type(),
            tcp.timing(),
            tcp.verdict(),
            new Check.Passive(errorLimit, earlyClose),
            null,
            tcp.tls(),
            tcp.http(),
            List.of());
  }

  private Snapshot.Server seen() {
    return gateway.path.snapshot().pools().get(Gateway.POOL).servers().get(APP_1);
  }

  private void up() {
    Wait.until("first vote", () -> seen().vote() == Health.UP);
  }

  private void down(CheckCode why) {
    Wait.until("it is DOWN", () -> seen().vote() == Health.DOWN);
    assertThat(seen().check().code()).isEqualTo(why);
  }

  /** A server that takes each client and does this with it. */
  private void serve(ServerSocket app, ThrowingConsumer act) {
    Thread thread =
        new Thread(
            () -> {
              while (!app.isClosed()) {
                try (Socket client = app.accept()) {
                  act.accept(client);
                } catch (IOException e) {
                  if (app.isClosed()) {
                    return;
                  }
                }
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private interface ThrowingConsumer {
    void accept(Socket client) throws IOException;
  }

  private void session() throws IOException {
    try (End client = End.connect(gateway.address())) {
      client.send(3, 1);
      client.last();
    }
  }

  @ParameterizedTest
  @EnumSource(RelayKind.class)
  void sessionsThatTheServerEndsEarlyAreAVerdict(RelayKind relay) throws Exception {
    gateway.relay = relay;
    check(Duration.ofMinutes(1), 3, Duration.ofSeconds(10));
    gateway.start();
    up();
    serve(app1, client -> client.getInputStream().readNBytes(3)); // and closes, without a byte
    session();
    session();
    assertThat(seen().vote()).isEqualTo(Health.UP);
    session();
    down(CheckCode.HANA);
  }

  @ParameterizedTest
  @EnumSource(RelayKind.class)
  void aSessionThatTheClientEndsFirstSaysNothing(RelayKind relay) throws Exception {
    gateway.relay = relay;
    check(Duration.ofMinutes(1), 1, Duration.ofSeconds(10));
    gateway.start();
    up();
    serve(app1, client -> client.getInputStream().readAllBytes());
    for (int i = 0; i < 5; i++) {
      try (End client = End.connect(gateway.address())) {
        client.fin();
        client.last();
      }
    }
    gateway.settle();
    assertThat(seen().vote()).isEqualTo(Health.UP);
  }

  @Test
  void aSessionThatIsServedEndsTheRow() throws Exception {
    check(Duration.ofMinutes(1), 3, Duration.ofSeconds(10));
    gateway.start();
    up();
    int[] count = new int[1];
    serve(
        app1,
        client -> {
          if (++count[0] % 3 == 0) {
            client.getOutputStream().write(1);
          }
        });
    for (int i = 0; i < 9; i++) {
      session();
    }
    gateway.settle();
    assertThat(seen().vote()).isEqualTo(Health.UP);
  }

  @Test
  void connectionsThatFailInARowAreAVerdictToo() throws Exception {
    check(Duration.ofMinutes(1), 3, null);
    gateway.start();
    up();
    app1.close();
    for (int i = 0; i < 3; i++) {
      assertThat(End.howRefused(gateway.address())).isEqualTo("RESET");
    }
    Wait.until("it is DOWN", () -> seen().vote() == Health.DOWN);
  }

  @Test
  void withSeveralSourceAddressesConnectionsOnlyAskForChecks() throws Exception {
    gateway.sourceAddresses =
        java.util.Map.of(new PoolName("chat"), List.of("127.0.0.8", "127.0.0.9"));
    check(Duration.ofMinutes(1), 2, null);
    gateway.start();
    up();
    app1.close();
    for (int i = 0; i < 4; i++) {
      assertThat(End.howRefused(gateway.address())).isEqualTo("RESET");
    }
    assertThat(seen().check().code()).isNotEqualTo(CheckCode.HANA);
  }

  @Test
  void oneBadSourceAddressDoesNotMarkAServerDown() throws Exception {
    gateway.sourceAddresses =
        java.util.Map.of(new PoolName("chat"), List.of("127.0.0.8", "127.0.0.9"));
    Check tcp = Check.tcp(Duration.ofMillis(50), Duration.ofSeconds(5), 2, 1);
    gateway.check =
        new Check(
            Check.Type.SEND_EXPECT,
            tcp.timing(),
            tcp.verdict(),
            tcp.passive(),
            null,
            tcp.tls(),
            tcp.http(),
            List.of(new Check.Step(Check.Step.Kind.EXPECT, "hello")));
    AtomicInteger good = new AtomicInteger();
    AtomicInteger bad = new AtomicInteger();
    serve(
        app1,
        client -> {
          if (client.getInetAddress().getHostAddress().equals("127.0.0.9")) {
            bad.incrementAndGet();
          } else {
            client.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
            good.incrementAndGet();
          }
        });
    gateway.start();
    up();
    Wait.until("many checks", () -> good.get() > 10);
    assertThat(bad.get()).as("tried once, then left out").isBetween(1, 2);
    assertThat(seen().vote()).isEqualTo(Health.UP);
  }

  private void divertToApp2() {
    gateway.routes.diversions =
        (source, unusable) -> {
          gateway.routes.answers = any -> FixedRoutes.to("app-2");
          return Future.succeededFuture();
        };
  }

  /** Takes the first connection that is a session's; those of checks are reset. */
  private void served(ServerSocket app) throws IOException {
    while (true) {
      End server = opened(new End(app.accept()));
      try {
        server.expect(10, 5);
        return;
      } catch (SocketException e) {
        assertThat(e).hasMessageContaining("reset");
      }
    }
  }

  private void bothVoted() {
    Wait.until("both", () -> gateway.path.health().vote(Gateway.POOL, APP_2) != null);
  }

  @Test
  void whatThisNodeAloneCannotReachIsLeftOutWithoutAnAttempt() throws Exception {
    check(Duration.ofMillis(50), 10, null);
    app1.close();
    divertToApp2();
    gateway.start();
    down(CheckCode.L4CON);
    bothVoted();
    End client = opened(End.connect(gateway.address()));
    client.send(10, 5);
    served(app2);
    assertThat(seen().connectionErrors()).isZero();
  }

  @Test
  void inAPanicConnectionsAreTriedWhateverChecksSay() throws Exception {
    check(Duration.ofMillis(50), 10, null);
    app1.close();
    divertToApp2();
    gateway.start();
    down(CheckCode.L4CON);
    gateway.path.panics(Set.of(Gateway.POOL));
    End client = opened(End.connect(gateway.address()));
    client.send(10, 5);
    served(app2);
    assertThat(seen().connectionErrors()).isEqualTo(1);
  }

  @Test
  void aNodeThatReachesNobodyTriesAllTheSame() throws Exception {
    check(Duration.ofMillis(50), 10, null);
    app1.close();
    app2.close();
    gateway.start();
    down(CheckCode.L4CON);
    bothVoted();
    assertThat(End.howRefused(gateway.address())).isEqualTo("RESET");
    assertThat(seen().connectionErrors()).isEqualTo(1);
  }

  @Test
  void noMoreConnectionsAreTriedThanThePoolAllows() throws Exception {
    gateway.connectAttempts = 1;
    app1.close();
    divertToApp2();
    gateway.start();
    assertThat(End.howRefused(gateway.address())).isEqualTo("RESET");
    Wait.until("refused", () -> gateway.counts().ended().containsKey("SC"));
    assertThat(gateway.counts().denied()).containsEntry(Refusal.NO_SERVER, 1L);
    assertThat(seen().connectionErrors()).isEqualTo(1);
  }

  @Test
  void twoPortsOfAServerAreTriedThenTheNextChoice() throws Exception {
    List<InetSocketAddress> closed = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
        closed.add(address(socket));
      }
    }
    gateway.servers.clear();
    gateway
        .server("app-1", closed.toArray(InetSocketAddress[]::new))
        .server("app-2", address(app2));
    divertToApp2();
    gateway.start();
    End client = opened(End.connect(gateway.address()));
    client.send(10, 5);
    served(app2);
    assertThat(seen().connectionErrors()).isEqualTo(2);
  }
}
