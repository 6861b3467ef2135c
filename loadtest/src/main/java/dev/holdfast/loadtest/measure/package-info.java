/**
 * What is counted and timed. Start at {@link dev.holdfast.loadtest.measure.Meter}.
 *
 * <p>A meter has one writer, the thread of its lane, and one reader, which takes a {@link
 * dev.holdfast.loadtest.measure.Sample} of it now and then: counts are absolute, so a sample that
 * is lost loses nothing; histograms are of the time since the last sample, and are added up by
 * whoever reads. Samples of lanes, processes and machines are merged by the same addition.
 *
 * <p>Latency is counted from the moment at which a thing was due by the schedule, not from the
 * moment at which it was sent, so a stall is seen by everything that it delayed (no coordinated
 * omission). Where there is no schedule (saturation), it is of what ran, and the report says so.
 */
@NullMarked
package dev.holdfast.loadtest.measure;

import org.jspecify.annotations.NullMarked;
