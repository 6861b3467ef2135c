package dev.holdfast.gateway.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.config.Check;
import dev.holdfast.config.NodeSettings;
import dev.holdfast.config.PoolConfig;
import dev.holdfast.gateway.relay.RelayKind;
import dev.holdfast.gateway.session.SessionFilter;
import dev.holdfast.gateway.session.SessionView;
import dev.holdfast.words.Health;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.ServerName;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Listeners, settings, ends, checks and the log of a whole data path. */
@ExtendWith(Leaks.class)
@Timeout(60)
class DataPathTest {
  private final Gateway gateway = new Gateway();
  private final List<AutoCloseable> open = new ArrayList<>();
  private ServerSocket app;

  @TempDir Path folder;

  @BeforeEach
  void listen() throws IOException {
    app = opened(new ServerSocket(0, 1000, InetAddress.getByName("127.0.0.1")));
    app.setSoTimeout(10_000);
    gateway.server("app-1", address(app));
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

  private End[] pair() throws IOException {
    End client = opened(End.connect(gateway.address()));
    End server = opened(new End(app.accept()));
    client.send(1, 0);
    server.expect(1, 0);
    return new End[] {client, server};
  }

  @Test
  void aPortInUseIsOneLine() throws Exception {
    gateway.bind = List.of(new HostPort("127.0.0.1", app.getLocalPort()));
    assertThatThrownBy(gateway::start)
        .hasRootCauseInstanceOf(java.net.BindException.class)
        .cause()
        .hasMessageStartingWith("listener chat: 127.0.0.1:" + app.getLocalPort() + " (expected: ")
        .hasMessageNotContaining("\n");
    assertThat(gateway.path.addresses()).isEmpty();
  }

  @Test
  void aPortSharedByAnotherGatewayIsAFault() throws Exception {
    gateway.loops = 2;
    gateway.start();
    try (Gateway second = new Gateway()) {
      second.bind = List.of(new HostPort("127.0.0.1", gateway.address().getPort()));
      second.server("app-1", address(app));
      assertThatThrownBy(second::start).cause().isInstanceOf(BindFault.class);
    }
    assertThat(pair()).hasSize(2);
  }

  @Test
  void listensOnSeveralAddresses() throws Exception {
    gateway.bind = List.of(new HostPort("127.0.0.1", 0), new HostPort("::1", 0));
    gateway.start();
    assertThat(gateway.path.addresses().get(Gateway.LISTENER)).hasSize(2);
    for (InetSocketAddress address : gateway.path.addresses().get(Gateway.LISTENER)) {
      End client = opened(End.connect(address)).send(10, 1);
      opened(new End(app.accept())).expect(10, 1);
      assertThat(client.socket.isConnected()).isTrue();
    }
  }

  @Test
  void settingsChangeAndSessionsGoOn() throws Exception {
    gateway.start();
    End[] before = pair();
    ServerSocket other = opened(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")));
    InetSocketAddress old = gateway.address();
    gateway.servers.clear();
    gateway.server("app-2", address(other));
    gateway.bind = List.of(new HostPort("127.0.0.2", 0));
    gateway.routes.answers = source -> FixedRoutes.to("app-2");
    Gateway.await(gateway.path.apply(gateway.config()));
    assertThat(gateway.address().getHostString()).isEqualTo("127.0.0.2");
    assertThatThrownBy(() -> End.connect(old)).isInstanceOf(ConnectException.class);
    End client = opened(End.connect(gateway.address())).send(10, 1);
    opened(new End(other.accept())).expect(10, 1);
    before[0].send(10, 2);
    before[1].expect(10, 2);
    assertThat(client.socket.isConnected()).isTrue();
    List<SessionView> sessions =
        Gateway.await(gateway.path.live().page(SessionFilter.ALL, null, 100));
    assertThat(sessions)
        .extracting(view -> view.server().value())
        .containsExactly("app-1", "app-2");
  }

  @Test
  void aShorterTimeoutCountsFromWhenItIsInForce() throws Exception {
    gateway.start();
    pair();
    long idleMs = 600;
    long silentSince = System.nanoTime();
    Wait.until("silent for long", () -> System.nanoTime() - silentSince > idleMs * 1_500_000);
    Duration idle = Duration.ofMillis(idleMs);
    gateway.timeouts = new PoolConfig.Timeouts(Duration.ofSeconds(2), idle, null);
    long changed = System.nanoTime();
    Gateway.await(gateway.path.apply(gateway.config()));
    Wait.until("it ended", () -> gateway.path.size() == 0);
    assertThat(System.nanoTime() - changed).isGreaterThanOrEqualTo(idle.toNanos());
  }

  @Test
  void whoConnectedBeforeTheListenerStoppedIsNotReset() throws Exception { // 24
    Assumptions.assumeTrue(Epoll.isAvailable(), "a socket filter needs epoll");
    gateway.loops = 2;
    gateway.start();
    AtomicInteger served = new AtomicInteger();
    ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();
    Thread greeter = thread(() -> greet(served));
    int rounds = 12;
    for (int round = 0; round < rounds; round++) {
      Gateway.await(gateway.path.bind());
      InetSocketAddress front = gateway.address();
      int before = served.get();
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        clients.add(thread(() -> flood(front, faults)));
      }
      Wait.until("the flood flows", () -> served.get() > before + 100);
      Gateway.await(gateway.path.stopListening());
      for (Thread client : clients) {
        client.join(20_000);
      }
      assertThat(faults).as("round " + round).isEmpty();
      assertThatThrownBy(() -> End.connect(front)).isInstanceOf(ConnectException.class);
    }
    app.close();
    greeter.join(10_000);
    System.out.printf("stopped %d times under load: %d clients, 0 reset%n", rounds, served.get());
  }

  @Test
  void aListenerThatIsStoppedWhileItOpensDoesNotStayOpen() throws Exception {
    gateway.loops = 2;
    gateway.start();
    for (int round = 0; round < 5; round++) {
      Gateway.await(gateway.path.stopListening());
      InetSocketAddress front = new InetSocketAddress("127.0.0.1", freePort());
      gateway.bind = List.of(new HostPort("127.0.0.1", front.getPort()));
      Gateway.await(gateway.path.apply(gateway.config()));
      io.vertx.core.Future<Void> opening = gateway.path.bind();
      Gateway.await(gateway.path.stopListening());
      Gateway.await(opening.otherwiseEmpty());
      assertThatThrownBy(() -> End.connect(front)).isInstanceOf(ConnectException.class);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return free.getLocalPort();
    }
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "flood");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void greet(AtomicInteger served) {
    while (!app.isClosed()) {
      try (Socket socket = app.accept()) {
        socket.getOutputStream().write(1);
        socket.shutdownOutput();
        socket.getInputStream().read();
        served.incrementAndGet();
      } catch (IOException e) {
        served.addAndGet(0); // the test is over, or the client has gone
      }
    }
  }

  private static void flood(InetSocketAddress front, ConcurrentLinkedQueue<String> faults) {
    while (true) {
      try (Socket socket = new Socket()) {
        try {
          socket.connect(front, 500);
        } catch (ConnectException | SocketTimeoutException e) {
          return; // it listens no more
        }
        socket.setSoTimeout(10_000);
        if (socket.getInputStream().read() != 1 || socket.getInputStream().read() != -1) {
          faults.add("not greeted");
        }
      } catch (IOException e) {
        faults.add(e.toString());
      }
    }
  }

  @Test
  void endsSessionsEvenlyUntilTheDeadline() throws Exception {
    gateway.start();
    List<End[]> pairs = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      pairs.add(pair());
    }
    AtomicInteger seen = new AtomicInteger();
    pairs.forEach(
        pair ->
            thread(
                () -> {
                  try (End client = pair[0];
                      End server = pair[1]) {
                    if (client.last().equals("FIN") && server.last().equals("FIN")) {
                      seen.incrementAndGet();
                    }
                  } catch (IOException e) {
                    seen.addAndGet(-1000);
                  }
                }));
    long began = System.nanoTime();
    int ended = Gateway.await(gateway.path.endSessions(all -> true, Duration.ofSeconds(1), 'N'));
    long tookMs = (System.nanoTime() - began) / 1_000_000;
    assertThat(ended).isEqualTo(40);
    assertThat(tookMs).isBetween(500L, 3000L);
    Wait.until("all saw a FIN", () -> seen.get() == 40);
    assertThat(gateway.counts().ended()).containsEntry("ND", 40L);
  }

