/**
 * Who is there: state folder and incarnation, watch connections, roster, proof that a process is
 * gone.
 *
 * <p>Start at {@link dev.holdfast.members.Members}; what it publishes is {@link
 * dev.holdfast.members.Contact}. Inside, {@code Watch} holds the rules, {@code Judge} who may come
 * in, {@code Door} is the side that is watched, {@code Link} the side that watches, {@code Roster}
 * the names as a value, {@code Ends} the proofs, {@code Forgets} the operator's word.
 *
 * <p>The room may not use event loops, wait for the control loop or the store, or end a connection
 * in order while the process lives: a FIN is evidence of its end.
 *
 * <p>Decisions (2026-11-21):
 *
 * <ul>
 *   <li>One selector thread with all state confined to it, and one thread for disk and name
 *       look-ups. Rejected: two threads a peer with locks; event loops, which the data path may
 *       saturate.
 *   <li>The other voters' word on a process comes in their pulses, and a pulse is sent at once when
 *       something changes. Rejected: a separate query, which adds a protocol and is no faster.
 *   <li>Rosters merge as values, whatever the order; whether a process is accepted is decided by
 *       itself from the rosters that the voters say they stored. Names proven gone are not asked.
 *   <li>A name that kept its disk votes on its own return; a new one, or one whose disk is lost,
 *       does not.
 *   <li>A new process whose name had one that is neither proven gone nor heard waits until it is,
 *       or is forgotten. Rejected: letting it in, since a roster names one incarnation per name and
 *       what the other one holds would drop out of the count.
 *   <li>Names that an operator declared gone, and that did not return, lower the expected nodes, so
 *       that the last node of three can be a majority once the word is spoken.
 * </ul>
 */
package dev.holdfast.members;
