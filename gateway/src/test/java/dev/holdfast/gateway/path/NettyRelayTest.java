package dev.holdfast.gateway.path;

import dev.holdfast.gateway.relay.RelayKind;

/** Netty channels on epoll. */
class NettyRelayTest extends RelayedContract {
  NettyRelayTest() {
    super(RelayKind.NETTY, true, "127.0.0.1", "127.0.0.1", "127.0.0.1");
  }
}
