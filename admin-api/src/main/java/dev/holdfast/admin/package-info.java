/**
 * The admin API: one verticle that answers HTTP about the cluster and writes what operators want.
 *
 * <p>Start at {@link dev.holdfast.admin.AdminVerticle}. Each concern has an interface that the node
 * implements, as {@link dev.holdfast.admin.Cluster}, and its {@link dev.holdfast.admin.Calls}:
 * routes, bodies, answers. The API never calls the data path, and a route never waits: everything
 * behind it is a {@code Future} with a bound on its time.
 *
 * <p>The way of a request: {@code Gate} (is it an operation of the contract, who asks, how fast),
 * {@code Routes} (parameters, media type, size and shape of the body, all by the contract), the
 * code of its concern, {@code Replies} or {@code Subscribers}. A change leaves a line in {@code
 * Audit}, refused ones too. To add a call: its path in {@code openapi.yaml}, its code in a {@code
 * Calls}; either alone does not start.
 *
 * <p>Decisions. 2026-11-21: {@code PUT} of a server states the whole server, a field that is left
 * out has its default; keeping old values is the client's work, because a partial {@code PUT} that
 * is repeated after a change by somebody else would mean something else. 2026-11-21: the health
 * routes obey no {@code Host} rule, since probes of load balancers send none. 2026-11-27: what a
 * change found is asked through the read of the same path, or of the one above it, so that no
 * concern writes the audit itself. 2026-11-27: a view of the event stream is made of the answers of
 * the reads, once for all readers: what one call says and what a console shows cannot differ.
 */
@NullMarked
package dev.holdfast.admin;

import org.jspecify.annotations.NullMarked;
