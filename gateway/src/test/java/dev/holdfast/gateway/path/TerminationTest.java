package dev.holdfast.gateway.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.config.Cidr;
import dev.holdfast.config.ListenerConfig;
import dev.holdfast.config.NodeSettings;
import dev.holdfast.config.PoolConfig.Timeouts;
import dev.holdfast.epoch.LoopRoutes.Answer;
import dev.holdfast.words.Scope;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every two letters that the end of a session can have, each provoked over real sockets: they are
 * in the metrics and in the access log, and nothing is left.
 */
class TerminationTest {
  private static final Duration SOON = Duration.ofMillis(200);
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir Path folder;

  /** One gateway, its servers and what a row does to them. */
  private static final class Scene implements Closeable {
    final Gateway gateway = new Gateway();
    final List<Closeable> open = new ArrayList<>();
    final ServerSocket app;

    Scene() throws IOException {
      app = opened(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")));
      app.setSoTimeout(10_000);
      gateway.timeouts = new Timeouts(Duration.ofSeconds(2), null, null);
    }

    <T extends Closeable> T opened(T closeable) {
      open.add(closeable);
      return closeable;
    }

    static InetSocketAddress address(ServerSocket socket) {
      return new InetSocketAddress(socket.getInetAddress(), socket.getLocalPort());
    }

    Scene start() throws Exception {
      if (gateway.servers.isEmpty()) {
        gateway.server("app-1", address(app));
      }
      gateway.start();
      return this;
    }

    End client() throws IOException {
      return opened(End.connect(gateway.address()));
    }

    /** A client that is refused, maybe while it connects. */
    void refused() throws IOException {
      assertThat(End.howRefused(gateway.address())).isEqualTo("RESET");
    }

    /** A client and its server, between whom a byte went each way, the server's last. */
    End[] pair() throws IOException {
      End client = client();
      End server = opened(new End(app.accept()));
      client.send(1, 0);
      server.expect(1, 0).send(1, 1);
      client.expect(1, 1);
      return new End[] {client, server};
    }

    Scene timeouts(Duration connect, Duration idle, Duration halfClosed, Duration maxAge) {
      gateway.timeouts = new Timeouts(connect, idle, null, null, halfClosed, maxAge, 0);
      return this;
    }

    /** The next client waits for a permit. */
    End waiting() throws Exception {
      gateway.admission.limit(Scope.of(Gateway.LISTENER), 0);
      start();
      End client = client();
      Wait.until("it waits", () -> gateway.admission.waiting() == 1);
      return client;
    }

    /** Everybody must send a PROXY header. */
    Scene headers() {
      gateway.headersFrom = List.of(Cidr.parse("127.0.0.0/8"));
      return this;
    }

    /** A server that answers no connection request. */
    Scene deaf() throws IOException {
      ServerSocket deaf = opened(new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")));
      for (int i = 0; i < 8; i++) {
        SocketChannel filler = opened(SocketChannel.open());
        filler.configureBlocking(false);
        filler.connect(address(deaf));
      }
      gateway.server("app-1", address(deaf));
      return this;
    }

    void order(char letter) throws Exception {
      gateway.path.endSessions(all -> true, Duration.ofSeconds(2), letter);
    }

    @Override
    public void close() throws IOException {
      for (Closeable each : open) {
        each.close();
      }
      gateway.settle();
      gateway.close();
    }
  }

  /** What a row does. */
  private interface Act {
    void on(Scene scene) throws Exception;
  }

  private record Row(String letters, String because, Act act) {}

  private static Act ordered(char letter, boolean half) {
    return scene -> {
      End[] pair = scene.start().pair();
      if (half) {
        pair[0].fin();
        assertThat(pair[1].next()).isEqualTo("FIN");
      }
      scene.order(letter);
      if (!half) {
        assertThat(pair[1].next()).isEqualTo("FIN");
      }
      assertThat(pair[0].next()).isEqualTo("FIN");
      if (!half) {
        pair[0].fin();
      }
      pair[1].fin();
    };
  }

  private static final List<Row> ROWS =
      List.of(
          new Row(
              "--",
              "both sides ended",
              scene -> {
                End[] pair = scene.start().pair();
                pair[0].fin();
                pair[1].fin();
              }),
          new Row("CD", "the client reset", scene -> scene.start().pair()[0].reset()),
          new Row(
              "CL",
              "the client reset after the server's FIN",
              scene -> {
                End[] pair = scene.start().pair();
                pair[1].fin();
                assertThat(pair[0].next()).isEqualTo("FIN");
                pair[0].reset();
              }),
          new Row(
              "CC",
              "the client left while its server was connected",
              scene -> {
                End client = scene.deaf().start().client();
                Wait.until("connecting", () -> scene.gateway.admission.heldInAll() > 0);
                client.reset();
              }),
          new Row("CQ", "the client left the queue", scene -> scene.waiting().reset()),
          new Row("SD", "the server reset", scene -> scene.start().pair()[1].reset()),
          new Row(
              "SL",
              "the server reset after the client's FIN",
              scene -> {
                End[] pair = scene.start().pair();
                pair[0].fin();
                assertThat(pair[1].next()).isEqualTo("FIN");
                pair[1].reset();
              }),
          new Row(
              "SC",
              "the server refused",
              scene -> {
                scene.app.close();
                scene.gateway.server("app-1", Scene.address(scene.app));
                scene.start().refused();
              }),
          new Row(
              "sC",
              "the server did not answer",
              scene -> scene.timeouts(SOON, null, null, null).deaf().start().refused()),
          new Row(
              "sQ",
              "no permit came in time",
              scene -> {
                scene.gateway.limits = new ListenerConfig.Limits(null, null, null, 5, SOON);
                scene.waiting();
              }),
          new Row(
              "sD",
              "the server was silent",
              scene -> {
                scene.timeouts(LONG, SOON, null, null).start();
                End client = scene.client().send(1, 0);
                scene.opened(new End(scene.app.accept())).expect(1, 0);
                assertThat(client.next()).isEqualTo("FIN");
              }),
          new Row(
              "sL",
              "the server was silent after the client's FIN",
              scene -> {
                End[] pair = scene.timeouts(LONG, null, SOON, null).start().pair();
                pair[0].fin();
                assertThat(pair[0].next()).isEqualTo("FIN");
              }),
          new Row(
              "cD",
              "the client was silent",
              scene -> {
                End[] pair = scene.timeouts(LONG, SOON, null, null).start().pair();
                assertThat(pair[0].next()).isEqualTo("FIN");
              }),
          new Row(
              "cL",
              "the client was silent after the server's FIN",
              scene -> {
                End[] pair = scene.timeouts(LONG, null, SOON, null).start().pair();
                pair[1].fin();
                assertThat(pair[1].next()).isEqualTo("FIN");
              }),
          new Row(
              "AD",
              "it had reached its maximum age",
              scene -> scene.timeouts(LONG, null, null, SOON).start().pair()),
          new Row(
              "AL",
              "it had reached its maximum age, half-closed",
              scene ->
                  scene.timeouts(LONG, null, null, Duration.ofMillis(600)).start().pair()[0].fin()),
          new Row(
              "PQ",
              "an access list denies it",
              scene -> {
                scene.gateway.deny = List.of(Cidr.parse("127.0.0.0/8"));
                scene.start().refused();
              }),
          new Row(
              "PR",
              "its PROXY header is none",
              scene -> {
                scene.headers().start();
                assertThat(scene.client().say("GET / HTTP/1.1").next()).isEqualTo("RESET");
              }),
          new Row(
              "cR",
              "its PROXY header did not come in time",
              scene -> {
                scene.gateway.headerTimeout = SOON;
                scene.headers().start();
                assertThat(scene.client().say("PROXY ").next()).isEqualTo("RESET");
              }),
          new Row(
              "CR",
              "the client left before its PROXY header was whole",
              scene -> {
                scene.headers().start();
                assertThat(scene.client().say("PROXY ").fin().next()).isEqualTo("FIN");
              }),
          new Row(
              "NR",
              "its node was drained before its PROXY header was whole",
              scene -> {
                scene.headers().start();
                End client = scene.client();
                Wait.until("it is there", () -> scene.gateway.path.size() == 1);
                scene.order('N');
                assertThat(client.next()).isEqualTo("FIN");
              }),
          new Row(
              "RC",
              "no local port could be had",
              scene -> {
                scene.gateway.sourceAddresses = Map.of(Gateway.POOL, List.of("192.0.2.77"));
                scene.start().refused();
              }),
          new Row(
              "DQ",
              "the pool has no server",
              scene -> {
                scene.gateway.routes.answers = source -> new Answer.Unserved(null);
                scene.start().refused();
              }),
          new Row("DD", "its server was declared DOWN", ordered('D', false)),
          new Row("DL", "its server was declared DOWN, half-closed", ordered('D', true)),
          new Row("KD", "an operator ended it", ordered('K', false)),
          new Row("KL", "an operator ended it, half-closed", ordered('K', true)),
          new Row("ND", "its node was drained", ordered('N', false)),
          new Row("NL", "its node was drained, half-closed", ordered('N', true)),
          new Row("BD", "it was rebalanced", ordered('B', false)),
          new Row("BL", "it was rebalanced, half-closed", ordered('B', true)),
          new Row(
              "NQ",
              "its node was drained while it waited",
              scene -> {
                scene.waiting();
                scene.order('N');
              }),
          new Row(
              "NC",
              "its node was drained while it was connected",
              scene -> {
                scene.deaf().start().client();
                Wait.until("connecting", () -> scene.gateway.admission.heldInAll() > 0);
                scene.order('N');
              }),
          new Row(
              "IQ",
              "this program failed",
              scene -> {
                scene.gateway.routes.answers =
                    source -> {
                      throw new IllegalStateException("of the test");
                    };
                scene.start().refused();
              }));

  @TestFactory
  @Timeout(300)
  Stream<DynamicTest> everyEndHasItsLetters() {
    return ROWS.stream()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.letters() + " because " + row.because(), () -> provoke(row)));
  }

  private void provoke(Row row) throws Exception {
    Path log = folder.resolve("access-" + ROWS.indexOf(row) + ".log");
    try (Scene scene = new Scene()) {
      scene.gateway.accessLog = new NodeSettings.AccessLog(log.toString(), false, null);
      row.act().on(scene);
      Wait.until(
          row + " in " + scene.gateway.counts().ended(),
          () -> !scene.gateway.counts().ended().isEmpty());
      assertThat(scene.gateway.counts().ended()).isEqualTo(Map.of(row.letters(), 1L));
    }
    assertThat(Files.readAllLines(log))
        .singleElement()
        .asString()
        .matches(".* chat chat/\\S+ \\S+ \\d+/\\d+ " + row.letters() + " id=.*");
  }
}
