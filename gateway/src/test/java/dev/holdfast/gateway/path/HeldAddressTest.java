package dev.holdfast.gateway.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.config.Check;
import dev.holdfast.config.ListenerConfig;
import dev.holdfast.config.SharedConfig;
import dev.holdfast.directory.Trial;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.ListenerName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Addresses that are held for a configuration to come, and those that change hands. */
@ExtendWith(Leaks.class)
@Timeout(60)
class HeldAddressTest {
  private static final ListenerName SPARE = new ListenerName("spare");

  private final Gateway gateway = new Gateway();
  private ServerSocket app;
  private HostPort first;
  private HostPort second;

  @BeforeEach
  void start() throws Exception {
    app = new ServerSocket(0, 1000, InetAddress.getByName("127.0.0.1"));
    Thread greeter = new Thread(this::greet, "greeter");
    greeter.setDaemon(true);
    greeter.start();
    gateway.server("app-1", new InetSocketAddress("127.0.0.1", app.getLocalPort()));
    gateway.loops = 2;
    first = free();
    second = free();
    gateway.bind = List.of(first);
    gateway.start();
  }

  @AfterEach
  void stop() throws Exception {
    gateway.settle();
    gateway.close();
    app.close();
  }

  private void greet() {
    try {
      while (true) {
        try (Socket session = app.accept()) {
          session.getOutputStream().write('x');
        }
      }
    } catch (IOException e) {
      // the test is over
    }
  }

