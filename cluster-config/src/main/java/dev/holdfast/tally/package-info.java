/**
 * What nodes tell each other once a second of counts that need not be exact: how many sessions the
 * heaviest sources have, and how many new sessions each node is asked for.
 *
 * <p>Start at {@link dev.holdfast.tally.Tally}. A limit that must hold whatever happens is a matter
 * of the ledger; here a node acts on what it heard last, and never waits.
 *
 * <p>Shared state: one row a node, which only that node writes, each time as a whole and with a
 * higher sequence.
 *
 * <ul>
 *   <li>Written twice, or late: the higher sequence of the later process counts, the other is
 *       ignored.
 *   <li>Its owner dies: rows count only for processes that are heard now, so its counts vanish with
 *       it, before anybody removes the row; the row is overwritten when the name is back.
 *   <li>Its owner sleeps: the same after a lease. When it wakes it acts on what it knew until it
 *       reads again, within a second.
 *   <li>A hint is lost: all rows are read each fifth second, so that what one node told may be that
 *       old.
 *   <li>The row is lost with its store, or by a merge: the owner writes it again within five
 *       seconds whether it changed or not.
 *   <li>The cluster splits: each side counts its own, and divides rates by the nodes that are
 *       expected, so that the sides together do not begin more than the rate.
 * </ul>
 *
 * <p>Bounds. A row holds at most {@link dev.holdfast.tally.Tally#MOST_SOURCES} sources, those with
 * most sessions; a source below that is limited by each node alone. A source is told once it has
 * half of its limit divided by the nodes, and from then on by every node that has any of it. So a
 * source has at most (nodes - 1) times what one node admits of it in a second, and the little that
 * was not told before, above its limit; {@code new-sessions-per-source} bounds what a node admits.
 * Nothing is written or read where no limit of sources and no rate is configured.
 */
package dev.holdfast.tally;
