package dev.holdfast.gateway.path;

import dev.holdfast.gateway.relay.RelayKind;

/** Own sockets in epoll, a mapped client on a listener for both families. */
class EpollRelayMixedTest extends RelayedContract {
  EpollRelayMixedTest() {
    super(RelayKind.EPOLL, true, "127.0.0.1", "::", "127.0.0.1");
  }
}
