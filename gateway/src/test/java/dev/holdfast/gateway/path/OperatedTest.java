package dev.holdfast.gateway.path;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.session.SessionFilter;
import dev.holdfast.gateway.session.SessionState;
import dev.holdfast.gateway.session.SessionView;
import dev.holdfast.operations.Choice;
import dev.holdfast.operations.Sessions;
import dev.holdfast.operations.Slots;
import dev.holdfast.operations.Survey;
import dev.holdfast.operations.Tally;
import dev.holdfast.table.SlotHash;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions of a node as operations follow and end them, on real sockets. */
@Timeout(60)
class OperatedTest {
  private static final ServerName APP_1 = new ServerName("app-1");
  private static final ServerName APP_2 = new ServerName("app-2");

  private final Gateway gateway = new Gateway();
  private final List<Socket> clients = new ArrayList<>();
  private final List<ServerSocket> servers = new ArrayList<>();

  private void start() throws Exception {
    for (String name : List.of("app-1", "app-2")) {
      ServerSocket server = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
      servers.add(server);
      gateway.server(
          name, new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()));
    }
    gateway.loops = 2;
    gateway.start();
  }

  @AfterEach
  void stop() throws Exception {
    for (Socket client : clients) {
      client.close();
    }
    gateway.close();
    for (ServerSocket server : servers) {
      server.close();
    }
  }

  private static String address(int number) {
    return "127.3." + number / 200 + "." + (number % 200 + 1);
  }

  private static int slot(int number) {
    return SlotHash.slot(Source.parse(address(number)));
  }

  /** Opens a session of a source and waits until it is counted. */
  private void open(int number) throws IOException {
    Socket client = new Socket();
    client.bind(new InetSocketAddress(address(number), 0));
    client.connect(gateway.path.addresses().get(Gateway.LISTENER).get(0));
    clients.add(client);
  }

  private void openAll(int from, int until) throws Exception {
    int before = gateway.path.size();
    for (int i = from; i < until; i++) {
      open(i);
    }
    Wait.until(
        "all are connected",
        () ->
            views().filter(session -> session.state() == SessionState.RELAYING).count()
                == before + until - from);
  }

  private Stream<SessionView> views() {
    return now(gateway.path.live().page(SessionFilter.ALL, null, 10_000)).stream();
  }

  private void routesByParity() {
    gateway.routes.answers = source -> FixedRoutes.to((source.low() & 1) == 0 ? "app-1" : "app-2");
  }

  private static <T> T now(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(20, SECONDS).join();
  }

  private static Tally count(Sessions.Following following) {
    return now(following.count());
  }

  @Test
  void followsTheSessionsOfAServerAndEndsAsManyAsAreReleased() throws Exception {
    start();
    routesByParity();
    openAll(0, 60);
    Sessions.Following following =
        gateway.path.operated().follow(new Choice.At(Gateway.POOL, APP_1, true), 'K');
    Tally all = count(following);
    assertThat(all.remaining()).isEqualTo(30);
    assertThat(all.idle().total()).isEqualTo(30);
    following.release(10, Duration.ofMillis(200));
    Wait.until("ten are closed", () -> count(following).closed() == 10);
    Tally ten = count(following);
    assertThat(ten.closed() + ten.ended() + ten.remaining()).isEqualTo(30);
    assertThat(ten.spent()).isEqualTo(10);
    following.release(100, Duration.ofMillis(200));
    Wait.until("all are gone", () -> count(following).remaining() == 0);
    Wait.until("what is left of it lapses", () -> count(following).spent() == 110);
    assertThat(count(following).closed()).isEqualTo(30);
    int closed = 0;
    for (Socket client : clients) {
      client.setSoTimeout(50);
      try {
        closed += client.getInputStream().read() < 0 ? 1 : 0;
      } catch (java.net.SocketTimeoutException lives) {
        // one of the other server
      }
    }
    assertThat(closed).as("by a FIN").isEqualTo(30);
  }

  @Test
  void theMostIdleGoFirst() throws Exception {
    start();
    openAll(0, 20);
    Sessions.Following following = gateway.path.operated().follow(new Choice.Everything(), 'N');
    Thread.sleep(700); // idle times that differ by more than noise
    for (int i = 0; i < 10; i++) {
      clients.get(i).getOutputStream().write('x');
    }
    Wait.until(
        "they have spoken", () -> views().filter(session -> session.bytesIn() > 0).count() == 10);
    count(following);
    following.release(10, Duration.ofMillis(100));
    Wait.until("ten are closed", () -> count(following).closed() == 10);
    for (int i = 10; i < 20; i++) {
      clients.get(i).setSoTimeout(5000);
      assertThat(clients.get(i).getInputStream().read()).as("client %d", i).isEqualTo(-1);
    }
  }

  @Test
  void countsWhoEndsByItselfAndWhoComes() throws Exception {
    start();
    openAll(0, 10);
    Sessions.Following following =
        gateway.path.operated().follow(new Choice.At(Gateway.POOL, APP_1, false), 'K');
    assertThat(count(following).idle().total()).isEqualTo(10);
    for (int i = 0; i < 4; i++) {
      clients.get(i).setSoLinger(true, 0);
      clients.get(i).close();
    }
    Wait.until("four have ended", () -> count(following).ended() == 4);
    openAll(20, 25);
    Tally now = count(following);
    assertThat(now.remaining()).isEqualTo(11);
    assertThat(now.idle().total()).as("who came later is not to be ended").isEqualTo(6);
    following.choose(new Choice.At(Gateway.POOL, APP_1, true));
    assertThat(count(following).idle().total()).isEqualTo(11);
    following.release(50, Duration.ofSeconds(1));
    following.hold();
    assertThat(count(following).closed()).isZero();
    assertThat(count(following).spent()).isEqualTo(50);
  }

  @Test
  void endsWhoIsNotWhereTheTableSaysOnceItsSlotIsGivenBack() throws Exception {
    start();
    openAll(0, 30);
    gateway.routes.wanted = source -> (source.low() & 1) == 0 ? APP_1 : APP_2;
    BitSet about = new BitSet();
    for (int i = 0; i < 30; i++) {
      about.set(slot(i));
    }
    Slots all = Slots.of(about);
    Sessions sessions = gateway.path.operated();
    Survey.Count survey = now(sessions.survey(Gateway.POOL, null));
    assertThat(survey.totals()).containsEntry(APP_1, 30);
    assertThat(java.util.Arrays.stream(survey.sessions()).sum()).isEqualTo(15);
    assertThat(java.util.Arrays.stream(now(sessions.survey(Gateway.POOL, APP_1)).sessions()).sum())
        .isEqualTo(30);
    Sessions.Following following =
        sessions.follow(new Choice.Away(Gateway.POOL, all, Slots.NONE), 'B');
    assertThat(count(following).remaining()).isEqualTo(15);
    assertThat(count(following).idle().total()).isZero();
    following.choose(new Choice.Away(Gateway.POOL, all, all));
    assertThat(count(following).idle().total()).as("the answer has not moved").isZero();
    gateway.routes.answers = source -> FixedRoutes.to((source.low() & 1) == 0 ? "app-1" : "app-2");
    assertThat(count(following).idle().total()).isEqualTo(15);
    following.release(20, Duration.ofMillis(100));
    Wait.until("they are closed", () -> count(following).closed() == 15);
    Wait.until("fifteen are left", () -> gateway.counts().ended().getOrDefault("BD", 0L) == 15);
  }
}
