package dev.holdfast.gateway.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.config.Cidr;
import dev.holdfast.config.ListenerConfig;
import dev.holdfast.config.PoolConfig;
import dev.holdfast.epoch.LoopRoutes.Answer;
import dev.holdfast.words.Overflow;
import dev.holdfast.words.Refusal;
import dev.holdfast.words.Scope;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every way out of the walk: what the client sees, what is counted, and that nothing is left. */
@ExtendWith(Leaks.class)
@Timeout(30)
class WalkTest {
  private static final Scope SERVER_1 = Scope.of(Gateway.POOL, new ServerName("app-1"));
  private static final Scope SERVER_2 = Scope.of(Gateway.POOL, new ServerName("app-2"));

  private final Gateway gateway = new Gateway();
  private final List<AutoCloseable> open = new ArrayList<>();
  private ServerSocket app1;
  private ServerSocket app2;
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

  private <T extends AutoCloseable> T opened(T closeable) {
    open.add(closeable);
    return closeable;
  }

  private static InetSocketAddress address(ServerSocket socket) {
    return new InetSocketAddress(socket.getInetAddress(), socket.getLocalPort());
  }

  private void start() throws Exception {
    fullyHeld = 100;
    if (gateway.servers.isEmpty()) {
      gateway.server("app-1", address(app1)).server("app-2", address(app2));
    }
    gateway.start();
  }

  private End client() throws IOException {
    return opened(End.connect(gateway.address()));
  }

  private End accepted(ServerSocket app) throws IOException {
    return opened(new End(app.accept()));
  }

  private End served() throws IOException {
    End client = client();
    End server = accepted(app1);
    client.send(1, 0);
    server.expect(1, 0).send(1, 1);
    client.expect(1, 1);
    return client;
  }

  private void refused(Refusal why) throws IOException {
    long before = gateway.counts().denied().getOrDefault(why, 0L);
    assertThat(End.howRefused(gateway.address())).isEqualTo("RESET");
    Wait.until(
        "counted " + why, () -> gateway.counts().denied().getOrDefault(why, 0L) == before + 1);
  }

  private void ended(String letters) {
    Wait.until(
        letters + " in " + gateway.counts().ended(),
        () -> gateway.counts().ended().containsKey(letters));
  }

  private static ListenerConfig.Limits limits(Long perSource, Long rate, int queue, int timeoutMs) {
    return new ListenerConfig.Limits(null, perSource, rate, queue, Duration.ofMillis(timeoutMs));
  }

  @Test
  void refusesWhoIsDenied() throws Exception {
    gateway.deny = List.of(Cidr.parse("127.0.0.0/8"));
    start();
    refused(Refusal.ACL);
    ended("PQ");
  }

  @Test
  void refusesByAnOrderlyCloseWhereItIsTold() throws Exception {
    gateway.deny = List.of(Cidr.parse("127.0.0.0/8"));
    gateway.refuse = ListenerConfig.Refuse.CLOSE;
    start();
    assertThat(client().last()).isEqualTo("FIN");
  }

  @Test
  void refusesMoreSessionsThanTheNodeHolds() throws Exception {
    gateway.maxSessions = 1;
    start();
    End first = served();
    refused(Refusal.NODE_LIMIT);
    first.reset();
    Wait.until("free again", () -> gateway.path.snapshot().current() == 0);
    served();
  }

  @Test
  void refusesMoreSessionsOfOneSource() throws Exception {
    gateway.limits = limits(1L, null, 10, 1000);
    start();
    served();
    refused(Refusal.SOURCE_LIMIT);
    opened(End.connect(gateway.address(), "127.0.0.9"));
    accepted(app1);
  }

  @Test
  void refusesASourceThatComesTooFast() throws Exception {
    gateway.limits = limits(null, 2L, 10, 1000);
    start();
    served();
    served();
    refused(Refusal.SOURCE_RATE);
  }

  private static ListenerConfig.Limits perNetwork(Long perSource, int ipv4Prefix) {
    return new ListenerConfig.Limits(
        null,
        perSource,
        null,
        new ListenerConfig.PerSource(ipv4Prefix, 64),
        null,
        10,
        Duration.ofSeconds(1));
  }

