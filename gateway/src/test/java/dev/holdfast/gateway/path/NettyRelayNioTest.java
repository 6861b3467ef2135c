package dev.holdfast.gateway.path;

import dev.holdfast.gateway.relay.RelayKind;

/** Netty channels where there is no epoll. */
class NettyRelayNioTest extends RelayedContract {
  NettyRelayNioTest() {
    super(RelayKind.NETTY, false, "127.0.0.1", "127.0.0.1", "127.0.0.1");
  }
}