  @Test
  void anOrderedEndDeliversWhatIsUnderWayThenResetsWhoDoesNotEnd() throws Exception {
    gateway.start();
    End[] pair = pair();
    pair[1].send(30_000, 3);
    Wait.until("received", () -> gateway.counts().bytesOut() == 30_000);
    Gateway.await(gateway.path.endSessions(all -> true, Duration.ofMillis(300), 'K'));
    pair[0].expect(30_000, 3);
    assertThat(pair[0].last()).isIn("FIN", "RESET");
    Wait.until("the server is told", () -> pair[1].cannotSend(1000));
    assertThat(gateway.counts().ended()).containsEntry("KD", 1L);
  }

  @ParameterizedTest
  @EnumSource
  void slowReadersShareABudget(RelayKind kind) throws Exception { // 15
    Assumptions.assumeTrue(Epoll.isAvailable(), "needs epoll");
    gateway.relay = kind;
    gateway.relayMemory = 1 << 20;
    gateway.start();
    int readers = 1000;
    List<Socket> slow = new ArrayList<>();
    List<java.nio.channels.SocketChannel> senders = new ArrayList<>();
    try (java.nio.channels.ServerSocketChannel many =
        java.nio.channels.ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0))) {
      gateway.servers.clear();
      gateway.server("app-1", (InetSocketAddress) many.getLocalAddress());
      Gateway.await(gateway.path.apply(gateway.config()));
      for (int i = 0; i < readers; i++) {
        slow.add(opened(slowReader()));
        java.nio.channels.SocketChannel sender = opened(many.accept());
        sender.configureBlocking(false);
        senders.add(sender);
      }
      java.nio.ByteBuffer piece = java.nio.ByteBuffer.allocateDirect(65_536);
      long[] movedAt = {System.nanoTime()};
      Wait.until(
          "all stand still",
          () -> {
            for (java.nio.channels.SocketChannel sender : senders) {
              try {
                piece.clear();
                if (sender.write(piece) > 0) {
                  movedAt[0] = System.nanoTime();
                }
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            }
            return System.nanoTime() - movedAt[0] > 300_000_000L;
          });
      // the last read of each, and what Netty keeps to know of it
      long most = gateway.relayMemory + readers * (kind == RelayKind.EPOLL ? 1024L : 3 * 4096L);
      assertThat(gateway.path.snapshot().pendingBytes()).isPositive().isLessThan(most);
      End quick = opened(End.connect(gateway.address()));
      End served = opened(new End(many.accept().socket()));
      served.sendLater(4 << 20, 2);
      quick.expect(4 << 20, 2).send(10, 3);
      served.expect(10, 3);
    }
    for (Socket reader : slow) {
      reader.setSoLinger(true, 0);
      reader.close();
    }
  }

  @Test
  void aFinBehindManyBytesCostsNoMemory() throws Exception {
    gateway.relayMemory = 1 << 20;
    gateway.start();
    List<End[]> slow = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      End client = opened(new End(slowReader()));
      End server = opened(new End(app.accept()));
      slow.add(new End[] {client, server});
      server.sendAndFinLater(3 << 20, i);
    }
    Wait.until(
        "all stand still",
        () -> slow.stream().filter(reader -> reader[1].standsStill()).count() == slow.size());
    assertThat(gateway.path.snapshot().pendingBytes()).isLessThan(2 << 20);
    for (int i = 0; i < slow.size(); i++) {
      slow.get(i)[0].expect(3 << 20, i);
      assertThat(slow.get(i)[0].next()).isEqualTo("FIN");
      slow.get(i)[0].close();
    }
  }

  private Socket slowReader() throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(gateway.address());
    return socket;
  }

  @Test
  void aSessionThatCannotMoveCostsNoTime() throws Exception {
    gateway.start();
    End[] bothEnding = pair();
    bothEnding[0].fin();
    bothEnding[1].sendAndFinLater(16 << 20, 1).exceptionally(over -> null);
    End[] resetBehindBytes = pair();
    resetBehindBytes[1].sendLater(64 << 20, 1).exceptionally(over -> null);
    Wait.until(
        "both stand still", () -> bothEnding[1].standsStill() & resetBehindBytes[1].standsStill());
    resetBehindBytes[1].reset();
    long cpu = loopCpuNanos();
    long began = System.nanoTime();
    Wait.until("some time", () -> System.nanoTime() - began > 400_000_000L);
    assertThat(loopCpuNanos() - cpu).isLessThan(150_000_000L);
    bothEnding[0].expect(16 << 20, 1);
    assertThat(bothEnding[0].next()).isEqualTo("FIN");
  }

  /** Lowers what this process may open, runs, and puts it back. */
  private void withDescriptorsLeft(int left, Work work) throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/prlimit")), "needs prlimit");
    String limit = "prlimit --pid " + ProcessHandle.current().pid() + " --nofile=";
    String script =
        "old=$(ulimit -Sn); read n; "
            + limit
            + "$n: && echo set; read x; "
            + limit
            + "$old: && echo back";
    Process shell = new ProcessBuilder("sh", "-c", script).start(); // while it can be started
    try (java.io.BufferedReader said = shell.inputReader();
        java.io.Writer tell = shell.outputWriter()) {
      tell.write((lowestFree() + left) + "\n");
      tell.flush();
      assertThat(said.readLine()).isEqualTo("set");
      try {
        work.run();
      } finally {
        tell.write("\n");
        tell.flush();
        assertThat(said.readLine()).isEqualTo("back");
      }
    }
  }

  @FunctionalInterface
  private interface Work {
    void run() throws Exception;
  }

  /** A socket that has its descriptor already. */
  private Socket ready() throws IOException {
    Socket early = opened(new Socket());
    early.bind(new InetSocketAddress("127.0.0.1", 0));
    return early;
  }

  /** Loads the classes of a session, by a refusal those of its end, and the library of a clock. */
  private void warm() throws IOException {
    assertThat(loopCpuNanos()).isPositive(); // and what measures
    pair();
    gateway.routes.answers = source -> new dev.holdfast.epoch.LoopRoutes.Answer.Unserved(null);
    assertThat(End.howRefused(gateway.address())).isEqualTo("RESET");
    gateway.routes.answers = source -> FixedRoutes.to("app-1");
    loopCpuNanos(); // a library that is loaded takes a descriptor
  }

  @Test
  void aNodeWithoutDescriptorsResetsCountsAndRecovers() throws Exception { // 23
    gateway.start();
    warm();
    Socket early = ready();
    withDescriptorsLeft( // one: for the accepted socket
        1,
        () -> {
          try {
            early.connect(gateway.address());
            early.setSoTimeout(10_000);
            assertThat(new End(early).last()).isEqualTo("RESET");
          } catch (java.net.SocketException e) {
            assertThat(e).hasMessageContaining("reset");
          }
        });
    assertThat(gateway.counts().denied()).containsEntry(dev.holdfast.words.Refusal.NODE_LIMIT, 1L);
    Wait.until("counted", () -> gateway.counts().ended().containsKey("RC"));
    pair();
  }

  @Test
  void aNodeThatCannotAcceptPausesAndServesWhoWaited() throws Exception { // 23
    gateway.start();
    warm();
    Socket early = ready();
    withDescriptorsLeft(
        0,
        () -> {
          early.connect(gateway.address()); // the kernel answers
          new End(early).send(10, 1);
          Wait.until("accepting failed", () -> gateway.path.snapshot().acceptFaults() > 0);
          long cpu = loopCpuNanos();
          Wait.until("tried again", () -> gateway.path.snapshot().acceptFaults() > 3);
          assertThat(loopCpuNanos() - cpu).as("does not spin").isLessThan(100_000_000L);
        });
    opened(new End(app.accept())).expect(10, 1);
    long faults = gateway.path.snapshot().acceptFaults();
    Gateway.await(gateway.path.stopListening());
    assertThat(gateway.path.snapshot().acceptFaults()).isGreaterThanOrEqualTo(faults);
  }

  private long loopCpuNanos() {
    java.util.concurrent.CompletableFuture<Long> cpu =
        new java.util.concurrent.CompletableFuture<>();
    gateway
        .path
        .loops()
        .get(0)
        .execute(
            () ->
                cpu.complete(
                    java.lang.management.ManagementFactory.getThreadMXBean()
                        .getCurrentThreadCpuTime()));
    return cpu.join();
  }

  @Test
  void checksSurviveALackOfDescriptorsAndDoNotBlameTheServer() throws Exception {
    gateway.check = Check.tcp(Duration.ofMillis(20), Duration.ofMillis(500), 1, 1);
    gateway.start();
    warm();
    Wait.until("first vote", () -> vote("app-1") == Health.UP);
    withDescriptorsLeft(
        0,
        () -> {
          long began = System.nanoTime();
          Wait.until(
              "several checks",
              () -> vote("app-1") != Health.UP || System.nanoTime() - began > 200_000_000L);
          assertThat(vote("app-1")).isEqualTo(Health.UP);
        });
    app.close();
    Wait.until("it fell", () -> vote("app-1") == Health.DOWN);
  }

  @Test
  void aFailedConnectionHastensTheVote() throws Exception {
    gateway.check = Check.tcp(Duration.ofSeconds(4), Duration.ofMillis(500), 2, 2);
    gateway.start();
    Wait.until("first vote", () -> vote("app-1") == Health.UP);
    app.close();
    long began = System.nanoTime();
    assertThat(End.howRefused(gateway.address())).isEqualTo("RESET");
    Wait.until("it fell", () -> vote("app-1") == Health.DOWN);
    long tookMs = (System.nanoTime() - began) / 1_000_000;
    assertThat(tookMs).as("alone it takes at least one interval more").isLessThan(3500);
    assertThat(End.howRefused(gateway.address())).isEqualTo("RESET");
  }

  private static int lowestFree() {
    int free = 0;
    while (Files.isSymbolicLink(Path.of("/proc/self/fd/" + free))) {
      free++;
    }
    return free;
  }

  @Test
  void checksServersAndVotes() throws Exception {
    ServerSocket closed = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
    closed.close();
    gateway.check = Check.tcp(Duration.ofMillis(50), Duration.ofMillis(500), 2, 2);
    gateway.server("app-2", address(closed)).start();
    Wait.until("first votes", () -> vote("app-1") == Health.UP && vote("app-2") == Health.DOWN);
    try (ServerSocket back = new ServerSocket()) {
      back.setReuseAddress(true);
      back.bind(new InetSocketAddress("127.0.0.1", closed.getLocalPort()));
      Wait.until("it rose", () -> vote("app-2") == Health.UP);
    }
    Wait.until("it fell", () -> vote("app-2") == Health.DOWN);
    gateway
        .path
        .health()
        .maintain(
            java.util.Set.of(dev.holdfast.words.Scope.of(Gateway.POOL, new ServerName("app-2"))));
    Wait.until("no vote in MAINT", () -> vote("app-2") == null);
  }

  private Health vote(String server) {
    return gateway.path.health().vote(Gateway.POOL, new ServerName(server));
  }

  @Test
  void writesOneLineForEachSession() throws Exception {
    Path file = folder.resolve("access.log");
    gateway.accessLog = new NodeSettings.AccessLog(file.toString(), false, null);
    gateway.start();
    End[] pair = pair();
    pair[1].send(3, 1);
    pair[0].expect(3, 1).fin();
    pair[1].fin();
    gateway.settle();
    Wait.until("written", () -> lines(file).size() == 1);
    assertThat(lines(file).get(0))
        .matches(
            "127\\.0\\.0\\.1:\\d+ \\[\\S+Z\\] chat chat/app-1 \\d+/\\d+/\\d+ 1/3 --"
                + " id=\\S+ source=127\\.0\\.0\\.1 local=127\\.0\\.0\\.1:\\d+"
                + " target=127\\.0\\.0\\.1:"
                + app.getLocalPort());
  }

  @Test
  void writesALineFromTimeToTimeForALongSession() throws Exception {
    Path file = folder.resolve("access.log");
    gateway.accessLog = new NodeSettings.AccessLog(file.toString(), true, Duration.ofMillis(300));
    gateway.timeouts =
        new PoolConfig.Timeouts(Duration.ofSeconds(2), Duration.ofMillis(400), null); // sweeps
    gateway.start();
    End[] pair = pair();
    Wait.until(
        "two lines of a living session",
        () -> {
          try {
            pair[1].send(1, 1); // keeps it
            pair[0].expect(1, 1);
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
          return lines(file).size() >= 2;
        });
    pair[0].fin();
    pair[1].fin();
    Wait.until("its end", () -> lines(file).stream().anyMatch(line -> line.contains("\"end\"")));
    List<String> lines = lines(file);
    assertThat(lines.get(0))
        .contains("\"event\":\"alive\"", "\"termination\":null", "\"server\":\"app-1\"");
    assertThat(lines.get(lines.size() - 1)).contains("\"termination\":\"--\"");
  }

  @Test
  void writesJsonWhereItIsTold() throws Exception {
    Path file = folder.resolve("access.log");
    gateway.accessLog = new NodeSettings.AccessLog(file.toString(), true, null);
    gateway.routes.answers = source -> new dev.holdfast.epoch.LoopRoutes.Answer.Closed();
    gateway.admission.cutOff();
    gateway.start();
    assertThat(End.howRefused(gateway.address())).isEqualTo("RESET");
    Wait.until("written", () -> lines(file).size() == 1);
    assertThat(lines(file).get(0))
        .startsWith("{\"time\":\"")
        .contains("\"event\":\"end\",\"node\":\"gw-1\"", "\"server\":null", "\"waitMs\":-1")
        .endsWith("\"termination\":\"PQ\",\"reason\":\"cut-off\"}");
  }

  private static List<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
