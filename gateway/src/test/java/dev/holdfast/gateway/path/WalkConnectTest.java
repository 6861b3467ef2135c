package dev.holdfast.gateway.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.config.PoolConfig;
import dev.holdfast.epoch.LoopRoutes.Answer;
import dev.holdfast.words.Refusal;
import dev.holdfast.words.ServerName;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** From a route to a server: holds, diversions, ports, next choices, clients that leave. */
class WalkConnectTest extends WalkScene {
  @Test
  void goesToTheNextChoiceWhenTheNameHasNoAddress() throws Exception {
    gateway.servers.add(
        new dev.holdfast.config.ServerConfig(
            new ServerName("app-1"), "nowhere.invalid", List.of(9000), 100, null));
    gateway.server("app-2", address(app2));
    divertTo("app-2");
    start();
    client().send(10, 5);
    accepted(app2).expect(10, 5);
    assertThat(errors("app-1")).isEqualTo(1);
  }

  @Test
  void refusesWhenTheNameHasNoAddress() throws Exception {
    gateway.servers.add(
        new dev.holdfast.config.ServerConfig(
            new ServerName("app-1"), "nowhere.invalid", List.of(9000), 100, null));
    start();
    refused(Refusal.NO_SERVER);
    ended("SC");
  }

  @Test
  void clientMayEndWhileItsServerIsBeingConnected() throws Exception { // 19
    ServerSocket deaf = deaf();
    deaf.setSoTimeout(10_000);
    gateway.server("app-1", address(deaf));
    gateway.timeouts = new PoolConfig.Timeouts(Duration.ofSeconds(5), null, null);
    start();
    End client = client().fin();
    Wait.until("connecting", () -> gateway.admission.held(SERVER_1) == 1);
    End server = accepted(deaf);
    while (isFiller(server)) {
      server = accepted(deaf);
    }
    assertThat(server.next()).isEqualTo("FIN");
    server.send(5, 1).fin();
    assertThat(client.expect(5, 1).next()).isEqualTo("FIN");
    ended("--");
  }

  private boolean isFiller(End server) throws IOException {
    for (AutoCloseable each : open) {
      if (each instanceof java.nio.channels.SocketChannel filler
          && server.socket.getRemoteSocketAddress().equals(filler.getLocalAddress())) {
        return true;
      }
    }
    return false;
  }

  @Test
  void clientMayEndWhileNoServerCanBeConnected() throws Exception { // 19
    gateway.server("app-1", address(deaf()));
    gateway.timeouts = new PoolConfig.Timeouts(Duration.ofMillis(300), null, null);
    start();
    End client = client().fin();
    assertThat(client.last()).isEqualTo("RESET");
    ended("sC");
  }

  @Test
  void waitsWhileItsSlotIsHeld() throws Exception {
    gateway.routes.answers = source -> new Answer.Held();
    start();
    End client = client().send(10, 5);
    Wait.until("it is held", () -> gateway.counts().queued() == 1);
    gateway.routes.answers = source -> FixedRoutes.to("app-1");
    gateway.path.loops().get(0).execute(gateway.routes.letGo);
    accepted(app1).expect(10, 5);
    assertThat(client.socket.isClosed()).isFalse();
  }

  @Test
  void refusesWhoIsHeldForTooLong() throws Exception {
    gateway.limits = limits(null, null, 0, 100);
    gateway.routes.answers = source -> new Answer.Held();
    start();
    refused(Refusal.QUEUE_TIMEOUT);
  }

  @Test
  void divertsWhoseServerDoesNotServe() throws Exception {
    gateway.routes.answers = source -> new Answer.Unserved(new ServerName("app-1"));
    divertTo("app-2");
    start();
    client().send(10, 5);
    accepted(app2).expect(10, 5);
  }

