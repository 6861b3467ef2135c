package dev.holdfast.gateway.ports;

import java.net.InetAddress;

/**
 * Local ports from one of our addresses to one port of a server, as they were when somebody looked.
 *
 * @param source our address
 * @param port of the server
 * @param used in use, TIME_WAIT included
 * @param waiting of those, in TIME_WAIT: no session has them
 * @param limit how many there are
 * @param isShort three quarters are used, and it has not become much better since
 * @param leftOut the address does not lead there and is not used for a while
 */
public record PortUse(
    InetAddress source,
    int port,
    int used,
    int waiting,
    int limit,
    boolean isShort,
    boolean leftOut) {}
