package dev.holdfast.gateway.path;

import dev.holdfast.gateway.relay.RelayKind;

/** Own sockets in epoll and IPv6. */
class EpollRelayIpv6Test extends RelayedContract {
  EpollRelayIpv6Test() {
    super(RelayKind.EPOLL, true, "::1", "::1", "::1");
  }
}
