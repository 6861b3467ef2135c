/**
 * What a person may type: targets, sources, quantities, and which addresses a load may be sent to.
 *
 * <p>Start at {@link dev.holdfast.loadtest.words.Target} and {@link
 * dev.holdfast.loadtest.words.Sources}. Nothing here opens a socket.
 *
 * <p>Decisions. 2026-11-27: a load test is a weapon in the wrong direction, so an address that is
 * neither loopback nor private is a fault of the command line unless the person says that it is
 * theirs; a worker on another machine asks its own operator, not the controller.
 */
@NullMarked
package dev.holdfast.loadtest.words;

import org.jspecify.annotations.NullMarked;
