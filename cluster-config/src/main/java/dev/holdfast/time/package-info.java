/**
 * Clocks and the control loop. Time is passed in, never asked for in passing, so that tests run on
 * a manual clock. Start at {@link dev.holdfast.time.ControlLoop}.
 */
package dev.holdfast.time;
