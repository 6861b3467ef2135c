/**
 * Two sockets of a session and the bytes between them.
 *
 * <p>Start at {@link dev.holdfast.gateway.relay.Relay}: one a loop, it opens doors (listening
 * sockets), and each accepted client comes as a {@link dev.holdfast.gateway.relay.Link}. Nothing
 * here knows listeners, pools, limits or routes; a link does what its owner orders and tells it
 * what happened to the sockets.
 *
 * <p>Decisions. One read a wake-up, as large as the last reads suggest, so that a bulk stream
 * cannot starve small ones. A side that has bytes pending stops the reads of the other, so a
 * session holds one buffer each way. A socket that must not be read now is registered for edges
 * only ({@link dev.holdfast.gateway.relay.QuietLoop}); a reset costs one read of it, uninvited,
 * which counts as pending, and so does a FIN while nothing is relayed yet. A reset is sent when the
 * kernel says ({@code TCP_INFO}) that the bytes before it were acknowledged, at the latest after
 * five seconds. A reader that was slow once is read for again as soon as it took everything,
 * however short the node's memory is: it must not wait for readers that may never read. An owner
 * that throws ends its own link and no other.
 *
 * <p>Figures: one run of two rounds on 2 cores, Linux 6.18, Java 17.0.15, HAProxy 2.6.12 with one
 * thread; the proxy on one core, load and server on the other, both busy with other work too:
 *
 * <table>
 * <caption>Cost</caption>
 * <tr><th></th><th>this relay</th><th>HAProxy</th></tr>
 * <tr><td>CPU of a short session</td><td>130-132 us</td><td>80-95 us</td></tr>
 * <tr><td>CPU of an echo of 64 bytes</td><td>25.5-26.6 us</td><td>23.4-24.8 us</td></tr>
 * <tr><td>memory of an idle session</td><td>2.7 kB heap</td><td>3.3 kB private</td></tr>
 * </table>
 *
 * <p>The command, after {@code mvn package}: {@code java -cp
 * gateway/target/test-classes:gateway/target/holdfast.jar dev.holdfast.gateway.path.RelayFigures}.
 * An echo costs one wait, one receive and one send each way; what a short session costs above
 * HAProxy is mostly Netty's set-up of two channels.
 */
@NullMarked
package dev.holdfast.gateway.relay;

import org.jspecify.annotations.NullMarked;
