/**
 * Metrics as Prometheus text: what a node counts goes in as one value, the names of the contract
 * come out.
 *
 * <p>Start at {@link dev.holdfast.admin.metrics.Metrics}; {@link dev.holdfast.admin.metrics.Scrape}
 * is what the node fills at each scrape.
 *
 * <p>Decisions. 2026-11-21: own series are written from a snapshot and not kept as Micrometer
 * meters, because a series that does not apply is absent and the series of a removed server go
 * away; meters would say NaN and stay. Micrometer serves the Java machine and the process.
 */
@NullMarked
package dev.holdfast.admin.metrics;

import org.jspecify.annotations.NullMarked;
