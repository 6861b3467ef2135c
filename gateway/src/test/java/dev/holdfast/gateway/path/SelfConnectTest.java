package dev.holdfast.gateway.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A connection to a port that nobody listens on may be given that very port, and then connects to
 * itself. Where the system has two ports to give, as in a network of its own, that is certain.
 */
@Timeout(60)
class SelfConnectTest {
  private static final int PORT = 40_000;
  private static final int CLIENTS = 20;

  @Test
  void isAServerThatRefuses() throws Exception {
    assertThat(Isolated.run(SelfConnectTest.class, "40000 40001")).endsWith("exit 0");
  }

  /** In a network of its own; exits with 0 if no client was echoed and none is left. */
  public static void main(String[] args) throws Exception {
    int selves = 0;
    for (int i = 0; i < CLIENTS; i++) {
      try (Socket plain = new Socket()) {
        plain.connect(new InetSocketAddress("127.0.0.1", PORT));
        plain.setSoLinger(true, 0);
        selves++;
      } catch (IOException e) {
        selves += 0; // it was given the other port
      }
    }
    Gateway gateway = new Gateway();
    gateway.bind = List.of(new dev.holdfast.words.HostPort("127.0.0.1", 30_000));
    gateway.server("app-1", new InetSocketAddress("127.0.0.1", PORT)).start();
    int refused = 0;
    for (int i = 0; i < CLIENTS; i++) {
      try (Socket socket = new Socket()) {
        socket.bind(new InetSocketAddress("127.0.0.1", 50_000 + i));
        socket.connect(gateway.address());
        End client = new End(socket);
        if (!client.cannotSend(1) && client.next().equals("byte 0")) {
          throw new AssertionError("it talked to itself");
        }
        refused++;
      } catch (IOException e) {
        refused++; // while it was being set up
      }
    }
    gateway.settle();
    System.exit(selves > 0 && refused == CLIENTS ? 0 : 1);
  }
}
