/**
 * The admin API: one verticle that answers HTTP about the cluster and writes what operators want.
 *
 * <p>Start at {@link dev.holdfast.admin.AdminVerticle}. Each concern has an interface that the node
 * implements, as {@link dev.holdfast.admin.Cluster}, and its {@link dev.holdfast.admin.Calls}:
 * routes, bodies, answers. The API never calls the data path, and a route never waits: everything
 * behind it is a {@code Future} with a bound on its time.
 *
 * <p>Decisions. 2026-11-21: {@code PUT} of a server states the whole server, a field that is left
 * out has its default; keeping old values is the client's work, because a partial {@code PUT} that
 * is repeated after a change by somebody else would mean something else. 2026-11-21: the health
 * routes obey no {@code Host} rule, since probes of load balancers send none.
 */
@NullMarked
package dev.holdfast.admin;

import org.jspecify.annotations.NullMarked;
