package dev.holdfast.gateway.path;

import dev.holdfast.gateway.relay.RelayKind;

/** Netty channels and IPv6. */
class NettyRelayIpv6Test extends RelayedContract {
  NettyRelayIpv6Test() {
    super(RelayKind.NETTY, true, "::1", "::1", "::1");
  }
}
