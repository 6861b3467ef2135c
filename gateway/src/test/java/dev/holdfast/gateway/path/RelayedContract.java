package dev.holdfast.gateway.path;

import dev.holdfast.gateway.relay.RelayKind;
import dev.holdfast.words.HostPort;
import io.netty.channel.epoll.Epoll;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** The contract with a gateway between. */
abstract class RelayedContract extends RelayContract {
  private final RelayKind kind;
  private final boolean epoll;
  private final String clients;
  private final String bind;
  private Gateway gateway;

  /**
   * How the gateway is built.
   *
   * @param clients address that clients connect to
   * @param bind address that the gateway listens on
   * @param servers address of the server
   */
  RelayedContract(RelayKind kind, boolean epoll, String clients, String bind, String servers) {
    super(servers);
    this.kind = kind;
    this.epoll = epoll;
    this.clients = clients;
    this.bind = bind;
  }

  @Override
  InetSocketAddress before(InetSocketAddress server) throws Exception {
    Assumptions.assumeTrue(!epoll || Epoll.isAvailable(), "needs epoll");
    gateway = new Gateway();
    gateway.epoll = epoll;
    gateway.relay = kind;
    gateway.bind = List.of(new HostPort(bind, 0));
    gateway.server("app-1", server).start();
    return new InetSocketAddress(clients, gateway.address().getPort());
  }

  @Override
  long pendingBytes() {
    return gateway.path.snapshot().pendingBytes();
  }

  @Override
  void settle() throws Exception {
    if (gateway != null) {
      gateway.settle();
      gateway.close();
    }
  }
}
