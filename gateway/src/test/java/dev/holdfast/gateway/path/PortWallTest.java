package dev.holdfast.gateway.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.ports.PortUse;
import dev.holdfast.words.Refusal;
import dev.holdfast.words.ServerName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Local ports where there are ten for each tuple, as in a network of its own: they are all used and
 * no more, are given back, are found to be missing, and are used from where they lead somewhere.
 */
@Timeout(120)
class PortWallTest {
  private static final int RANGE = 10;
  private static final String BAD_SOURCE = "127.0.0.31";

  @Test
  void allPortsAreUsedAndNoMore() throws Exception {
    assertThat(
            Isolated.run(
                PortWallTest.class,
                "20001 20010",
                "iptables -A OUTPUT -s " + BAD_SOURCE + " -j DROP",
                "echo 0 > /proc/sys/net/ipv4/tcp_tw_reuse"))
        .endsWith("exit 0");
  }

  /** In a network of its own; exits with 0 if all is as it should be. */
  public static void main(String[] args) {
    try {
      PortWallTest all = new PortWallTest();
      all.fitAndNoMore(1, List.of(), RANGE);
      all.fitAndNoMore(3, List.of(), 3 * RANGE);
      all.fitAndNoMore(3, List.of("127.0.0.11", "127.0.0.12"), 6 * RANGE);
      all.portsOfOthersAreFoundOut();
      all.aBadSourceIsLeftOut();
      all.closedFromHereTheyAreInUseForAMinute();
      System.exit(0);
    } catch (Exception | AssertionError e) {
      e.printStackTrace();
      System.exit(1);
    }
  }

  private int nextClient = 30_000; // outside the range
  private final List<ServerSocket> apps = new ArrayList<>();

  private Gateway gateway(int serverPorts, List<String> sources) throws Exception {
    apps.clear();
    InetSocketAddress[] addresses = new InetSocketAddress[serverPorts];
    for (int i = 0; i < serverPorts; i++) {
      ServerSocket app = new ServerSocket(nextClient++, 100, InetAddress.getByName("127.0.0.1"));
      app.setSoTimeout(10_000);
      apps.add(app);
      addresses[i] = (InetSocketAddress) app.getLocalSocketAddress();
    }
    Gateway gateway = new Gateway();
    gateway.bind = List.of(new dev.holdfast.words.HostPort("127.0.0.1", nextClient++));
    gateway.sourceAddresses = sources.isEmpty() ? Map.of() : Map.of(Gateway.POOL, sources);
    gateway.timeouts =
        new dev.holdfast.config.PoolConfig.Timeouts(java.time.Duration.ofMillis(500), null, null);
    return gateway.server("app-1", addresses).start();
  }

  private void close(Gateway gateway) throws IOException {
    for (ServerSocket app : apps) {
      app.close();
    }
    gateway.settle();
    assertThat(uses(gateway)).allMatch(use -> use.used() == 0);
    gateway.close();
  }

