/**
 * The words of Holdfast as types: names, scopes, sources, states, reasons.
 *
 * <p>The ground floor: values only, no input or output, no clock. Start at {@link
 * dev.holdfast.words.Scope} and {@link dev.holdfast.words.Source}. Names are typed so that a pool
 * never stands where a server was meant (2026-11-21; rejected: bare strings).
 */
package dev.holdfast.words;
