/**
 * From a plan to a verdict: the clock of a run, what is taken down each second, and what is checked
 * at the end.
 *
 * <p>Start at {@link dev.holdfast.loadtest.run.Run}; {@link dev.holdfast.loadtest.run.Checks} says
 * what has to hold, {@link dev.holdfast.loadtest.run.Outcome} is all that a report is made of.
 */
@NullMarked
package dev.holdfast.loadtest.run;

import org.jspecify.annotations.NullMarked;
