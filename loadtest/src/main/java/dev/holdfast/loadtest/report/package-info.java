/**
 * What people and scripts get of a run: a line or a bar while it goes on, a summary, JSON, and one
 * HTML page that needs no network.
 *
 * <p>Start at {@link dev.holdfast.loadtest.report.Summary}. Nothing here decides; the checks are
 * made in {@code run}.
 *
 * <p>Decisions. 2026-11-27: the charts are uPlot's (50 kB, written into the page), because a report
 * is mailed and opened where there is no network.
 */
@NullMarked
package dev.holdfast.loadtest.report;

import org.jspecify.annotations.NullMarked;
