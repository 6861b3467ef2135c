package dev.holdfast.gateway.path;

import dev.holdfast.words.HostPort;
import java.net.InetSocketAddress;
import java.util.List;

/** The contract with a gateway between. */
class NettyRelayTest extends RelayContract {
  private Gateway gateway;

  NettyRelayTest() {
    super("127.0.0.1");
  }

  @Override
  InetSocketAddress before(InetSocketAddress server) throws Exception {
    gateway = new Gateway();
    gateway.epoll = io.netty.channel.epoll.Epoll.isAvailable();
    gateway.bind = List.of(new HostPort("127.0.0.1", 0));
    gateway.server("app-1", server).start();
    return new InetSocketAddress("127.0.0.1", gateway.address().getPort());
  }

  @Override
  long pendingBytes() {
    return gateway.path.snapshot().pendingBytes();
  }

  @Override
  void settle() throws Exception {
    gateway.settle();
    gateway.close();
  }
}