  private static ListenerConfig.Limits paced(Long newSessions, int queue) {
    return new ListenerConfig.Limits(
        null,
        null,
        null,
        ListenerConfig.PerSource.ADDRESS,
        newSessions,
        queue,
        Duration.ofSeconds(20));
  }

  @Test
  void countsANetworkAsOneSourceWhereItIsTold() throws Exception {
    gateway.limits = perNetwork(2L, 24);
    start();
    served();
    opened(End.connect(gateway.address(), "127.0.0.9"));
    accepted(app1);
    refused(Refusal.SOURCE_LIMIT);
    opened(End.connect(gateway.address(), "127.0.1.9"));
    accepted(app1);
  }

  @Test
  void countsWhoWasThereWhenALimitOfSourcesComesAndWhenItChanges() throws Exception {
    start();
    End first = served();
    served();
    gateway.limits = perNetwork(2L, 32);
    Gateway.await(gateway.path.apply(gateway.config()));
    refused(Refusal.SOURCE_LIMIT);
    gateway.limits = perNetwork(3L, 24);
    Gateway.await(gateway.path.apply(gateway.config()));
    opened(End.connect(gateway.address(), "127.0.0.9"));
    accepted(app1);
    refused(Refusal.SOURCE_LIMIT);
    first.reset();
    Wait.until("one less", () -> gateway.path.size() == 2);
    served();
    gateway.limits = limits(null, null, 10, 1000);
    Gateway.await(gateway.path.apply(gateway.config()));
    served();
  }

  /** So many clients at once are all served, one after the other. */
  private void servedEvenly(int clients, long leastMs) throws IOException {
    long began = System.nanoTime();
    for (int i = 0; i < clients; i++) {
      client();
    }
    for (int i = 0; i < clients; i++) {
      accepted(app1);
    }
    assertThat(System.nanoTime() - began).isGreaterThan(leastMs * 1_000_000L);
    Wait.until("nobody waits", () -> gateway.counts().queued() == 0);
  }

  @Test
  void whoComesFasterThanTheListenerLetsBeginWaits() throws Exception {
    gateway.limits = paced(20L, 100);
    start();
    servedEvenly(12, 400); // three at once, then one each 50 ms
  }

  @Test
  void whoComesFasterThanTheServerLetsBeginWaits() throws Exception {
    gateway.serverRate = 20L;
    start();
    servedEvenly(12, 400);
  }

  @Test
  void refusesWhoComesTooFastWhereNobodyMayWait() throws Exception {
    gateway.serverRate = 1L;
    gateway.limits = paced(null, 0);
    start();
    served();
    refused(Refusal.SERVER_RATE);
    gateway.limits = paced(1L, 0);
    Gateway.await(gateway.path.apply(gateway.config()));
    assertThat(End.howRefused(gateway.address())).isEqualTo("RESET"); // by either of the two
    refused(Refusal.LISTENER_RATE);
    ended("PQ");
  }

  @Test
  void whoGotPermitsTooFastGivesThemBackAndWaitsForItsMoment() throws Exception {
    gateway.serverRate = 5L;
    gateway.limits = paced(null, 100);
    start();
    gateway.admission.limit(SERVER_1, 0);
    for (int i = 0; i < 3; i++) {
      client();
    }
    Wait.until("they wait for permits", () -> gateway.admission.waiting() == 3);
    gateway.admission.limit(SERVER_1, 10);
    Wait.until("one was first", () -> gateway.counts().current() == 1);
    Wait.until("who waits holds nothing", () -> gateway.admission.held(SERVER_1) == 1);
    for (int i = 0; i < 3; i++) {
      accepted(app1);
    }
  }

  @Test
  void leavesTheLineOfAPaceWhenTheClientGoesAwayOrTheRouteMoves() throws Exception {
    gateway.serverRate = 1L;
    gateway.limits = paced(null, 100);
    start();
    served();
    End resets = client();
    client().send(10, 5);
    Wait.until("both wait", () -> gateway.counts().queued() == 2);
    resets.reset();
    Wait.until("one waits", () -> gateway.counts().queued() == 1);
    gateway.routes.answers = source -> FixedRoutes.to("app-2");
    gateway.path.loops().get(0).execute(gateway.routes.letGo);
    accepted(app2).expect(10, 5);
  }

