/**
 * The clients: what a scenario does with its sessions, on the lanes of this process.
 *
 * <p>Start at {@link dev.holdfast.loadtest.drive.Plan}, then {@link
 * dev.holdfast.loadtest.drive.Drive}, which runs one, and {@link
 * dev.holdfast.loadtest.drive.Crowd}: {@link dev.holdfast.loadtest.drive.Steady} keeps sessions,
 * {@link dev.holdfast.loadtest.drive.Churn} makes short ones, {@link
 * dev.holdfast.loadtest.drive.Bulk} sends all it can. A scenario is one or several crowds.
 *
 * <p>A plan is split into shares, one a lane of a worker; shares have no source in common when
 * there are enough, so that stickiness can be judged where the session is. A session that was
 * opened is counted out exactly once: ended, or lost.
 *
 * <p>Decisions. 2026-11-27: whether bytes are right is decided by their position in one endless
 * pattern, so that a session keeps two numbers and no copy; the sink on the other side finds the
 * position by the first bytes.
 */
@NullMarked
package dev.holdfast.loadtest.drive;

import org.jspecify.annotations.NullMarked;
