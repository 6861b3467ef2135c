/**
 * The access log: one line a session, written by a thread of its own. Start at {@link
 * dev.holdfast.gateway.log.AccessLog}. A loop never waits for it: what does not fit into the queue
 * is dropped and counted.
 */
@NullMarked
package dev.holdfast.gateway.log;

import org.jspecify.annotations.NullMarked;
