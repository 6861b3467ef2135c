package dev.holdfast.gateway.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.holdfast.config.Check;
import dev.holdfast.config.Check.Step;
import dev.holdfast.config.Check.Type;
import dev.holdfast.words.PoolName;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each kind of check against servers that speak, on real sockets. */
class ProbeTest {
  private static final PoolName POOL = new PoolName("chat");

  private final List<AutoCloseable> open = new ArrayList<>();
  private final Trust trust = new Trust();
  private EventLoopGroup group;
  private Check base = Check.tcp(Duration.ofSeconds(5), Duration.ofSeconds(5), 2, 3);
  private HealthChecks.Header header = HealthChecks.Header.NONE;
  private InetAddress from;
  private String host = "localhost";
  @TempDir Path folder;

  @BeforeEach
  void loop() {
    start(Epoll.isAvailable());
  }

  private void start(boolean epoll) {
    group =
        new MultiThreadIoEventLoopGroup(
            1, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
  }

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
  }

  private <T extends AutoCloseable> T opened(T one) {
    open.add(one);
    return one;
  }

  private Peer peer(Peer.Script script) throws IOException {
    return opened(new Peer(script));
  }

  private void timeout(long ms) {
    base = Check.tcp(Duration.ofSeconds(5), Duration.ofMillis(ms), 2, 3);
  }

  private Check of(Type type, Check.Tls tls, Check.Http http, Step... steps) {
    return new Check(
        type, base.timing(), base.verdict(), base.passive(), null, tls, http, List.of(steps));
  }

  private String ask(Check check, InetSocketAddress target) throws Exception {
    CompletableFuture<Prober.Answer> answered = new CompletableFuture<>();
    EventLoop loop = group.next();
    Prober prober = new NettyProber(loop, trust, header);
    loop.execute(
        () ->
            prober.probe(
                new Prober.Question(POOL, check, host, target.getAddress(), target.getPort(), from),
                answered::complete));
    Prober.Answer answer = answered.get(20, TimeUnit.SECONDS);
    return (answer.code() + " " + answer.detail()).strip();
  }

  private String talk(Peer peer, Step... steps) throws Exception {
    return ask(of(Type.SEND_EXPECT, base.tls(), base.http(), steps), peer.address());
  }

  private static Step send(String text) {
    return new Step(Step.Kind.SEND, text);
  }

  private static Step expect(String text) {
    return new Step(Step.Kind.EXPECT, text);
  }

