/**
 * What happened in the cluster, as one list that is the same on every node: nodes and servers that
 * came and went, changes of operators, tables and revisions in force, limits reached.
 *
 * <p>Start at {@link dev.holdfast.chronicle.Chronicle}. Nobody reports events: each second a node
 * holds what is so now ({@link dev.holdfast.chronicle.Facts}) against what the list says of each
 * subject last, and proposes what differs. So no event is lost with the node that should have
 * reported it, and none is told twice: the step at the owner of the list takes a fact only if the
 * last state of its subject is another.
 *
 * <p>Who writes: the leader of the moment at once, every other node when a difference lasted three
 * looks; with a majority only. Run twice: the second time nothing differs. The proposer dies: the
 * next look of anybody proposes again. A node sleeps: its first look after it is of its time, the
 * list is read anew before it proposes because its book is compared at the owner. Split: the side
 * with the majority writes, the other says by its own clock when it is back how long it saw none;
 * after a merge the larger side's list counts and ids go on from it. The row is lost: who has a
 * book writes it again with its next proposal.
 *
 * <p>Decision, 2026-11-27: one row of the last {@value dev.holdfast.chronicle.Book#MOST} entries,
 * rewritten at each change (some 30 kB), because events are rare and a reader wants them in one
 * piece; rejected: a row for each, which needs a reader that finds gaps.
 */
@NullMarked
package dev.holdfast.chronicle;

import org.jspecify.annotations.NullMarked;
