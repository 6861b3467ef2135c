/**
 * Addresses of servers that are given by name, resolved off the event loops and again from time to
 * time. Start at {@link dev.holdfast.gateway.hosts.Hosts}.
 *
 * <p>Decisions (2026-11-27): a server is one address at a time, so that its limit, its weight and
 * its sources mean one thing; a name that has several addresses offers the others when the one in
 * use does not serve. Rejected: spreading over all of them, which HAProxy does only where the
 * operator asks for several servers. Of an answer that lost the address in use, every node takes
 * the same one, because the order of an answer is no order. The resolver of the system is asked, so
 * that {@code /etc/hosts} and {@code nsswitch.conf} mean what they mean to other programs; it tells
 * no time to live, hence a fixed period. Rejected: a resolver of our own.
 *
 * <p>State belongs to one loop. A name that is not resolved any more keeps its last address for
 * ever: whether that still serves is what checks are for.
 */
@NullMarked
package dev.holdfast.gateway.hosts;

import org.jspecify.annotations.NullMarked;
