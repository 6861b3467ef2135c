package dev.holdfast.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How sockets towards one side are set up; null leaves it to the kernel, unless said otherwise.
 *
 * @param keepalive silence after which the kernel asks whether the other end is there; null: never
 * @param keepaliveInterval from one such question to the next
 * @param keepaliveProbes questions without an answer until the connection is over
 * @param userTimeout bytes that are not acknowledged for so long end the connection
 * @param nodelay small pieces are sent at once
 * @param receiveBufferBytes kept by the kernel until they are read, at most
 * @param sendBufferBytes kept by the kernel until they are acknowledged, at most
 */
public record SocketConfig(
    @Nullable Duration keepalive,
    @Nullable Duration keepaliveInterval,
    @Nullable Integer keepaliveProbes,
    @Nullable Duration userTimeout,
    boolean nodelay,
    @Nullable Integer receiveBufferBytes,
    @Nullable Integer sendBufferBytes) {
  /** The default towards clients: who vanished is found out within seven minutes. */
  public static final SocketConfig CLIENTS =
      new SocketConfig(Duration.ofMinutes(5), Duration.ofSeconds(30), 4, null, true, null, null);

  /** The default towards servers, which vanish less: what each connection inherits for nothing. */
  public static final SocketConfig SERVERS =
      new SocketConfig(Duration.ofMinutes(5), null, null, null, true, null, null);
}
