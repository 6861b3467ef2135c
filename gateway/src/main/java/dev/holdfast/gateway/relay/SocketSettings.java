package dev.holdfast.gateway.relay;

/**
 * How the sockets of one side are set up. Zero is what the kernel does by itself.
 *
 * @param backlog of a listening socket; without meaning for others
 * @param keepIdleSeconds silence before the kernel asks whether the other end is there; 0: it never
 *     asks
 * @param keepIntervalSeconds from one question to the next
 * @param keepProbes questions without an answer that end the connection
 * @param userTimeoutMs bytes not acknowledged for so long end the connection
 * @param nodelay small pieces are sent at once
 * @param receiveBufferBytes buffer of the kernel
 * @param sendBufferBytes buffer of the kernel
 */
public record SocketSettings(
    int backlog,
    int keepIdleSeconds,
    int keepIntervalSeconds,
    int keepProbes,
    int userTimeoutMs,
    boolean nodelay,
    int receiveBufferBytes,
    int sendBufferBytes) {
  /** A long backlog, questions after five minutes, all else as the kernel does it. */
  public static final SocketSettings USUAL = new SocketSettings(4096, 300, 0, 0, 0, true, 0, 0);
}
