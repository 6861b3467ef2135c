package dev.holdfast.gateway.path;

import java.net.InetSocketAddress;

/** The reference: no proxy at all. */
class DirectIpv6Test extends RelayContract {
  DirectIpv6Test() {
    super("::1");
  }

  @Override
  InetSocketAddress before(InetSocketAddress server) {
    return server;
  }

  @Override
  void settle() {}
}
