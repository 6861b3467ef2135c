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
 *
 * <p>Figures, 2 cores of 2026 that others used as well, Linux 6.18, Java 17.0.15. {@code
 * RefusalFigures}, the gateway on one core, its clients and 20,000 clients a second that an access
 * list denies on the other, eight seconds each:
 *
 * <table>
 * <caption>A flood of refusals</caption>
 * <tr><th></th><th>by reset</th><th>by close</th></tr>
 * <tr><td>CPU of a refusal</td><td>10.5 us</td><td>11.1 us</td></tr>
 * <tr><td>p50 of an echo, alone and beside it</td><td>0.09, 0.10 ms</td><td>0.08, 0.09 ms</td></tr>
 * <tr><td>p99</td><td>2.83, 4.88 ms</td><td>4.00, 4.04 ms</td></tr>
 * <tr><td>idle sessions that live on</td><td>500 of 500</td><td>500 of 500</td></tr>
 * </table>
 *
 * <p>{@code AccessListBenchmark}, a decision by the number of networks: IPv4 10.7 ns (2), 75 ns
 * (100), 76 ns (1,000), 122 ns (10,000); IPv6 8.4, 46, 87, 144 ns. The commands, after {@code mvn
 * package}: {@code java -cp gateway/target/test-classes:gateway/target/holdfast.jar} and {@code
 * dev.holdfast.gateway.path.RefusalFigures} or {@code
 * dev.holdfast.gateway.admit.AccessListBenchmark}.
 */
@NullMarked
package dev.holdfast.gateway.admit;

import org.jspecify.annotations.NullMarked;
