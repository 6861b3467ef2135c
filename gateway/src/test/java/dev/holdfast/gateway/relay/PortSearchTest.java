package dev.holdfast.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.ports.LocalPorts;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class PortSearchTest {
  private static final int SOL_IP = 0;
  private static final int IP_LOCAL_PORT_RANGE = 51;

  static {
    Epoll.ensureAvailability(); // its library has the sockets too
  }

  /** The range that a socket names when it has connected. */
  private static int range(PortSearch search, ServerSocket server) throws IOException {
    Socket socket = Socket.newSocketStream();
    try {
      search.connect(socket, (InetSocketAddress) server.getLocalSocketAddress());
      return socket.getIntOpt(SOL_IP, IP_LOCAL_PORT_RANGE);
    } finally {
      socket.close();
    }
  }

  @Test
  void namesTheRangeAfterASlowConnect() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      PortSearch search = new PortSearch(0); // each is slow
      assertThat(range(search, server)).isZero();
      LocalPorts ports = LocalPorts.here();
      assertThat(range(search, server)).isEqualTo(ports.last() << 16 | ports.first());
      assertThat(range(search, server)).isEqualTo(ports.last() << 16 | ports.first());
    }
  }

  @Test
  void namesNothingWhileConnectsAreQuick() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      PortSearch search = new PortSearch(TimeUnit.HOURS.toNanos(1));
      assertThat(range(search, server)).isZero();
      assertThat(range(search, server)).isZero();
    }
  }
}
