package dev.holdfast.gateway.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.config.Cidr;
import dev.holdfast.config.NodeSettings;
import dev.holdfast.gateway.relay.RelayKind;
import dev.holdfast.gateway.session.SessionFilter;
import dev.holdfast.gateway.session.SessionView;
import dev.holdfast.words.Source;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that trusts 127.0.0.1 to say who its clients are, one server, and either relay. */
@ExtendWith(Leaks.class)
@Timeout(30)
abstract class HeaderScene {
  /** How bytes are relayed. */
  enum Way {
    EPOLL(RelayKind.EPOLL, true),
    NETTY(RelayKind.NETTY, true),
    NIO(RelayKind.NETTY, false);

    private final RelayKind kind;
    private final boolean epoll;

    Way(RelayKind kind, boolean epoll) {
      this.kind = kind;
      this.epoll = epoll;
    }
  }

  static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

  @TempDir Path folder;
  final Gateway gateway = new Gateway();
  final List<AutoCloseable> open = new ArrayList<>();
  final Queue<Source> routed = new ConcurrentLinkedQueue<>();
  ServerSocket app;
  Path log;

  @BeforeEach
  void listen() throws IOException {
    app = opened(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")));
    app.setSoTimeout(10_000);
    log = folder.resolve("access.log");
    gateway.accessLog = new NodeSettings.AccessLog(log.toString(), false, null);
    gateway.headersFrom = List.of(Cidr.parse("127.0.0.1/32"));
    gateway.routes.answers =
        source -> {
          routed.add(source);
          return FixedRoutes.to("app-1");
        };
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    if (gateway.path != null) {
      gateway.settle();
    }
    gateway.close();
  }

  <T extends AutoCloseable> T opened(T closeable) {
    open.add(closeable);
    return closeable;
  }

  void start(Way way) throws Exception {
    start(way, app.getLocalPort());
  }

  void start(Way way, int port) throws Exception {
    Assumptions.assumeTrue(!way.epoll || Epoll.isAvailable(), "needs epoll");
    gateway.epoll = way.epoll;
    gateway.relay = way.kind;
    gateway.server("app-1", new InetSocketAddress("127.0.0.1", port)).start();
  }

  End proxy() throws IOException {
    return opened(End.connect(gateway.address()));
  }

  End accepted() throws IOException {
    return opened(new End(app.accept()));
  }

  SessionView session() throws Exception {
    List<SessionView> all = Gateway.await(gateway.path.live().page(SessionFilter.ALL, null, 10));
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  void bothEnd(End client, End server) throws IOException {
    client.fin();
    assertThat(server.next()).isEqualTo("FIN");
    server.fin();
    assertThat(client.next()).isEqualTo("FIN");
    gateway.settle();
  }

  static byte[] hex(String... parts) {
    return HexFormat.of().parseHex(String.join("", parts));
  }

  static String field(int type, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
    return String.format("%02x%04x", type, bytes.length) + HexFormat.of().formatHex(bytes);
  }

  static byte[] block(String ends, String... fields) {
    String rest = ends + String.join("", fields);
    return hex(SIGNATURE, "2111", String.format("%04x", rest.length() / 2), rest);
  }

  /** Of both ends of a connection, in hexadecimals. */
  static String ends(End client) {
    InetSocketAddress mine = (InetSocketAddress) client.socket.getLocalSocketAddress();
    InetSocketAddress its = (InetSocketAddress) client.socket.getRemoteSocketAddress();
    return HexFormat.of().formatHex(mine.getAddress().getAddress())
        + HexFormat.of().formatHex(its.getAddress().getAddress())
        + String.format("%04x%04x", mine.getPort(), its.getPort());
  }

  String id() throws Exception {
    return "gw-1~" + session().id();
  }

  End direct() throws Exception {
    return opened(End.connect(gateway.address(), "127.0.0.2"));
  }

  List<String> logged(int lines) throws IOException {
    Wait.until("logged", () -> lines(log) >= lines);
    return Files.readAllLines(log);
  }

  private static int lines(Path log) {
    try {
      return Files.exists(log) ? Files.readAllLines(log).size() : 0;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
