/**
 * Addresses of servers that are given by name, resolved off the event loops and again from time to
 * time. Start at {@link dev.holdfast.gateway.hosts.Hosts}.
 */
@NullMarked
package dev.holdfast.gateway.hosts;

import org.jspecify.annotations.NullMarked;
