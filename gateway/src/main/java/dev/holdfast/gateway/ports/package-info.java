/**
 * Local ports towards servers. A connection needs one that no other connection from the same
 * address to the same address and port has, so there are as many as the range of local ports for
 * each {@link dev.holdfast.gateway.ports.PortTuple}: source address, server address, server port.
 * More source addresses and more server ports multiply them.
 *
 * <p>Start at {@link dev.holdfast.gateway.ports.Ports}, one a node, which knows all tuples; a loop
 * asks a {@link dev.holdfast.gateway.ports.PortPlan}, the tuples towards one server, for the one
 * with most room. Nothing here opens a socket.
 *
 * <p>State and who writes it. The counts of a tuple are shared by all loops and guarded by its own
 * lock; whoever takes a port gives it back once, by the same walk that closes the socket. A port
 * whose connection this side ended first is in use for a minute more (TIME_WAIT), as the kernel
 * holds it, or a second where the kernel may use it again earlier ({@code tcp_tw_reuse}). All of it
 * dies with the process, and what the kernel still holds then is found out by trying. A node that
 * slept finds those minutes over. Nothing here is known to other nodes.
 *
 * <p>Decisions. A tuple that is full by our count is never tried: a vain search for a port costs
 * the loop up to milliseconds. Where the kernel has none although the count says so (other programs
 * use some), the tuple counts as full for a second. Sources that a session could not connect from
 * are suspects for a few seconds and used last; one from which a session failed that then connected
 * from another is left out for a while, longer each time, and the server is not blamed. A source
 * that is no address of this machine is left out at once. If all are left out, all are used. What
 * this node listens on without being told a port takes one outside the range ({@link
 * dev.holdfast.gateway.ports.OutsidePort}), or each tuple would have one less.
 */
@NullMarked
package dev.holdfast.gateway.ports;

import org.jspecify.annotations.NullMarked;