  @Test
  void triesTheNextPortOfTheSameServer() throws Exception {
    ServerSocket closed = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
    closed.close();
    gateway.server("app-1", address(closed), address(app1));
    start();
    client().send(10, 5);
    accepted(app1).expect(10, 5);
    assertThat(gateway.routes.opened.get()).isEqualTo(1);
    assertThat(errors("app-1")).isLessThanOrEqualTo(1); // the ports are used in turn
  }

  private long errors(String server) {
    return gateway
        .path
        .snapshot()
        .pools()
        .get(Gateway.POOL)
        .servers()
        .get(new ServerName(server))
        .connectionErrors();
  }

  @Test
  void goesToTheNextChoiceWhenTheServerRefuses() throws Exception {
    app1.close();
    divertTo("app-2");
    start();
    client().send(10, 5);
    accepted(app2).expect(10, 5);
    assertThat(gateway.admission.held(SERVER_1)).isZero();
    assertThat(gateway.admission.held(SERVER_2)).isEqualTo(1);
    assertThat(errors("app-1")).isEqualTo(1);
  }

  @Test
  void goesToTheNextChoiceWhenTheServerDoesNotAnswer() throws Exception {
    ServerSocket deaf = deaf();
    gateway.server("app-1", address(deaf)).server("app-2", address(app2));
    gateway.timeouts = new PoolConfig.Timeouts(Duration.ofMillis(200), null, null);
    divertTo("app-2");
    start();
    client().send(10, 5);
    accepted(app2).expect(10, 5);
    assertThat(gateway.admission.held(SERVER_1)).isZero();
  }

  /** A server whose queue is full, so that it answers no connection request. */
  private ServerSocket deaf() throws IOException {
    ServerSocket deaf = opened(new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")));
    for (int i = 0; i < 8; i++) {
      java.nio.channels.SocketChannel filler = opened(java.nio.channels.SocketChannel.open());
      filler.bind(new InetSocketAddress("127.0.0.1", 0)); // known also while it connects
      filler.configureBlocking(false);
      filler.connect(address(deaf));
    }
    return deaf;
  }

  @Test
  void givesUpAfterSomeChoices() throws Exception {
    app1.close();
    gateway.routes.diversions = (source, unusable) -> Future.succeededFuture();
    start();
    refused(Refusal.NO_SERVER);
    ended("SC");
    assertThat(gateway.routes.opened.get()).isEqualTo(4);
  }

  @Test
  void clientMayLeaveWhileItsServerIsBeingConnected() throws Exception {
    gateway.server("app-1", address(deaf()));
    start();
    End client = client();
    Wait.until("connecting", () -> gateway.admission.held(SERVER_1) == 1);
    client.reset();
    ended("CC");
  }

  @Test
  void clientMayLeaveWhileItIsDiverted() throws Exception {
    Promise<Void> never = Promise.promise();
    gateway.routes.answers = source -> new Answer.Unserved(new ServerName("app-1"));
    gateway.routes.diversions = (source, unusable) -> never.future();
    start();
    End client = client();
    Wait.until("diverting", () -> gateway.counts().queued() == 1);
    client.reset();
    ended("CQ");
    gateway.path.loops().get(0).execute(() -> never.complete());
  }

  @Test
  void refusesWhenNoLocalPortCanBeHad() throws Exception {
    gateway.sourceAddresses = java.util.Map.of(Gateway.POOL, List.of("192.0.2.77")); // not ours
    start();
    refused(Refusal.NO_PORT);
    ended("RC");
  }

  @Test
  void usesItsSourceAddressesInTurn() throws Exception {
    gateway.sourceAddresses = java.util.Map.of(Gateway.POOL, List.of("127.0.0.31", "127.0.0.32"));
    start();
    List<String> seen = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      client();
      seen.add(accepted(app1).socket.getInetAddress().getHostAddress());
    }
    assertThat(seen.subList(0, 2)).containsExactlyInAnyOrder("127.0.0.31", "127.0.0.32");
    assertThat(seen.subList(2, 4)).isEqualTo(seen.subList(0, 2));
  }
}