  @Test
  void aFullQueueTakesAPlaceFromTheSourceThatHasMost() throws Exception {
    gateway.limits = limits(null, null, 3, 20_000);
    gateway.admission.limit(SERVER_1, 0);
    start();
    End first = client();
    client();
    End newest = client();
    Wait.until("three wait", () -> gateway.admission.waiting() == 3);
    End other = opened(End.connect(gateway.address(), "127.0.0.9"));
    assertThat(newest.last()).isEqualTo("RESET");
    assertThat(gateway.counts().denied()).containsEntry(Refusal.QUEUE_FULL, 1L);
    Wait.until("the other one waits", () -> gateway.admission.waiting() == 3);
    refused(Refusal.QUEUE_FULL); // it has two of three
    gateway.admission.limit(SERVER_1, 10);
    for (int i = 0; i < 3; i++) {
      accepted(app1);
    }
    assertThat(first.socket.isConnected() && other.socket.isConnected()).isTrue();
    assertThat(java.util.Arrays.stream(gateway.counts().waits().counts()).sum()).isEqualTo(4);
  }

  @Test
  void aPoolMayAllowFewerToWait() throws Exception {
    gateway.queue = new PoolConfig.Queue(1, Duration.ofMillis(300));
    gateway.admission.limit(SERVER_1, 0);
    start();
    End waits = client();
    Wait.until("it waits", () -> gateway.admission.waiting() == 1);
    refused(Refusal.QUEUE_FULL);
    assertThat(waits.last()).isEqualTo("RESET");
    ended("sQ");
    gateway.queue = new PoolConfig.Queue(0, null);
    Gateway.await(gateway.path.apply(gateway.config()));
    refused(Refusal.SERVER_LIMIT);
  }

  @Test
  void refusesByTheScopeThatIsFull() throws Exception {
    gateway.overflow = Overflow.REFUSE;
    start();
    served();
    for (Scope scope :
        List.of(SERVER_1, Scope.of(Gateway.POOL), Scope.of(Gateway.LISTENER), Scope.CLUSTER)) {
      gateway.admission.limit(scope, 1);
      refused(
          switch (scope.text().charAt(0)) {
            case 's' -> Refusal.SERVER_LIMIT;
            case 'p' -> Refusal.POOL_LIMIT;
            case 'l' -> Refusal.LISTENER_LIMIT;
            default -> Refusal.CLUSTER_LIMIT;
          });
      gateway.admission.limit(scope, null);
    }
  }

  @Test
  void refusesWhileItIsCutOff() throws Exception {
    gateway.routes.answers = source -> new Answer.Closed();
    gateway.admission.cutOff();
    start();
    refused(Refusal.CUT_OFF);
  }

  @Test
  void refusesWhereThePoolHasNoServer() throws Exception {
    gateway.routes.answers = source -> new Answer.Unserved(null);
    start();
    refused(Refusal.NO_SERVER);
    ended("DQ");
  }

  @Test
  void waitsForAPermitAndGetsItWhenOneIsFree() throws Exception {
    gateway.admission.limit(Scope.of(Gateway.LISTENER), 1);
    start();
    End first = served();
    End second = client().send(10, 5);
    Wait.until("it waits", () -> gateway.admission.waiting() == 1);
    first.reset();
    accepted(app1).expect(10, 5);
    assertThat(gateway.admission.most(Scope.of(Gateway.LISTENER))).isEqualTo(1);
    assertThat(second.socket.isConnected()).isTrue();
  }

  @Test
  void refusesWhenTheQueueIsFullOrTakesTooLong() throws Exception {
    gateway.limits = limits(null, null, 1, 300);
    gateway.admission.limit(SERVER_1, 1);
    start();
    served();
    End waits = client();
    Wait.until("it waits", () -> gateway.admission.waiting() == 1);
    refused(Refusal.QUEUE_FULL);
    assertThat(waits.last()).isEqualTo("RESET");
    assertThat(gateway.counts().denied()).containsEntry(Refusal.QUEUE_TIMEOUT, 1L);
    ended("sQ");
  }

