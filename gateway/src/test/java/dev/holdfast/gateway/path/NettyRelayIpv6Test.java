package dev.holdfast.gateway.path;

import dev.holdfast.words.HostPort;
import java.net.InetSocketAddress;
import java.util.List;

/** The contract with a gateway between, IPv6. */
class NettyRelayIpv6Test extends RelayContract {
  private Gateway gateway;

  NettyRelayIpv6Test() {
    super("::1");
  }

  @Override
  InetSocketAddress before(InetSocketAddress server) throws Exception {
    gateway = new Gateway();
    gateway.epoll = io.netty.channel.epoll.Epoll.isAvailable();
    gateway.bind = List.of(new HostPort("::1", 0));
    gateway.server("app-1", server).start();
    return new InetSocketAddress("::1", gateway.address().getPort());
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
