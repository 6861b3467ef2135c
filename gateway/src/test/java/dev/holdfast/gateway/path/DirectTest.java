package dev.holdfast.gateway.path;

import java.net.InetSocketAddress;

/** The reference: no proxy at all. */
class DirectTest extends RelayContract {
  DirectTest() {
    super("127.0.0.1");
  }

  @Override
  InetSocketAddress before(InetSocketAddress server) {
    return server;
  }

  @Override
  void settle() {}
}