  @Test
  void leavesTheQueueWhenTheClientGoesAway() throws Exception {
    gateway.admission.limit(SERVER_1, 1);
    start();
    served();
    End resets = client();
    End closes = client();
    End resetsAfterBytes = client().send(100_000, 1);
    Wait.until("they wait", () -> gateway.admission.waiting() == 3);
    resets.reset();
    Wait.until("one left", () -> gateway.admission.waiting() == 2);
    closes.close();
    Wait.until("two left", () -> gateway.admission.waiting() == 1);
    resetsAfterBytes.reset();
    Wait.until("all left", () -> gateway.admission.waiting() == 0);
    ended("CQ");
  }

  @Test
  void asksTheRouteAgainWhenItsPermitsCome() throws Exception {
    gateway.admission.limit(SERVER_1, 1);
    start();
    End first = served();
    client().send(10, 5);
    Wait.until("it waits", () -> gateway.admission.waiting() == 1);
    gateway.routes.answers = source -> FixedRoutes.to("app-2");
    first.reset();
    accepted(app2).expect(10, 5);
    Wait.until("given back", () -> gateway.admission.held(SERVER_1) == 0);
    assertThat(gateway.admission.held(SERVER_2)).isEqualTo(1);
  }

  @Test
  void spillsWhenItsServerIsFull() throws Exception {
    gateway.overflow = Overflow.SPILL;
    gateway.admission.limit(SERVER_1, 1);
    start();
    served();
    divertTo("app-2");
    client().send(10, 5);
    accepted(app2).expect(10, 5);
  }

  @Test
  void refusesByTheServersLimitWhenThereIsNowhereToSpill() throws Exception {
    gateway.overflow = Overflow.SPILL;
    gateway.admission.limit(SERVER_1, 0);
    start();
    refused(Refusal.SERVER_LIMIT);
  }

  private void divertTo(String other) {
    gateway.routes.diversions =
        (source, unusable) -> {
          gateway.routes.answers = any -> FixedRoutes.to(other);
          return Future.succeededFuture();
        };
  }

  @Test
  void leavesTheLineOfAServerThatIsNotItsOwnAnyMore() throws Exception {
    gateway.admission.limit(SERVER_1, 1);
    start();
    served(); // stays
    client().send(10, 5);
    Wait.until("it waits", () -> gateway.admission.waiting() == 1);
    gateway.path.loops().get(0).execute(gateway.routes.letGo); // nothing moved
    gateway.routes.answers = source -> FixedRoutes.to("app-2");
    gateway.path.loops().get(0).execute(gateway.routes.letGo);
    accepted(app2).expect(10, 5);
    assertThat(gateway.admission.waiting()).isZero();
    assertThat(gateway.admission.held(SERVER_1)).isEqualTo(1);
  }

  @Test
  void aFaultOfTheRoutesEndsThatSessionOnly() throws Exception {
    gateway.routes.answers = failing();
    start();
    resets(1);
    gateway.routes.answers = source -> new Answer.Unserved(new ServerName("app-1"));
    gateway.routes.diversions =
        (source, server) -> {
          throw new IllegalStateException("of the test");
        };
    resets(2);
    gateway.routes.answers = source -> FixedRoutes.to("app-1");
    served();
  }

  @Test
  void aFaultWhenItsPermitsComeGivesThemBack() throws Exception {
    gateway.admission.limit(SERVER_1, 1);
    start();
    End first = served();
    End second = client();
    Wait.until("it waits", () -> gateway.admission.waiting() == 1);
    gateway.routes.answers = failing();
    first.reset();
    assertThat(second.last()).isEqualTo("RESET");
    Wait.until("given back", () -> gateway.admission.held(SERVER_1) == 0);
    gateway.routes.answers = source -> FixedRoutes.to("app-1");
    served();
  }

  @Test
  void aFaultAtTheNextChoiceGivesPermitsBack() throws Exception {
    app1.close();
    divertTo("app-2");
    gateway.routes.diversions =
        (source, unusable) -> {
          gateway.routes.answers = failing();
          return Future.succeededFuture();
        };
    start();
    resets(1);
    Wait.until("given back", () -> gateway.admission.heldInAll() == 0);
  }

