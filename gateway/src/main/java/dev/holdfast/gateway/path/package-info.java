/**
 * The data path as one thing: listeners, sessions and checks of this node, started, changed,
 * counted and ended. Start at {@link dev.holdfast.gateway.path.DataPath}; sockets that listen are
 * in {@link dev.holdfast.gateway.path.Doors}. Where permits, routes and settings come from is given
 * by the constructor.
 */
@NullMarked
package dev.holdfast.gateway.path;

import org.jspecify.annotations.NullMarked;
