package dev.holdfast.gateway.path;

import dev.holdfast.gateway.relay.RelayKind;

/** Own sockets in epoll. */
class EpollRelayTest extends RelayedContract {
  EpollRelayTest() {
    super(RelayKind.EPOLL, true, "127.0.0.1", "127.0.0.1", "127.0.0.1");
  }
}