  private static HostPort free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return new HostPort("127.0.0.1", socket.getLocalPort());
    }
  }

  private static ListenerConfig listener(ListenerConfig like, ListenerName name, HostPort at) {
    return new ListenerConfig(
        name,
        List.of(at),
        like.pool(),
        like.limits(),
        like.allow(),
        like.deny(),
        like.proxyProtocolFrom(),
        like.refuse());
  }

  /** The configuration with these addresses of the listeners {@code chat} and {@code spare}. */
  private SharedConfig with(HostPort chat, HostPort spare) {
    SharedConfig now = gateway.config();
    ListenerConfig like = now.listeners().get(0);
    List<ListenerConfig> listeners = new ArrayList<>();
    listeners.add(listener(like, Gateway.LISTENER, chat));
    if (spare != null) {
      listeners.add(listener(like, SPARE, spare));
    }
    return new SharedConfig(
        now.expectedNodes(), now.onPartition(), now.lease(), null, listeners, now.pools());
  }

  private static boolean serves(HostPort at) {
    try (Socket client = new Socket("127.0.0.1", at.port())) {
      return client.getInputStream().read() == 'x';
    } catch (IOException e) {
      return false;
    }
  }

  private static void taken(HostPort address) {
    assertThatThrownBy(
            () -> new ServerSocket(address.port(), 1, InetAddress.getByName("127.0.0.1")))
        .isInstanceOf(java.net.BindException.class);
  }

  @Test
  void whatIsHeldIsNobodyElsesAndOpensWithTheConfiguration() throws Exception {
    assertThat(gateway.path.hold("p", with(first, second))).isEmpty();
    taken(second);
    assertThat(serves(second)).isFalse();
    Gateway.await(gateway.path.apply(with(first, second)));
    gateway.path.letGo("p");
    assertThat(serves(second)).isTrue();
    assertThat(serves(first)).isTrue();
    taken(second);
  }

  @Test
  void whatIsLetGoIsFree() throws Exception {
    assertThat(gateway.path.hold("p", with(first, second))).isEmpty();
    gateway.path.letGo("p");
    gateway.path.letGo("p");
    new ServerSocket(second.port(), 1, InetAddress.getByName("127.0.0.1")).close();
    assertThat(serves(first)).isTrue();
  }

  @Test
  void anotherGatewayCannotHoldWhatOneHolds() throws Exception {
    try (Gateway other = new Gateway()) {
      other.server("app-1", new InetSocketAddress("127.0.0.1", app.getLocalPort()));
      other.start();
      assertThat(gateway.path.hold("p", with(first, second))).isEmpty();
      assertThat(other.path.hold("p", with(free(), second)))
          .containsExactly(
              new Trial.Objection(
                  "listeners[spare].bind", second.toString(), "a port that is not in use"));
      gateway.path.letGo("p");
      assertThat(other.path.hold("p", with(free(), second))).isEmpty();
      other.path.letGo("p");
    }
  }

  @Test
  void oneThatIsTakenLetsTheOthersGo() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      HostPort used = new HostPort("127.0.0.1", other.getLocalPort());
      assertThat(gateway.path.hold("p", with(second, used)))
          .containsExactly(
              new Trial.Objection(
                  "listeners[spare].bind", used.toString(), "a port that is not in use"));
      new ServerSocket(second.port(), 1, InetAddress.getByName("127.0.0.1")).close();
    }
  }

  @Test
  void whatIsNotOfThisMachineIsSaid() throws Exception {
    HostPort foreign = new HostPort("192.0.2.7", 7000);
    assertThat(gateway.path.hold("p", with(first, foreign)))
        .extracting(Trial.Objection::rule)
        .containsExactly("an address of this machine");
    HostPort unknown = new HostPort("nowhere.invalid", 7000);
    assertThat(gateway.path.hold("p", with(first, unknown)))
        .extracting(Trial.Objection::rule)
        .containsExactly("a host name that can be resolved");
  }

  @Test
  void filesThatCannotBeReadAreSaid(@TempDir Path dir) throws Exception {
    Path none = dir.resolve("none.pem");
    Path text = Files.writeString(dir.resolve("text.pem"), "no certificate");
    for (Path file : List.of(none, text)) {
      Check usual = gateway.check;
      gateway.check =
          new Check(
              usual.type(),
              usual.timing(),
              usual.verdict(),
              usual.passive(),
              usual.port(),
              new Check.Tls(file.toString(), null),
              usual.http(),
              usual.steps());
      assertThat(gateway.path.hold("p", with(first, second)))
          .extracting(Trial.Objection::toString)
          .containsExactly(
              "pools[chat].check.ca-file: "
                  + file
                  + " (expected: a file of PEM certificates that can be read)");
      new ServerSocket(second.port(), 1, InetAddress.getByName("127.0.0.1")).close();
    }
  }

  @Test
  void twoListenersOnOneAddressAreSaid() throws Exception {
    assertThat(gateway.path.hold("p", with(second, new HostPort("0.0.0.0", second.port()))))
        .extracting(Trial.Objection::toString)
        .containsExactly(
            "listeners[spare].bind: 0.0.0.0:"
                + second.port()
                + " (expected: an address of its own; listener chat has it)");
  }

  @Test
  void connectionsThatLingerDoNotHinder() throws Exception {
    try (ServerSocket before = new ServerSocket(second.port(), 1, null);
        Socket client = new Socket("127.0.0.1", second.port())) {
      before.accept().close(); // who closes first keeps the port in TIME_WAIT
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(gateway.path.hold("p", with(first, second))).isEmpty();
    Gateway.await(gateway.path.apply(with(first, second)));
    gateway.path.letGo("p");
    assertThat(serves(second)).isTrue();
  }

  @Test
  void listenersExchangeAddressesAndNobodyIsRefused() throws Exception {
    Gateway.await(gateway.path.apply(with(first, second)));
    ConcurrentLinkedQueue<String> refused = new ConcurrentLinkedQueue<>();
    AtomicBoolean over = new AtomicBoolean();
    Thread clients =
        new Thread(
            () -> {
              for (int n = 0; !over.get(); n++) {
                HostPort at = n % 2 == 0 ? first : second;
                if (!serves(at)) {
                  refused.add(n + " at " + at);
                }
              }
            });
    clients.start();
    for (int i = 0; i < 10; i++) {
      SharedConfig next = i % 2 == 0 ? with(second, first) : with(first, second);
      assertThat(gateway.path.hold("p" + i, next)).isEmpty();
      Gateway.await(gateway.path.apply(next));
      gateway.path.letGo("p" + i);
    }
    over.set(true);
    clients.join();
    assertThat(refused).isEmpty();
    Map<ListenerName, List<InetSocketAddress>> now = gateway.path.addresses();
    assertThat(now.get(Gateway.LISTENER).get(0).getPort()).isEqualTo(first.port());
    assertThat(now.get(SPARE).get(0).getPort()).isEqualTo(second.port());
  }

  @Test
  void anAddressIsWidenedAndNarrowed() throws Exception {
    HostPort any = new HostPort("0.0.0.0", first.port());
    for (HostPort next : List.of(any, first, any)) {
      assertThat(gateway.path.hold("p", with(next, null))).isEmpty();
      Gateway.await(gateway.path.apply(with(next, null)));
      gateway.path.letGo("p");
      assertThat(serves(first)).isTrue();
    }
  }

  @Test
  void aListenerThatIsGoneIsNotCountedOnceItsSessionsAre() throws Exception {
    Gateway.await(gateway.path.apply(with(first, second)));
    assertThat(gateway.path.snapshot().listeners()).containsKey(SPARE);
    Gateway.await(gateway.path.apply(with(first, null)));
    gateway.settle();
    assertThat(gateway.path.snapshot().listeners()).doesNotContainKey(SPARE);
  }
}
