/**
 * Sockets and time of the load: one thread a lane, native epoll, edge-triggered and registered
 * once, so that the load costs less than what it measures.
 *
 * <p>Start at {@link dev.holdfast.loadtest.io.Lane}, then {@link dev.holdfast.loadtest.io.Wire}.
 * State of a wire belongs to its lane's thread; nothing else touches it.
 *
 * <p>Decisions. 2026-11-27: own handles on Netty's epoll loop instead of {@code
 * java.nio.channels.Selector}: no set of selected keys, no registration per change of interest, a
 * reset is told from an end, and a session that waits costs about 200 bytes. It ties the load test
 * to Linux, which the comparison needs anyway.
 */
@NullMarked
package dev.holdfast.loadtest.io;

import org.jspecify.annotations.NullMarked;
