package dev.holdfast.gateway.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.config.ListenerConfig;
import dev.holdfast.words.Refusal;
import dev.holdfast.words.Scope;
import dev.holdfast.words.ServerName;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A gateway with two servers, and every way out of the walk: what the client sees, what is counted,
 * and that nothing is left.
 */
@ExtendWith(Leaks.class)
@Timeout(30)
abstract class WalkScene {
  static final Scope SERVER_1 = Scope.of(Gateway.POOL, new ServerName("app-1"));
  static final Scope SERVER_2 = Scope.of(Gateway.POOL, new ServerName("app-2"));

  final Gateway gateway = new Gateway();
  final List<AutoCloseable> open = new ArrayList<>();
  ServerSocket app1;
  ServerSocket app2;
  private int fullyHeld;

  @BeforeEach
  void listen() throws IOException {
    app1 = opened(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")));
    app2 = opened(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.2")));
    app1.setSoTimeout(10_000);
    app2.setSoTimeout(10_000);
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    gateway.settle();
    assertThat(gateway.admission.most(SERVER_1)).isLessThanOrEqualTo(Math.max(1, fullyHeld));
    gateway.close();
  }

  <T extends AutoCloseable> T opened(T closeable) {
    open.add(closeable);
    return closeable;
  }

  static InetSocketAddress address(ServerSocket socket) {
    return new InetSocketAddress(socket.getInetAddress(), socket.getLocalPort());
  }

  void start() throws Exception {
    fullyHeld = 100;
    if (gateway.servers.isEmpty()) {
      gateway.server("app-1", address(app1)).server("app-2", address(app2));
    }
    gateway.start();
  }

  End client() throws IOException {
    return opened(End.connect(gateway.address()));
  }

  End accepted(ServerSocket app) throws IOException {
    return opened(new End(app.accept()));
  }

  End served() throws IOException {
    End client = client();
    End server = accepted(app1);
    client.send(1, 0);
    server.expect(1, 0).send(1, 1);
    client.expect(1, 1);
    return client;
  }

  void refused(Refusal why) throws IOException {
    long before = gateway.counts().denied().getOrDefault(why, 0L);
    assertThat(End.howRefused(gateway.address())).isEqualTo("RESET");
    Wait.until(
        "counted " + why, () -> gateway.counts().denied().getOrDefault(why, 0L) == before + 1);
  }

  void ended(String letters) {
    Wait.until(
        letters + " in " + gateway.counts().ended(),
        () -> gateway.counts().ended().containsKey(letters));
  }

  static ListenerConfig.Limits limits(Long perSource, Long rate, int queue, int timeoutMs) {
    return new ListenerConfig.Limits(null, perSource, rate, queue, Duration.ofMillis(timeoutMs));
  }

  void divertTo(String other) {
    gateway.routes.diversions =
        (source, unusable) -> {
          gateway.routes.answers = any -> FixedRoutes.to(other);
          return Future.succeededFuture();
        };
  }
}
