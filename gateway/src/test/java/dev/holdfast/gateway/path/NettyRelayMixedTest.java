package dev.holdfast.gateway.path;

import dev.holdfast.gateway.relay.RelayKind;

/** Netty channels, a mapped client on a listener for both families. */
class NettyRelayMixedTest extends RelayedContract {
  NettyRelayMixedTest() {
    super(RelayKind.NETTY, true, "127.0.0.1", "::", "127.0.0.1");
  }
}
