/**
 * What this node measures of servers: a check of each from time to time, and its vote.
 *
 * <p>Start at {@link dev.holdfast.gateway.health.HealthChecks}. A vote is this node's alone; what
 * the cluster makes of the votes is decided elsewhere. Decision: the first result decides at once,
 * so a node that has just started neither sends clients to a dead server for {@code fall} intervals
 * nor holds back a good one.
 */
@NullMarked
package dev.holdfast.gateway.health;

import org.jspecify.annotations.NullMarked;
