package dev.holdfast.gateway.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.config.NodeSettings;
import dev.holdfast.config.PoolConfig;
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
    List<SessionView> sessions = Gateway.await(gateway.path.sessions(all -> true, 100));
    assertThat(sessions)
        .extracting(view -> view.server().value())
        .containsExactly("app-1", "app-2");
  }

  @Test
  void whoConnectedBeforeTheListenerStoppedIsNotReset() throws Exception {
    Assumptions.assumeTrue(Epoll.isAvailable(), "a socket filter needs epoll");
    gateway.loops = 2;
    gateway.start();
    InetSocketAddress front = gateway.address();
    AtomicInteger served = new AtomicInteger();
    ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();
    Thread greeter = thread(() -> greet(served));
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      clients.add(thread(() -> flood(front, faults)));
    }
    Wait.until("the flood flows", () -> served.get() > 200);
    Gateway.await(gateway.path.stopListening());
    for (Thread client : clients) {
      client.join(20_000);
    }
    app.close();
    greeter.join(10_000);
    assertThat(faults).isEmpty();
    assertThatThrownBy(() -> End.connect(front)).isInstanceOf(ConnectException.class);
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

  @Test
  void slowReadersShareABudget() throws Exception {
    gateway.relayMemory = 1 << 20;
    gateway.start();
    int readers = 100;
    List<End[]> slow = new ArrayList<>();
    for (int i = 0; i < readers; i++) {
      End client = opened(new End(slowReader()));
      End server = opened(new End(app.accept()));
      slow.add(new End[] {client, server});
      server.sendLater(8 << 20, 1).exceptionally(over -> null);
    }
    Wait.until(
        "all stand still",
        () -> slow.stream().filter(reader -> reader[1].standsStill()).count() == readers);
    long most = gateway.relayMemory + readers * 3L * 4096;
    assertThat(gateway.path.snapshot().pendingBytes()).isPositive().isLessThan(most);
    End[] quick = pair();
    quick[1].sendLater(4 << 20, 2);
    quick[0].expect(4 << 20, 2);
    for (End[] reader : slow) {
      reader[0].reset();
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
    long[] thread = new long[1];
    gateway.path.loops().get(0).execute(() -> thread[0] = Thread.currentThread().getId());
    Wait.until("the thread is known", () -> thread[0] != 0);
    java.lang.management.ThreadMXBean threads =
        java.lang.management.ManagementFactory.getThreadMXBean();
    long cpu = threads.getThreadCpuTime(thread[0]);
    long began = System.nanoTime();
    Wait.until("some time", () -> System.nanoTime() - began > 400_000_000L);
    assertThat(threads.getThreadCpuTime(thread[0]) - cpu).isLessThan(150_000_000L);
    bothEnding[0].expect(16 << 20, 1);
    assertThat(bothEnding[0].next()).isEqualTo("FIN");
  }

  @Test
  void aNodeWithoutDescriptorsResetsCountsAndRecovers() throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/prlimit")), "needs prlimit");
    gateway.start();
    pair(); // loads the classes of a session, and a refusal those of its end
    gateway.routes.answers = source -> new dev.holdfast.epoch.LoopRoutes.Answer.Unserved(null);
    assertThat(opened(End.connect(gateway.address())).last()).isEqualTo("RESET");
    gateway.routes.answers = source -> FixedRoutes.to("app-1");
    Socket early = opened(new Socket());
    early.bind(new InetSocketAddress("127.0.0.1", 0)); // has its descriptor already
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
      tell.write((lowestFree() + 1) + "\n"); // one left: for the accepted socket
      tell.flush();
      assertThat(said.readLine()).isEqualTo("set");
      try {
        early.connect(gateway.address());
        early.setSoTimeout(10_000);
        assertThat(new End(early).last()).isEqualTo("RESET");
      } finally {
        tell.write("\n");
        tell.flush();
        assertThat(said.readLine()).isEqualTo("back");
      }
    }
    assertThat(gateway.counts().denied()).containsEntry(dev.holdfast.words.Refusal.NODE_LIMIT, 1L);
    assertThat(gateway.counts().ended()).containsEntry("RC", 1L);
    pair();
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
    gateway.check =
        new PoolConfig.Check(
            PoolConfig.CheckType.TCP, Duration.ofMillis(50), Duration.ofMillis(500), 2, 2);
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
  void writesJsonWhereItIsTold() throws Exception {
    Path file = folder.resolve("access.log");
    gateway.accessLog = new NodeSettings.AccessLog(file.toString(), true, null);
    gateway.routes.answers = source -> new dev.holdfast.epoch.LoopRoutes.Answer.Closed();
    gateway.admission.cutOff();
    gateway.start();
    try (Socket socket = new Socket()) {
      socket.connect(gateway.address());
    } catch (java.net.SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
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