  private End client(Gateway gateway) throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress("127.0.0.1", nextClient++));
    socket.connect(gateway.address());
    return new End(socket);
  }

  /** Sends a byte, and waits until it has come back: then both sides are connected. */
  private static boolean isServed(End client) throws IOException {
    try {
      return client.send(1, 0).next().startsWith("byte");
    } catch (java.net.SocketException e) {
      return false; // reset while it sent
    }
  }

  private void serve() {
    for (ServerSocket app : apps) {
      Thread echo =
          new Thread(
              () -> {
                try {
                  while (true) {
                    Socket socket = app.accept();
                    socket.getOutputStream().write(socket.getInputStream().read());
                    Thread end = new Thread(() -> untilTheEnd(socket));
                    end.setDaemon(true);
                    end.start();
                  }
                } catch (IOException e) {
                  assertThat(app.isClosed()).isTrue();
                }
              });
      echo.setDaemon(true);
      echo.start();
    }
  }

  private static void untilTheEnd(Socket socket) {
    try (socket) {
      socket.getInputStream().readAllBytes();
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }

  private static List<PortUse> uses(Gateway gateway) {
    return gateway.path.portUses(Gateway.POOL, new ServerName("app-1"));
  }

  private static long noPort(Gateway gateway) {
    return gateway.counts().denied().getOrDefault(Refusal.NO_PORT, 0L);
  }

  private void fitAndNoMore(int serverPorts, List<String> sources, int fit) throws Exception {
    Gateway gateway = gateway(serverPorts, sources);
    serve();
    for (int round = 1; round <= 2; round++) { // twice: nothing leaks
      List<End> clients = new ArrayList<>();
      for (int i = 0; i < fit; i++) {
        End client = client(gateway);
        assertThat(isServed(client)).as("session %d of %d", i + 1, fit).isTrue();
        clients.add(client);
      }
      assertThat(uses(gateway)).allMatch(use -> use.used() == RANGE && use.limit() == RANGE);
      assertThat(isServed(client(gateway))).isFalse();
      long before = round;
      Wait.until("counted", () -> noPort(gateway) == before);
      clients.remove(0).reset();
      Wait.until("free", () -> uses(gateway).stream().anyMatch(use -> use.used() < RANGE));
      End again = client(gateway);
      assertThat(isServed(again)).isTrue();
      clients.add(again);
      for (End client : clients) {
        client.reset();
      }
      gateway.settle();
    }
    close(gateway);
    System.out.println(fit + " sessions fit");
  }

  private void portsOfOthersAreFoundOut() throws Exception {
    Gateway gateway = gateway(1, List.of("127.0.0.1", "127.0.0.12"));
    List<Socket> others = new ArrayList<>();
    for (int i = 0; i < RANGE; i++) {
      others.add(new Socket("127.0.0.1", apps.get(0).getLocalPort()));
      apps.get(0).accept();
    }
    serve();
    List<End> clients = new ArrayList<>();
    for (int i = 0; i < RANGE; i++) {
      End client = client(gateway);
      assertThat(isServed(client)).as("session %d", i).isTrue();
      clients.add(client);
    }
    assertThat(isServed(client(gateway))).isFalse();
    assertThat(noPort(gateway)).isEqualTo(1);
    for (End client : clients) {
      client.reset();
    }
    for (Socket other : others) {
      other.setSoLinger(true, 0);
      other.close();
    }
    close(gateway);
  }

  private void aBadSourceIsLeftOut() throws Exception {
    Gateway gateway = gateway(1, List.of(BAD_SOURCE, "192.0.2.77", "127.0.0.12"));
    serve();
    for (int i = 0; i < RANGE; i++) {
      End client = client(gateway);
      assertThat(isServed(client)).as("session %d", i).isTrue();
      client.reset();
    }
    assertThat(uses(gateway).stream().filter(PortUse::leftOut).map(PortUse::source))
        .extracting(InetAddress::getHostAddress)
        .containsExactlyInAnyOrder(BAD_SOURCE, "192.0.2.77");
    assertThat(gateway.counts().denied()).isEmpty();
    close(gateway);
  }

  private void closedFromHereTheyAreInUseForAMinute() throws Exception {
    Gateway gateway = gateway(1, List.of());
    serve();
    for (int i = 0; i < RANGE; i++) {
      End client = client(gateway);
      assertThat(isServed(client)).isTrue();
      assertThat(client.fin().next()).isEqualTo("FIN");
      client.close();
      gateway.settle();
    }
    assertThat(uses(gateway).get(0).used()).isEqualTo(RANGE);
    try (Socket direct = new Socket("127.0.0.1", apps.get(0).getLocalPort())) {
      throw new AssertionError("the system has ports that we do not count: " + direct);
    } catch (java.net.NoRouteToHostException | java.net.BindException e) {
      System.out.println("the system agrees: " + e.getMessage());
    }
    assertThat(isServed(client(gateway))).isFalse();
    assertThat(noPort(gateway)).isEqualTo(1);
    gateway.settle();
    gateway.close();
  }
}
