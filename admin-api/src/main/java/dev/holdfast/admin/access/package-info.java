/**
 * Who may ask what: tokens with roles, and the rules for an API without tokens.
 *
 * <p>Start at {@link dev.holdfast.admin.access.Access}. Tokens are known by their SHA-256 only and
 * are never logged. Without tokens the API is for this machine alone: {@code Host} and {@code
 * Origin} must be loopback names, and a browser must not say that another site asks, so that a web
 * page in a browser of the operator, which can reach loopback but not forge these headers, cannot
 * drive it. {@link dev.holdfast.admin.access.Rates} bounds how fast one address may ask: reading,
 * changing and being a stranger each by itself.
 *
 * <p>Decision, 2026-11-27: a known token passes however many strangers share its address, because
 * everybody behind a proxy does. What keeps tokens from being guessed is their length: make them of
 * 128 random bits or more.
 */
@NullMarked
package dev.holdfast.admin.access;

import org.jspecify.annotations.NullMarked;
