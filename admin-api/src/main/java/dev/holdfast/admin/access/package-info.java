/**
 * Who may ask what: tokens with roles, and the rules for an API without tokens.
 *
 * <p>Start at {@link dev.holdfast.admin.access.Access}. Tokens are known by their SHA-256 only and
 * are never logged. Without tokens the API is for this machine alone: {@code Host} and {@code
 * Origin} must be loopback names, so that a web page in a browser of the operator, which can reach
 * loopback but not forge these headers, cannot drive it.
 */
@NullMarked
package dev.holdfast.admin.access;

import org.jspecify.annotations.NullMarked;