  private InetSocketAddress closed() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return new InetSocketAddress(socket.getInetAddress(), socket.getLocalPort());
    }
  }

  // ---------------------------------------------------------------- tcp

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void tcpConnectsAndLeavesNoPortBehind(boolean epoll) throws Exception {
    assumeTrue(!epoll || Epoll.isAvailable());
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    start(epoll);
    Peer peer = peer(client -> client.getInputStream().read());
    assertThat(ask(base, peer.address())).isEqualTo("L4OK");
    for (int i = 0; i < 500 && peer.ends().isEmpty(); i++) {
      Thread.sleep(10);
    }
    assertThat(peer.ends()).singleElement().asString().contains("reset");
  }

  @Test
  void tcpIsRefused() throws Exception {
    assertThat(ask(base, closed())).isEqualTo("L4CON Connection refused");
  }

  @Test
  void tcpIsNotAnswered() throws Exception {
    ServerSocket deaf = opened(new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")));
    InetSocketAddress address = new InetSocketAddress(deaf.getInetAddress(), deaf.getLocalPort());
    for (int i = 0; i < 8; i++) {
      SocketChannel filler = opened(SocketChannel.open());
      filler.configureBlocking(false);
      filler.connect(address);
    }
    timeout(100);
    assertThat(ask(base, address)).isEqualTo("L4TOUT");
  }

  @Test
  void aSourceAddressThatThisMachineHasNotIsOurFault() throws Exception {
    from = InetAddress.getByName("192.0.2.1");
    assertThat(ask(base, closed())).startsWith("SOCKERR");
    from = InetAddress.getByName("127.0.0.77");
    Peer peer = peer(client -> client.getInputStream().read());
    assertThat(ask(base, peer.address())).isEqualTo("L4OK");
    for (int i = 0; i < 500 && peer.clients().isEmpty(); i++) {
      Thread.sleep(10);
    }
    assertThat(peer.clients().get(0).getInetAddress().getHostAddress()).isEqualTo("127.0.0.77");
  }

  @Test
  void theHeaderGoesFirst() throws Exception {
    header =
        (pool, name, port, channel) -> Unpooled.copiedBuffer("HEADER\n", StandardCharsets.US_ASCII);
    List<String> lines = new ArrayList<>();
    Peer peer =
        peer(
            client -> {
              lines.add(Peer.line(client));
              lines.add(Peer.line(client));
              Peer.say(client, "+PONG\r\n");
              client.getInputStream().read();
            });
    assertThat(talk(peer, send("PING\n"), expect("+PONG"))).isEqualTo("L7OK");
    assertThat(lines).containsExactly("HEADER\n", "PING\n");
  }

  // ---------------------------------------------------------------- send and expect

  private static void redis(java.net.Socket client) throws IOException {
    for (String line = Peer.line(client); !line.isEmpty(); line = Peer.line(client)) {
      Peer.say(client, line.equals("PING\r\n") ? "+PONG\r\n" : "-ERR unknown command\r\n");
    }
  }

  @Test
  void redisAnswersPing() throws Exception {
    Peer redis = peer(ProbeTest::redis);
    assertThat(talk(redis, send("PING\r\n"), expect("+PONG\r\n"))).isEqualTo("L7OK");
    timeout(200);
    assertThat(talk(redis, send("PONG\r\n"), expect("+PONG\r\n")))
        .isEqualTo("L7TOUT step 2 expects +PONG, got \"-ERR unknown command\"");
  }

  @Test
  void aRealRedisAnswersPing() throws Exception {
    boolean found = Files.isExecutable(Path.of("/usr/bin/redis-server"));
    assumeTrue(found, "redis-server is not installed");
    int port = closed().getPort();
    Process redis =
        new ProcessBuilder("redis-server", "--port", "" + port, "--bind", "127.0.0.1", "--save", "")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("redis.log").toFile())
            .start();
    opened(redis::destroyForcibly);
    InetSocketAddress at = new InetSocketAddress("127.0.0.1", port);
    Check check = of(Type.SEND_EXPECT, base.tls(), base.http(), send("PING\r\n"), expect("+PONG"));
    String said = "";
    for (int i = 0; i < 500 && !said.equals("L7OK"); i++) {
      said = ask(check, at);
      Thread.sleep(10);
    }
    assertThat(said).isEqualTo("L7OK");
  }

  @Test
  void aMailServerGreetsFirstAndIsTakenLeaveOf() throws Exception {
    List<String> heard = new ArrayList<>();
    Peer smtp =
        peer(
            client -> {
              Peer.say(client, "220 mail.exam");
              Thread.sleep(20); // a greeting in two parts
              Peer.say(client, "ple ESMTP\r\n");
              heard.add(Peer.line(client));
              Peer.say(client, "250 hello\r\n");
              heard.add(Peer.line(client));
            });
    Step banner = new Step(Step.Kind.EXPECT_REGEX, "^220 .*ESMTP");
    assertThat(talk(smtp, banner, send("EHLO check\r\n"), expect("250 "), send("QUIT\r\n")))
        .isEqualTo("L7OK");
    for (int i = 0; i < 500 && smtp.ends().isEmpty(); i++) {
      Thread.sleep(10);
    }
    assertThat(heard).as("no reset overtook it").containsExactly("EHLO check\r\n", "QUIT\r\n");
  }

  @Test
  void bytesAreSentAndExpectedByHex() throws Exception {
    Peer mqtt =
        peer(
            client -> {
              assertThat(client.getInputStream().readNBytes(3)).containsExactly(0x10, 0x0c, 0);
              client.getOutputStream().write(new byte[] {0x20, 2, 0, 0});
              client.getInputStream().read();
            });
    assertThat(
            talk(
                mqtt,
                new Step(Step.Kind.SEND_HEX, "10 0c 00"),
                new Step(Step.Kind.EXPECT_HEX, "20020000")))
        .isEqualTo("L7OK");
  }

  @Test
  void whatCameAfterAMatchStaysForTheNextStep() throws Exception {
    Peer peer =
        peer(
            client -> {
              Peer.say(client, "one two three");
              client.getInputStream().read();
            });
    assertThat(talk(peer, expect("one"), expect("three"))).isEqualTo("L7OK");
    timeout(200);
    assertThat(talk(peer, expect("three"), expect("one"))).startsWith("L7TOUT step 2 expects one");
  }

  @Test
  void whoClosesEarlyHasFailed() throws Exception {
    Peer peer = peer(client -> Peer.say(client, "go away"));
    assertThat(talk(peer, expect("welcome")))
        .isEqualTo("L7RSP closed, step 1 expects welcome, got \"go away\"");
  }

  @Test
  void whoSaysTooMuchHasFailed() throws Exception {
    Peer peer =
        peer(
            client -> {
              while (true) {
                Peer.say(client, "x".repeat(1000));
              }
            });
    assertThat(talk(peer, expect("welcome")))
        .startsWith("L7RSP step 1 expects welcome, got")
        .endsWith("in the first 16384 bytes");
  }

  @Test
  void anExpressionOfTheWorstKindTakesNoLonger() throws Exception {
    Peer peer =
        peer(
            client -> {
              Peer.say(client, "a".repeat(5000));
              client.getInputStream().read();
            });
    timeout(2000);
    assertThat(talk(peer, new Step(Step.Kind.EXPECT_REGEX, "(a|aa)*(a|b)*c$")))
        .startsWith("L7TOUT");
  }

  // ---------------------------------------------------------------- http

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    try (exchange) {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      boolean silent = exchange.getRequestMethod().equals("HEAD") || bytes.length == 0;
      exchange.sendResponseHeaders(status, silent ? -1 : bytes.length);
      if (!silent) {
        exchange.getResponseBody().write(bytes);
      }
    }
  }

  private HttpServer serve(HttpServer server) {
    server.createContext("/healthz", exchange -> answer(exchange, 200, "all is {\"ok\":true}"));
    server.createContext("/sick", exchange -> answer(exchange, 503, "no"));
    server.createContext("/moved", exchange -> answer(exchange, 302, ""));
    server.createContext(
        "/long", exchange -> answer(exchange, 200, "x".repeat(HttpTalk.MOST_BYTES) + "end"));
    server.createContext(
        "/host",
        exchange ->
            answer(
                exchange,
                200,
                exchange.getRequestMethod()
                    + " "
                    + exchange.getRequestHeaders().getFirst("Host")
                    + " "
                    + exchange.getRequestURI()));
    server.start();
    open.add(() -> server.stop(0));
    return server;
  }

  private HttpServer http() throws IOException {
    return serve(HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0));
  }

  private static Check.Http get(String path, String body) {
    return new Check.Http("GET", path, null, List.of(new Check.Codes(200, 399)), body);
  }

  private String ask(HttpServer server, Check.Http request) throws Exception {
    return ask(of(Type.HTTP, base.tls(), request), server.getAddress());
  }

  @Test
  void httpLooksAtTheStatus() throws Exception {
    HttpServer server = http();
    assertThat(ask(server, get("/healthz", null))).isEqualTo("L7OK 200");
    assertThat(ask(server, get("/moved", null))).isEqualTo("L7OK 302");
    assertThat(ask(server, get("/sick", null))).isEqualTo("L7STS 503 Service Unavailable");
    assertThat(ask(server, get("/none", null))).isEqualTo("L7STS 404 Not Found");
    Check.Http sick =
        new Check.Http("GET", "/sick", null, List.of(new Check.Codes(503, 503)), null);
    assertThat(ask(server, sick)).isEqualTo("L7OK 503");
    Check.Http head =
        new Check.Http("HEAD", "/healthz", null, List.of(new Check.Codes(200, 200)), null);
    assertThat(ask(server, head)).isEqualTo("L7OK 200");
  }

  @Test
  void httpLooksIntoTheBody() throws Exception {
    HttpServer server = http();
    assertThat(ask(server, get("/healthz", "\"ok\":true"))).isEqualTo("L7OK 200");
    assertThat(ask(server, get("/healthz", "\"ok\":false")))
        .startsWith("L7RSP body without \"\"ok\":false\", got \"all is");
    assertThat(ask(server, get("/long", "end"))).startsWith("L7RSP body without");
    assertThat(ask(server, get("/long", "xxx"))).isEqualTo("L7OK 200");
  }

  @Test
  void httpSaysWhomItAsks() throws Exception {
    HttpServer server = http();
    int port = server.getAddress().getPort();
    assertThat(ask(server, get("/host?a=b", "GET localhost:" + port + " /host?a=b")))
        .isEqualTo("L7OK 200");
    Check.Http named =
        new Check.Http(
            "POST",
            "/host",
            "app.internal",
            List.of(new Check.Codes(200, 200)),
            "POST app.internal");
    assertThat(ask(server, named)).isEqualTo("L7OK 200");
    host = "::1";
    assertThat(ask(server, get("/host", "[::1]:" + port))).isEqualTo("L7OK 200");
  }

  @Test
  void whatIsNoHttpHasFailed() throws Exception {
    Check check = of(Type.HTTP, base.tls(), get("/", null));
    Peer banner = peer(client -> Peer.say(client, "SSH-2.0-OpenSSH_9.2\r\n\r\n"));
    assertThat(ask(check, banner.address())).isEqualTo("L7RSP not HTTP");
    Peer silent = peer(Peer::line);
    assertThat(ask(check, silent.address())).startsWith("L7RSP");
    Peer endless =
        peer(
            client -> {
              Peer.say(client, "HTTP/1.1 200 OK\r\nX: ");
              while (true) {
                Peer.say(client, "x".repeat(1000));
              }
            });
    assertThat(ask(check, endless.address())).isEqualTo("L7RSP not HTTP");
    timeout(100);
    Peer mute = peer(client -> client.getInputStream().readAllBytes());
    assertThat(ask(of(Type.HTTP, base.tls(), get("/", null)), mute.address()))
        .isEqualTo("L7TOUT no answer");
  }

  @Test
  void anAnswerMayBeAnnounced() throws Exception {
    Peer peer =
        peer(
            client -> {
              Peer.line(client);
              Peer.say(client, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 204 No Content\r\n\r\n");
              client.getInputStream().readAllBytes();
            });
    assertThat(ask(of(Type.HTTP, base.tls(), get("/", null)), peer.address()))
        .isEqualTo("L7OK 204");
  }

  // ---------------------------------------------------------------- tls

  private HttpsServer https(Certificates.Pair pair) throws Exception {
    HttpsServer server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(pair.context()));
    serve(server);
    return server;
  }

  private String shake(HttpServer server, String caFile, String name) throws Exception {
    trust.read(Set.of(caFile == null ? Trust.ANYBODY : caFile));
    return ask(of(Type.TLS, new Check.Tls(caFile, name), base.http()), server.getAddress());
  }

  @Test
  void tlsShakesHands() throws Exception {
    HttpsServer server = https(Certificates.make(folder, "a", "localhost"));
    assertThat(shake(server, null, null)).isEqualTo("L6OK");
  }

  @Test
  void tlsTrustsWhomTheFileSigned() throws Exception {
    Certificates.Pair mine = Certificates.make(folder, "mine", "localhost");
    Certificates.Pair other = Certificates.make(folder, "other", "localhost");
    HttpsServer server = https(mine);
    assertThat(shake(server, mine.pem(), null)).isEqualTo("L6OK");
    assertThat(shake(server, other.pem(), null)).startsWith("L6RSP ");
  }

  @Test
  void tlsWantsTheNameIfThereIsAFile() throws Exception {
    Certificates.Pair pair = Certificates.make(folder, "a", "app.internal");
    HttpsServer server = https(pair);
    assertThat(shake(server, pair.pem(), "app.internal")).isEqualTo("L6OK");
    assertThat(shake(server, pair.pem(), null)).isEqualTo("L6RSP No name matching localhost found");
    assertThat(shake(server, null, "whoever")).isEqualTo("L6OK");
  }

  @Test
  void aFileThatCannotBeReadSaysNothingOfTheServer() throws Exception {
    HttpsServer server = https(Certificates.make(folder, "a", "localhost"));
    String file = folder.resolve("missing.pem").toString();
    assertThat(shake(server, file, null)).isEqualTo("SOCKERR ca-file " + file + " cannot be read");
    Certificates.Pair pair = Certificates.make(folder, "b", "localhost");
    Files.copy(Path.of(pair.pem()), Path.of(file));
    trust.reload();
    assertThat(ask(of(Type.TLS, new Check.Tls(file, null), base.http()), https(pair).getAddress()))
        .isEqualTo("L6OK");
  }

  @Test
  void whoSpeaksNoTlsHasFailed() throws Exception {
    trust.read(Set.of(Trust.ANYBODY));
    Check check = of(Type.TLS, base.tls(), base.http());
    Peer plain = peer(client -> Peer.say(client, "220 hello\r\n"));
    assertThat(ask(check, plain.address())).startsWith("L6RSP");
    timeout(150);
    Peer mute = peer(client -> client.getInputStream().readAllBytes());
    assertThat(ask(of(Type.TLS, base.tls(), base.http()), mute.address())).isEqualTo("L6TOUT");
  }

  @Test
  void httpsAsksInsideTls() throws Exception {
    Certificates.Pair pair = Certificates.make(folder, "a", "localhost");
    HttpsServer server = https(pair);
    trust.read(Set.of(pair.pem()));
    Check.Tls tls = new Check.Tls(pair.pem(), null);
    assertThat(ask(of(Type.HTTPS, tls, get("/healthz", "ok")), server.getAddress()))
        .isEqualTo("L7OK 200");
    assertThat(ask(of(Type.HTTPS, tls, get("/sick", null)), server.getAddress()))
        .isEqualTo("L7STS 503 Service Unavailable");
  }

  @Test
  void stepsMayFollowTheHandshake() throws Exception {
    HttpsServer server = https(Certificates.make(folder, "a", "localhost"));
    trust.read(Set.of(Trust.ANYBODY));
    Check check =
        of(
            Type.TLS,
            base.tls(),
            base.http(),
            send("GET /healthz HTTP/1.0\r\n\r\n"),
            expect("200 OK"),
            expect("ok"));
    assertThat(ask(check, server.getAddress())).isEqualTo("L7OK");
  }
}