  private static java.util.function.Function<dev.holdfast.words.Source, Answer> failing() {
    return source -> {
      throw new IllegalStateException("of the test");
    };
  }

  private void resets(long faults) throws IOException {
    assertThat(End.howRefused(gateway.address())).isEqualTo("RESET");
    Wait.until(
        faults + " faults in " + gateway.counts().ended(),
        () ->
            gateway.counts().ended().values().stream().mapToLong(Long::longValue).sum() == faults);
    assertThat(gateway.counts().ended().keySet()).allMatch(letters -> letters.startsWith("I"));
  }

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
  void endsWhoIsSilentForTooLong() throws Exception {
    gateway.timeouts = new PoolConfig.Timeouts(Duration.ofSeconds(1), Duration.ofMillis(300), null);
    start();
    End client = client().send(1, 0);
    End server = accepted(app1).expect(1, 0);
    assertThat(client.next()).isEqualTo("FIN");
    assertThat(server.next()).isEqualTo("FIN");
    client.close();
    server.close();
    ended("sD");
  }

  @Test
  void activityInOneDirectionKeepsIt() throws Exception {
    gateway.timeouts = new PoolConfig.Timeouts(Duration.ofSeconds(1), Duration.ofMillis(400), null);
    start();
    End client = client();
    End server = accepted(app1);
    long began = System.nanoTime();
    while (System.nanoTime() - began < 1_000_000_000L) {
      server.send(1, 1);
      client.expect(1, 1);
      java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
    }
    assertThat(gateway.path.size()).isEqualTo(1);
  }

  private static PoolConfig.Timeouts timeouts(
      Duration clientIdle, Duration serverIdle, Duration maxAge, int jitter) {
    return new PoolConfig.Timeouts(
        Duration.ofSeconds(1), null, clientIdle, serverIdle, null, maxAge, jitter);
  }

  /** One side goes on sending until the session is ended, and is not heard. */
  private void untilEnded(End speaks, End hears, String letters) throws IOException {
    while (!gateway.counts().ended().containsKey(letters)) {
      if (speaks.cannotSend(1)) {
        break;
      }
      hears.socket.getInputStream().read(new byte[64]);
      java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
    }
    speaks.close();
    hears.close();
    ended(letters);
  }

  @Test
  void endsASilentClientThoughItsServerSpeaks() throws Exception {
    gateway.timeouts = timeouts(Duration.ofMillis(300), null, null, 0);
    start();
    End client = client();
    untilEnded(accepted(app1), client, "cD");
  }

  @Test
  void endsASilentServerThoughItsClientSpeaks() throws Exception {
    gateway.timeouts = timeouts(null, Duration.ofMillis(300), null, 0);
    start();
    End client = client();
    untilEnded(client, accepted(app1), "sD");
  }

  @Test
  void aSideThatHasEndedNeedNotSpeak() throws Exception {
    gateway.timeouts = timeouts(Duration.ofMillis(100), Duration.ofMillis(300), null, 0);
    start();
    client().fin();
    End server = accepted(app1);
    assertThat(server.next()).isEqualTo("FIN");
    ended("sL");
  }

  @Test
  void endsWhoHasReachedTheMaximumAgeThoughBothSpeak() throws Exception {
    gateway.timeouts = timeouts(null, null, Duration.ofMillis(400), 0);
    start();
    End client = client();
    End server = accepted(app1);
    long began = System.nanoTime();
    while (!client.cannotSend(1) && !server.cannotSend(1) && gateway.path.size() > 0) {
      java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
    }
    ended("AD");
    assertThat(System.nanoTime() - began).isGreaterThan(300_000_000L);
  }

  @Test
  void endsAHalfClosedSessionSooner() throws Exception {
    gateway.timeouts =
        new PoolConfig.Timeouts(
            Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofMillis(200));
    start();
    End client = client().fin();
    End server = accepted(app1);
    assertThat(server.next()).isEqualTo("FIN");
    assertThat(client.last()).isEqualTo("FIN");
    ended("sL");
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
