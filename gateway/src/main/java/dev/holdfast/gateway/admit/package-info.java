/**
 * What a node decides about a client alone, before any permit: access lists, counts and rates of a
 * source, and the gauges that count sessions.
 *
 * <p>Start at {@link dev.holdfast.gateway.admit.SourceLimits}. Everything here is shared by all
 * loops, exact on this node, and knows neither sockets nor routes.
 */
@NullMarked
package dev.holdfast.gateway.admit;

import org.jspecify.annotations.NullMarked;
