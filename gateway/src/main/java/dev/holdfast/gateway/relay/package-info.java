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
 * five seconds.
 */
@NullMarked
package dev.holdfast.gateway.relay;

import org.jspecify.annotations.NullMarked;
