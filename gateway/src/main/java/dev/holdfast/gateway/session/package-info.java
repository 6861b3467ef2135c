/**
 * The walk of a session: local checks, route, permits, connect, relay, end.
 *
 * <p>Start at {@link dev.holdfast.gateway.session.Walk}, one a loop, then {@link
 * dev.holdfast.gateway.session.SessionState} for the moves. A {@link
 * dev.holdfast.gateway.session.Session} belongs to its loop and is touched nowhere else; what all
 * loops share (gauges, limits of sources, settings in force) is in the {@code Place} types. This
 * room opens no listening socket and decides neither routes nor grants.
 *
 * <p>Decisions. Every end of a session goes through one method, {@code Walk.ended}, called by the
 * link when both sockets are closed; it gives back all that the session still holds, so release
 * happens once and never before the server connection is closed. A client that sends its FIN while
 * it waits for a permit and has sent no byte leaves the queue; one that sent bytes may wait for its
 * answer and stays.
 *
 * <p>Whoever waits holds nothing, also for its moment by a pace: permits that come too early go
 * back, else a slow server's clients would keep permits of the pool from those of the others.
 * {@link dev.holdfast.gateway.session.LocalChecks} refuses at the door, before there is a session;
 * a flood of refusals costs it a look-up each, and has at most a thousand lines a second and loop.
 */
@NullMarked
package dev.holdfast.gateway.session;

import org.jspecify.annotations.NullMarked;
