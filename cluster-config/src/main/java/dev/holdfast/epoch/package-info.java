/** Epochs: one answer for a source. Start at {@link dev.holdfast.epoch.LoopRoutes}. */
package dev.holdfast.epoch;
