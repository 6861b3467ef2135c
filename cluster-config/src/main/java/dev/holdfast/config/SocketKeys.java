package dev.holdfast.config;

import java.time.Duration;
import java.util.List;

/**
 * The keys of a group {@code socket}; listeners and pools have the same with other defaults.
 *
 * @param group of one of them
 */
record SocketKeys(Group<SocketConfig> group) {
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** What the kernel takes at most. */
  private static final Duration MOST = Duration.ofHours(9);

  private static final int LEAST_BUFFER = 4096;
  private static final int MOST_BUFFER = 64 << 20;

  static final SocketKeys CLIENTS = of(SocketConfig.CLIENTS);
  static final SocketKeys SERVERS = of(SocketConfig.SERVERS);

  private static SocketKeys of(SocketConfig standard) {
    Key<SocketConfig, Duration> keepalive =
        Key.of(
            "keepalive",
            Leaves.orNone(Leaves.duration(SECOND, MOST)),
            SocketConfig::keepalive,
            standard.keepalive(),
            "silence after which the kernel asks whether the other end is there; none: never");
    Key<SocketConfig, Duration> interval =
        Key.of(
            "keepalive-interval",
            Leaves.orNone(Leaves.duration(SECOND, MOST)),
            SocketConfig::keepaliveInterval,
            standard.keepaliveInterval(),
            "from one such question to the next; none: the kernel's");
    Key<SocketConfig, Integer> probes =
        Key.of(
            "keepalive-probes",
            Leaves.orNone(Leaves.whole(1, 127)),
            SocketConfig::keepaliveProbes,
            standard.keepaliveProbes(),
            "questions without an answer that end the connection; none: the kernel's");
    Key<SocketConfig, Duration> userTimeout =
        Key.of(
            "user-timeout",
            Leaves.orNone(Leaves.duration(SECOND, Duration.ofHours(24))),
            SocketConfig::userTimeout,
            standard.userTimeout(),
            "bytes not acknowledged for so long end the connection; none: the kernel's");
    Key<SocketConfig, Boolean> nodelay =
        Key.of(
            "nodelay",
            Leaves.flag(),
            SocketConfig::nodelay,
            standard.nodelay(),
            "small pieces are sent at once");
    Key<SocketConfig, Integer> receive =
        Key.of(
            "receive-buffer-bytes",
            Leaves.orNone(Leaves.whole(LEAST_BUFFER, MOST_BUFFER)),
            SocketConfig::receiveBufferBytes,
            standard.receiveBufferBytes(),
            "buffer of the kernel; none: as it sees fit");
    Key<SocketConfig, Integer> send =
        Key.of(
            "send-buffer-bytes",
            Leaves.orNone(Leaves.whole(LEAST_BUFFER, MOST_BUFFER)),
            SocketConfig::sendBufferBytes,
            standard.sendBufferBytes(),
            "buffer of the kernel; none: as it sees fit");
    return new SocketKeys(
        new Group<>(
            List.of(keepalive, interval, probes, userTimeout, nodelay, receive, send),
            values ->
                new SocketConfig(
                    values.get(keepalive),
                    values.get(interval),
                    values.get(probes),
                    values.get(userTimeout),
                    values.get(nodelay),
                    values.get(receive),
                    values.get(send))));
  }
}
