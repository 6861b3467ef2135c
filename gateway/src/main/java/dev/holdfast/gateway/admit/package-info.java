/**
 * What a node decides about a client alone, before any permit: access lists, counts and rates of a
 * source, the pace of new sessions, and the gauges that count sessions.
 *
 * <p>Start at {@link dev.holdfast.gateway.admit.SourceLimits}. Everything here is shared by all
 * loops, exact on this node, and knows neither sockets nor routes.
 *
 * <p>Shared state. Counts of a source: any loop, under the lock of the source; a session counts
 * once ({@code Session.counted} says as whom) and leaves once, in {@code Walk.ended}. What other
 * nodes hold of a source, and the part that this node has of a pace: replaced as a whole by the
 * control loop; while it is old, a source may have more sessions by what the nodes admitted of it
 * meanwhile, and the nodes together may begin sessions at more than the rate. A node that slept
 * goes on with what it knew, and learns the rest within a second.
 *
 * <p>Decisions. A source of these limits is an IPv4 address or an IPv6 network of 64 bits, whatever
 * the affinity of the pool, unless {@code per-source} says otherwise: one client owns such a
 * network whole. A limit of sources that is switched on, or counts otherwise, counts the sessions
 * that are there. The rate of one source is a bucket and refuses; the pace of a listener or server
 * is even and lets wait, because those who come back after a node died are no offenders.
 */
@NullMarked
package dev.holdfast.gateway.admit;

import org.jspecify.annotations.NullMarked;
