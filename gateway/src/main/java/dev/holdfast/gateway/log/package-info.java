/**
 * The access log: one line a session, written by a thread of its own. Start at {@link
 * dev.holdfast.gateway.log.AccessLog}. A loop never waits for it: what does not fit into the queue
 * is dropped and counted.
 *
 * <p>Decisions. A file is put aside by renaming, {@code NAME.1} the newest, as logrotate does, so
 * both can be used; who renames it from outside sends SIGHUP. A file that cannot be written is
 * tried again each second: a disk that was full a while costs the lines of that while.
 */
@NullMarked
package dev.holdfast.gateway.log;

import org.jspecify.annotations.NullMarked;
